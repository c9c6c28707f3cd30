// SPDX-License-Identifier: GPL-3.0-or-later
// What is drawn over a picture: marks with their readings, reference lines, the letters of the
// patient's sides, the keyboard's cross. Pure: gives shapes in screen pixels, which are painted as
// SVG on the screen and on a canvas for paper and saved pictures.
import type { Frame } from "../model";
import { valueAt } from "../pixels/render";
import type { Desk } from "./desk";
import type { Spot } from "./geometry";
import { cutOf } from "./geometry";
import type { Amount, Mark, Spacing } from "./measure";
import { measureAngle, measureArea, measureLength, measureValues } from "./measure";
import { words } from "./messages";
import { figure, reading } from "./numbers";
import type { Pane } from "./pane";
import type { Slot } from "./stack";
import type { Scene, Sides } from "./transform";
import { sidesOf, toScreen } from "./transform";

export type Shape =
  | { kind: "line"; points: Spot[]; style: "mark" | "reference" }
  | { kind: "box" | "ellipse"; from: Spot; to: Spot }
  | { kind: "handle"; at: Spot }
  | { kind: "cross"; at: Spot }
  | { kind: "label"; at: Spot; end: Spot; lines: string[] } // end: where it ends if put before
  | { kind: "side"; edge: keyof Sides; text: string };

const LABEL_GAP = 10;
const EDGE = 4;
/* Good enough to keep a text within the view; it is not measured. */
const LETTER_WIDTH = 7.5;
const LINE_HEIGHT = 18;

function amountText(amount: Amount): string {
  const digits = amount.unit === "px" || amount.unit === "px²" ? 0 : 1;
  const gap = amount.unit === "°" ? "" : " ";
  return `${figure(amount.value, digits)}${gap}${amount.unit}`;
}

/* Millimetres that are not those of the patient say so. */
function sourceText(spacing: Spacing | null): string {
  switch (spacing?.source) {
    case "detector":
      return ` (${words.atDetector})`;
    case "calibrated":
      return ` (${words.calibrated})`;
    default:
      return "";
  }
}

function unitOf(frame: Frame): string {
  return frame.kind === "grey" && frame.unit !== "" ? ` ${frame.unit}` : "";
}

function statisticsLines(mark: Mark, slot: Slot, frame: Frame): string[] {
  const area = `${words.area} ${amountText(measureArea(mark, slot.spacing))}${sourceText(slot.spacing)}`;
  if (frame.kind === "colour") {
    return [words.noColourValues, area];
  }
  if (frame.isPreview) {
    return [words.noValues, area];
  }
  const { columns, rows } = frame;
  const found = measureValues(mark, { columns, rows, valueAt: (x, y) => valueAt(frame, x, y) });
  if (found === null) {
    return [words.outside, area];
  }
  const unit = unitOf(frame);
  return [
    `${words.mean} ${reading(found.mean)}${unit}, ${words.deviation} ${reading(found.deviation)}`,
    words.leastMost(reading(found.least), reading(found.most)),
    area,
  ];
}

function probeLines(at: Spot, frame: Frame): string[] {
  const [x, y] = [Math.floor(at.x), Math.floor(at.y)];
  if (x < 0 || y < 0 || x >= frame.columns || y >= frame.rows) {
    return [words.outside];
  }
  const place = `(${figure(x)}, ${figure(y)})`;
  if (frame.kind === "colour") {
    const i = (y * frame.columns + x) * 4;
    return [`R ${frame.rgba[i]} G ${frame.rgba[i + 1]} B ${frame.rgba[i + 2]}`, place];
  }
  const value = valueAt(frame, x, y);
  return [
    frame.isPreview || Number.isNaN(value) ? words.noValues : reading(value) + unitOf(frame),
    place,
  ];
}

/** What a finished mark says, in lines. */
export function readingsOf(mark: Mark, slot: Slot, frame: Frame): string[] {
  switch (mark.kind) {
    case "length":
      return [
        amountText(measureLength(mark.points[0], mark.points[1], slot.spacing)) +
          sourceText(slot.spacing),
      ];
    case "angle":
      return mark.points.length < 3 ? [] : [amountText(measureAngle(mark.points, slot.spacing))];
    case "probe":
      return probeLines(mark.points[0], frame);
    case "rectangle":
    case "ellipse":
      return statisticsLines(mark, slot, frame);
  }
}

