// SPDX-License-Identifier: GPL-3.0-or-later
// Puts a view on a canvas: its picture through window and place on the screen, and over it, for
// paper and saved pictures, shapes and texts. Window and pixels are worked out only when they change.
import type { Frame } from "../model";
import type { Voi } from "../pixels/render";
import { paintOverlays } from "../pixels/overlay";
import { render } from "../pixels/render";
import type { Shape } from "./drawing";
import { labelPlace } from "./drawing";
import type { Pane } from "./pane";
import type { Scene } from "./transform";
import { matrixOf, scaleOf } from "./transform";

/** From here on pixels are shown as squares: what is measured can be seen. */
const SQUARES_FROM = 8;
const FONT = "system-ui, sans-serif";
const YELLOW = "#ffd633";
const BLUE = "#6cb6ff";

function sameVoi(a: Voi | null, b: Voi | null): boolean {
  if (a === null || b === null || "entries" in a || "entries" in b) {
    return a === b;
  }
  return a.center === b.center && a.width === b.width && a.function === b.function;
}

/** The picture of one view in shades of grey or colour, as large as it is stored. */
export class Picture {
  private readonly canvas = document.createElement("canvas");
  private image: ImageData | null = null;
  private drawn: {
    frame: Frame;
    voi: Voi | null;
    negative: boolean;
    hasOverlays: boolean;
  } | null = null;

  /** The canvas with the picture on it. */
  of(frame: Frame, voi: Voi | null, negative: boolean, hasOverlays: boolean): HTMLCanvasElement {
    const { drawn } = this;
    if (
      drawn?.frame === frame &&
      drawn.negative === negative &&
      drawn.hasOverlays === hasOverlays &&
      sameVoi(drawn.voi, voi)
    ) {
      return this.canvas;
    }
    const image = this.imageFor(frame);
    render(frame, voi, negative, image);
    if (hasOverlays) {
      paintOverlays(frame.overlays, negative, image);
    }
    (this.canvas.getContext("2d") as CanvasRenderingContext2D).putImageData(image, 0, 0);
    this.drawn = { frame, voi, negative, hasOverlays };
    return this.canvas;
  }

  private imageFor(frame: Frame): ImageData {
    if (this.image?.width !== frame.columns || this.image.height !== frame.rows) {
      this.canvas.width = frame.columns;
      this.canvas.height = frame.rows;
      this.image = new ImageData(frame.columns, frame.rows);
    }
    return this.image;
  }

  forget(): void {
    this.drawn = null;
    this.image = null;
    this.canvas.width = this.canvas.height = 1;
  }
}

/** Draws the picture of a view; @ratio: canvas pixels for a screen pixel. */
export function paintPicture(
  context: CanvasRenderingContext2D,
  picture: Picture,
  pane: Pane,
  scene: Scene,
  ratio: number,
  hasOverlays: boolean,
): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = "#000";
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  if (pane.frame === null) {
    return;
  }
  const source = picture.of(pane.frame, pane.voi, pane.negative, hasOverlays);
  const [a, b, c, d, e, f] = matrixOf(pane.look, scene).map((value) => value * ratio);
  context.setTransform(a, b, c, d, e, f);
  const scale = scaleOf(pane.look, scene) * ratio;
  context.imageSmoothingEnabled = scale < SQUARES_FROM && scale !== 1;
  context.imageSmoothingQuality = scale < 1 ? "high" : "medium";
  context.drawImage(source, 0, 0);
  context.setTransform(1, 0, 0, 1, 0, 0);
}

/* ---- shapes on a canvas ------------------------------------------------------------------- */

