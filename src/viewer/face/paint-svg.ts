// SPDX-License-Identifier: GPL-3.0-or-later
// Puts shapes over a view on the screen, as SVG: sharp at every size, and its texts can be read
// aloud. Lines are drawn twice, dark below light, to be seen on any ground.
import { svg } from "./dom";
import type { Shape } from "./drawing";
import { labelPlace } from "./drawing";
import type { Spot } from "./geometry";
import type { Scene } from "./transform";

const CROSS = 8;

function pathOf(points: readonly Spot[]): string {
  return points.map((p, i) => `${i === 0 ? "M" : "L"}${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join("");
}

function outline(shape: Shape, name: string): SVGElement | null {
  switch (shape.kind) {
    case "line":
      return svg("path", { d: pathOf(shape.points), class: `${name} ${shape.style}` });
    case "box":
      return svg("rect", {
        class: name,
        x: Math.min(shape.from.x, shape.to.x),
        y: Math.min(shape.from.y, shape.to.y),
        width: Math.abs(shape.to.x - shape.from.x),
        height: Math.abs(shape.to.y - shape.from.y),
      });
    case "ellipse":
      return svg("ellipse", {
        class: name,
        cx: (shape.from.x + shape.to.x) / 2,
        cy: (shape.from.y + shape.to.y) / 2,
        rx: Math.abs(shape.to.x - shape.from.x) / 2,
        ry: Math.abs(shape.to.y - shape.from.y) / 2,
      });
    case "handle":
      return svg("circle", { class: name, cx: shape.at.x, cy: shape.at.y, r: 3 });
    case "cross": {
      const { x, y } = shape.at;
      const across = pathOf([
        { x: x - CROSS, y },
        { x: x + CROSS, y },
      ]);
      return svg("path", {
        class: name,
        d:
          across +
          pathOf([
            { x, y: y - CROSS },
            { x, y: y + CROSS },
          ]),
      });
    }
    default:
      return null;
  }
}

function label(shape: Shape & { kind: "label" }, scene: Scene): SVGElement {
  const { x, y } = labelPlace(shape, scene);
  return svg(
    "text",
    { class: "label", x, y: y + 13 },
    ...shape.lines.map((line, i) => svg("tspan", { x, dy: i === 0 ? 0 : "1.25em" }, line)),
  );
}

function side(shape: Shape & { kind: "side" }, scene: Scene): SVGElement {
  const spots = {
    left: { x: 10, y: scene.height / 2 + 5, "text-anchor": "start" },
    right: { x: scene.width - 10, y: scene.height / 2 + 5, "text-anchor": "end" },
    top: { x: scene.width / 2, y: 20, "text-anchor": "middle" },
    bottom: { x: scene.width / 2, y: scene.height - 10, "text-anchor": "middle" },
  };
  return svg("text", { class: `side ${shape.edge}`, ...spots[shape.edge] }, shape.text);
}

/** Replaces what is in @root. */
export function paintShapes(root: SVGSVGElement, shapes: readonly Shape[], scene: Scene): void {
  const under: SVGElement[] = [];
  const over: SVGElement[] = [];
  for (const shape of shapes) {
    if (shape.kind === "label") {
      over.push(label(shape, scene));
    } else if (shape.kind === "side") {
      over.push(side(shape, scene));
    } else {
      under.push(outline(shape, "under") as SVGElement);
      over.push(outline(shape, "over") as SVGElement);
    }
  }
  root.replaceChildren(...under, ...over);
}