function outlineOf(mark: Mark, points: Spot[]): Shape[] {
  switch (mark.kind) {
    case "rectangle":
      return [{ kind: "box", from: points[0], to: points[1] }];
    case "ellipse":
      return [{ kind: "ellipse", from: points[0], to: points[1] }];
    case "probe":
      return [{ kind: "cross", at: points[0] }];
    default:
      return [{ kind: "line", points, style: "mark" }];
  }
}

/* Beside the mark: where its text begins after it, and where it ends before it. */
function labelSpots(mark: Mark, points: Spot[]): { at: Spot; end: Spot } {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const isArea = mark.kind === "rectangle" || mark.kind === "ellipse";
  const last = points[mark.kind === "angle" ? Math.min(1, points.length - 1) : points.length - 1];
  const at = isArea
    ? { x: Math.max(...xs) + LABEL_GAP, y: Math.min(...ys) }
    : { x: last.x + LABEL_GAP, y: last.y + LABEL_GAP };
  return { at, end: { x: (isArea ? Math.min(...xs) : last.x) - LABEL_GAP, y: at.y } };
}

/** Where the text of a label begins, so that it stays within the view and, if it can, off its mark. */
export function labelPlace(label: Shape & { kind: "label" }, scene: Scene): Spot {
  const widest = Math.max(...label.lines.map((line) => line.length)) * LETTER_WIDTH;
  const most = scene.width - widest - EDGE;
  const x = label.at.x <= most ? label.at.x : label.end.x - widest;
  const y = Math.min(label.at.y, scene.height - label.lines.length * LINE_HEIGHT - EDGE);
  return { x: Math.max(EDGE, Math.min(x, most)), y: Math.max(EDGE, y) };
}

function shapesOfMark(mark: Mark, slot: Slot, frame: Frame, at: (spot: Spot) => Spot): Shape[] {
  const points = mark.points.map(at);
  const lines =
    mark.points.length < 2 && mark.kind !== "probe" ? [] : readingsOf(mark, slot, frame);
  const handles =
    mark.kind === "probe" ? [] : points.map<Shape>((spot) => ({ kind: "handle", at: spot }));
  return [
    ...(points.length > 1 || mark.kind === "probe" ? outlineOf(mark, points) : []),
    ...handles,
    ...(lines.length > 0 ? [{ kind: "label" as const, ...labelSpots(mark, points), lines }] : []),
  ];
}

function referenceShapes(desk: Desk, pane: Pane, slot: Slot, at: (spot: Spot) => Spot): Shape[] {
  const plane = slot.plane;
  if (!desk.hasLines || plane === null) {
    return [];
  }
  // Of three planes each shows the other two; else all show the one that is meant.
  const others = desk.hasPlanes ? desk.panes.slice(0, 3) : [desk.pane];
  return others
    .filter((other) => other !== pane && desk.visiblePanes.includes(other))
    .flatMap((other) => {
      const cut = other.slot?.plane ? cutOf(plane, slot, other.slot.plane) : null;
      return cut === null
        ? []
        : [{ kind: "line" as const, points: cut.map(at), style: "reference" as const }];
    });
}

function sideShapes(pane: Pane, slot: Slot): Shape[] {
  if (slot.plane === null) {
    return [];
  }
  const sides = sidesOf(pane.look, slot.plane);
  return (Object.keys(sides) as (keyof Sides)[]).map((edge) => ({
    kind: "side",
    edge,
    text: sides[edge],
  }));
}

export interface Draft {
  mark: Mark | null;
  cross: Spot | null; // in the picture
}

/** Everything over a view's picture; @draft is what is just being made in it. */
export function shapesOf(desk: Desk, pane: Pane, scene: Scene, draft: Draft | null): Shape[] {
  const { slot, frame } = pane;
  if (slot === null || frame === null) {
    return [];
  }
  const at = (spot: Spot): Spot => toScreen(pane.look, scene, spot);
  const marks = draft?.mark ? [...desk.marksOf(pane), draft.mark] : desk.marksOf(pane);
  return [
    ...referenceShapes(desk, pane, slot, at),
    ...(desk.hasTexts ? sideShapes(pane, slot) : []),
    ...marks.flatMap((mark) => shapesOfMark(mark, slot, frame, at)),
    ...(draft?.cross ? [{ kind: "cross" as const, at: at(draft.cross) }] : []),
  ];
}
