// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse, pen and fingers on a view: the tool of the left button or of one finger, moving with the
// middle button, zooming with the right one, two fingers for both, the wheel for scrolling.
import type { Desk } from "./desk";
import { isMarkTool } from "./commands";
import type { Spot } from "./geometry";
import { MarkMaker } from "./mark-maker";
import type { Mark, MarkKind } from "./measure";
import { findMark, findPoint } from "./measure";
import type { Pane } from "./pane";
import type { Scene } from "./transform";
import * as transform from "./transform";
import { dragWindow, windowForRange } from "./windows";

export interface Surface {
  readonly element: HTMLElement;
  readonly pane: Pane;
  scene(): Scene | null;
}

interface Drag {
  kind: "tool" | "pan" | "zoom" | "mark" | "edit";
  from: Spot;
  last: Spot;
  window: { center: number; width: number } | null;
  index: number;
  edit: { mark: number; point: number; start: Mark } | null;
}

const CLICK = 4;
const REACH = { mouse: 8, touch: 20 };
const WHEEL_STEP = 40;
const ZOOM_PER_PIXEL = 1.008;
const LEAST_STEP = 3;
const MOST_STEP = 20;

function far(a: Spot, b: Spot): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export class PointerTool {
  readonly maker: MarkMaker;
  private drag: Drag | null = null;
  private readonly fingers = new Map<number, Spot>();
  private wheel = 0;

  constructor(
    private readonly desk: Desk,
    private readonly surface: Surface,
  ) {
    this.maker = new MarkMaker((mark) =>
      desk.setMarks(this.pane, [...desk.marksOf(this.pane), mark]),
    );
    const { element } = surface;
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    element.addEventListener("pointerup", (event) => this.up(event));
    element.addEventListener("pointercancel", (event) => this.up(event));
    element.addEventListener("wheel", (event) => this.turnWheel(event), { passive: false });
    element.addEventListener("contextmenu", (event) => event.preventDefault());
    element.addEventListener("dblclick", () => this.doubleClick());
  }

  private get pane(): Pane {
    return this.surface.pane;
  }

  private spotOf(event: MouseEvent): Spot {
    const box = this.surface.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private toPicture(spot: Spot): Spot {
    const scene = this.surface.scene();
    return scene === null ? spot : transform.toPicture(this.pane.look, scene, spot);
  }

  /* ---- pressing, dragging, letting go ------------------------------------------------------ */

  private down(event: PointerEvent): void {
    const spot = this.spotOf(event);
    this.surface.element.setPointerCapture(event.pointerId);
    if (event.pointerType === "touch") {
      this.fingers.set(event.pointerId, spot);
      if (this.fingers.size === 2) {
        this.drag = null;
        this.maker.cancel();
        return;
      }
    }
    this.drag = this.startDrag(event, spot);
    this.desk.changed();
  }

  private startDrag(event: PointerEvent, spot: Spot): Drag {
    const drag: Drag = {
      kind: "tool",
      from: spot,
      last: spot,
      window: this.pane.windowInUse ?? this.wholeWindow(),
      index: this.pane.index,
      edit: null,
    };
    if (event.button === 1) {
      return { ...drag, kind: "pan" };
    }
    if (event.button === 2) {
      return { ...drag, kind: "zoom" };
    }
    return this.startTool(drag, spot, event.pointerType === "touch" ? REACH.touch : REACH.mouse);
  }

  private startTool(drag: Drag, spot: Spot, reach: number): Drag {
    const { tool } = this.desk;
    const edit = this.maker.mark === null ? this.findEdit(spot, reach) : null;
    if (edit !== null) {
      return { ...drag, kind: "edit", edit };
    }
    if (isMarkTool(tool)) {
      this.maker.press(tool as MarkKind, this.toPicture(spot));
      return { ...drag, kind: "mark" };
    }
    if (tool === "point") {
      this.desk.pointAt(this.pane, this.toPicture(spot));
    }
    return drag;
  }

  private wholeWindow(): Drag["window"] {
    const { frame } = this.pane;
    return frame?.kind === "grey"
      ? windowForRange({ least: frame.range[0], most: frame.range[1] })
      : null;
  }

  private findEdit(spot: Spot, reach: number): Drag["edit"] {
    const scene = this.surface.scene();
    if (scene === null || this.pane.frame === null) {
      return null;
    }
    const marks = this.desk.marksOf(this.pane);
    const points = marks.map((mark) =>
      mark.points.map((point) => transform.toScreen(this.pane.look, scene, point)),
    );
    const found = findPoint(points, spot, reach);
    if (found !== null) {
      return { ...found, start: marks[found.mark] };
    }
    const lines = points.map((spots, i) =>
      marks[i].kind === "ellipse" || marks[i].kind === "rectangle" ? [] : spots,
    );
    const mark = isMarkTool(this.desk.tool) ? -1 : findMark(lines, spot, reach);
    return mark < 0 ? null : { mark, point: -1, start: marks[mark] };
  }

  private move(event: PointerEvent): void {
    const spot = this.spotOf(event);
    const before = this.fingers.get(event.pointerId);
    if (before !== undefined) {
      this.fingers.set(event.pointerId, spot);
      if (this.fingers.size === 2) {
        this.pinch(event.pointerId, before, spot);
        return;
      }
    }
    if (this.drag === null) {
      this.hover(spot);
      return;
    }
    this.pull(this.drag, spot);
    this.drag.last = spot;
  }

  private hover(spot: Spot): void {
    if (this.maker.mark !== null) {
      this.maker.move(this.toPicture(spot));
      this.desk.changed();
    }
  }

  private up(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
    const { drag } = this;
    this.drag = null;
    if (drag?.kind === "mark") {
      this.maker.release(far(drag.from, this.spotOf(event)) > CLICK);
    }
    if (drag !== null) {
      this.desk.changed();
    }
  }

  private doubleClick(): void {
    if (!isMarkTool(this.desk.tool) && !this.desk.hasPlanes) {
      this.desk.toggleSingle();
    }
  }

  /* ---- what a drag does --------------------------------------------------------------------- */

  private pull(drag: Drag, spot: Spot): void {
    switch (drag.kind) {
      case "mark":
        this.maker.move(this.toPicture(spot));
        break;
      case "edit":
        this.pullEdit(drag, spot);
        break;
      case "pan":
      case "zoom":
        this.pullAs(drag.kind, drag, spot);
        break;
      case "tool":
        this.pullAs(this.desk.tool, drag, spot);
    }
    this.desk.changed();
  }

  private pullEdit(drag: Drag, spot: Spot): void {
    const { mark, point, start } = drag.edit!;
    const [from, to] = [this.toPicture(drag.from), this.toPicture(spot)];
    const points = start.points.map((p, i) =>
      point < 0 || point === i ? { x: p.x + to.x - from.x, y: p.y + to.y - from.y } : p,
    );
    const marks = [...this.desk.marksOf(this.pane)];
    marks[mark] = { kind: start.kind, points };
    this.desk.setMarks(this.pane, marks);
  }

  private pullAs(tool: Desk["tool"], drag: Drag, spot: Spot): void {
    const scene = this.surface.scene();
    if (scene === null) {
      return;
    }
    const { pane } = this;
    const [x, y] = [spot.x - drag.last.x, spot.y - drag.last.y];
    switch (tool) {
      case "window":
        this.pullWindow(drag, spot);
        break;
      case "pan":
        pane.look = transform.panBy(pane.look, scene, x, y);
        break;
      case "zoom":
        pane.look = transform.zoomAt(pane.look, scene, ZOOM_PER_PIXEL ** -y, drag.from);
        break;
      case "scroll":
        this.desk.goTo(
          drag.index + Math.trunc((spot.y - drag.from.y) / this.scrollStep(scene)),
          pane,
        );
        break;
      case "point":
        this.desk.pointAt(pane, this.toPicture(spot));
        break;
      default:
    }
  }

  private scrollStep(scene: Scene): number {
    const count = this.pane.stack?.slots.length ?? 1;
    return Math.min(MOST_STEP, Math.max(LEAST_STEP, scene.height / count));
  }

  private pullWindow(drag: Drag, spot: Spot): void {
    const { frame } = this.pane;
    if (drag.window !== null && frame?.kind === "grey") {
      const range = { least: frame.range[0], most: frame.range[1] };
      this.pane.setWindow(
        dragWindow(drag.window, range, spot.x - drag.from.x, spot.y - drag.from.y),
      );
    }
  }

  private pinch(moved: number, before: Spot, now: Spot): void {
    const scene = this.surface.scene();
    const other = [...this.fingers].find(([id]) => id !== moved)?.[1];
    if (scene === null || other === undefined) {
      return;
    }
    const middle = { x: (other.x + now.x) / 2, y: (other.y + now.y) / 2 };
    const factor = far(now, other) / Math.max(1, far(before, other));
    const moved_ = transform.panBy(
      this.pane.look,
      scene,
      (now.x - before.x) / 2,
      (now.y - before.y) / 2,
    );
    this.pane.look = transform.zoomAt(moved_, scene, factor, middle);
    this.desk.changed();
  }

  private turnWheel(event: WheelEvent): void {
    event.preventDefault();
    const scene = this.surface.scene();
    if (event.ctrlKey && scene !== null) {
      const factor = event.deltaY < 0 ? 1.1 : 1 / 1.1;
      this.pane.look = transform.zoomAt(this.pane.look, scene, factor, this.spotOf(event));
      this.desk.changed();
      return;
    }
    const lines =
      event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / WHEEL_STEP : event.deltaY;
    // One notch of a wheel is one image; a touchpad's many small moves add up to one.
    if (Math.abs(lines) >= 1) {
      this.wheel = 0;
      this.desk.step(Math.sign(lines), this.pane);
      return;
    }
    this.wheel += lines;
    if (Math.abs(this.wheel) >= 1) {
      this.desk.step(Math.sign(this.wheel), this.pane);
      this.wheel = 0;
    }
  }

  /* ---- the keyboard's way -------------------------------------------------------------------- */

  /** As if the tool had been pulled so far. */
  nudge(x: number, y: number): void {
    const scene = this.surface.scene();
    if (scene === null || isMarkTool(this.desk.tool)) {
      return;
    }
    const from = { x: scene.width / 2, y: scene.height / 2 };
    const drag = this.startDrag(new PointerEvent("pointerdown", { button: 0 }), from);
    const isScroll = this.desk.tool === "scroll";
    const way = isScroll ? this.scrollStep(scene) + 0.5 : 10;
    this.pull({ ...drag, kind: "tool" }, { x: from.x + x * way, y: from.y + y * way });
  }
}