function trace(context: CanvasRenderingContext2D, shape: Shape): void {
  context.beginPath();
  switch (shape.kind) {
    case "line":
      shape.points.forEach((p, i) =>
        i === 0 ? context.moveTo(p.x, p.y) : context.lineTo(p.x, p.y),
      );
      break;
    case "box":
      context.rect(
        shape.from.x,
        shape.from.y,
        shape.to.x - shape.from.x,
        shape.to.y - shape.from.y,
      );
      break;
    case "ellipse": {
      const { from, to } = shape;
      context.ellipse(
        (from.x + to.x) / 2,
        (from.y + to.y) / 2,
        Math.abs(to.x - from.x) / 2,
        Math.abs(to.y - from.y) / 2,
        0,
        0,
        2 * Math.PI,
      );
      break;
    }
    case "handle":
      context.arc(shape.at.x, shape.at.y, 3, 0, 2 * Math.PI);
      break;
    case "cross":
      context.moveTo(shape.at.x - 8, shape.at.y);
      context.lineTo(shape.at.x + 8, shape.at.y);
      context.moveTo(shape.at.x, shape.at.y - 8);
      context.lineTo(shape.at.x, shape.at.y + 8);
      break;
  }
}

function paintText(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
): void {
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = "rgba(0,0,0,.85)";
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

function paintSide(
  context: CanvasRenderingContext2D,
  shape: Shape & { kind: "side" },
  scene: Scene,
): void {
  const edges = {
    left: [10, scene.height / 2, "left", "middle"],
    right: [scene.width - 10, scene.height / 2, "right", "middle"],
    top: [scene.width / 2, 10, "center", "top"],
    bottom: [scene.width / 2, scene.height - 10, "center", "bottom"],
  } as const;
  const [x, y, align, baseline] = edges[shape.edge];
  context.textAlign = align;
  context.textBaseline = baseline;
  paintText(context, shape.text, x, y, YELLOW);
}

function paintShape(context: CanvasRenderingContext2D, shape: Shape, scene: Scene): void {
  if (shape.kind === "side") {
    paintSide(context, shape, scene);
    return;
  }
  if (shape.kind === "label") {
    context.textAlign = "left";
    context.textBaseline = "top";
    const { x, y } = labelPlace(shape, scene);
    shape.lines.forEach((line, i) => paintText(context, line, x, y + i * 18, YELLOW));
    return;
  }
  const isReference = shape.kind === "line" && shape.style === "reference";
  context.setLineDash(isReference ? [6, 4] : []);
  for (const [colour, width] of [
    ["rgba(0,0,0,.75)", 4],
    [isReference ? BLUE : YELLOW, 2],
  ] as const) {
    trace(context, shape);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }
  context.setLineDash([]);
}

export interface Corners {
  topLeft: string[];
  topRight: string[];
  bottomLeft: string[];
  bottomRight: string[];
}

const LINE = 18;
const MARGIN = 10;

function paintCorners(context: CanvasRenderingContext2D, corners: Corners, scene: Scene): void {
  context.textBaseline = "alphabetic";
  const write = (lines: string[], isRight: boolean, isBottom: boolean): void => {
    context.textAlign = isRight ? "right" : "left";
    const x = isRight ? scene.width - MARGIN : MARGIN;
    const from = isBottom ? scene.height - MARGIN - (lines.length - 1) * LINE - 4 : MARGIN + 12;
    lines.forEach((line, i) => paintText(context, line, x, from + i * LINE, "#fff"));
  };
  write(corners.topLeft, false, false);
  write(corners.topRight, true, false);
  write(corners.bottomLeft, false, true);
  write(corners.bottomRight, true, true);
}

/** A view with everything over it, on a canvas of its own. */
export function paintWhole(
  pane: Pane,
  scene: Scene,
  shapes: Shape[],
  corners: Corners,
  ratio: number,
  hasOverlays: boolean,
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(scene.width * ratio);
  canvas.height = Math.round(scene.height * ratio);
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  paintPicture(context, new Picture(), pane, scene, ratio, hasOverlays);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `14px ${FONT}`;
  shapes.forEach((shape) => paintShape(context, shape, scene));
  paintCorners(context, corners, scene);
  return canvas;
}
