// SPDX-License-Identifier: GPL-3.0-or-later
// What can be measured in a picture: lengths, angles, and the values within a rectangle or ellipse.
// Pure functions; places are in edges of pixels. Millimetres only where the file gives a spacing.
import type { Spot } from "./geometry";

export type MarkKind = "length" | "angle" | "rectangle" | "ellipse" | "probe";

export interface Mark {
  kind: MarkKind;
  points: Spot[];
}

/** Where the millimetres come from: at the patient, calibrated, at the detector, of ultrasound. */
export type SpacingSource = "patient" | "calibrated" | "detector" | "ultrasound";

export interface Spacing {
  row: number;
  column: number;
  source: SpacingSource;
}

export interface Amount {
  value: number;
  unit: "mm" | "mm²" | "px" | "px²" | "°";
}

/** What values there are at a pixel, in modality units. */
export interface Values {
  columns: number;
  rows: number;
  valueAt(x: number, y: number): number;
}

export interface Statistics {
  count: number;
  mean: number;
  deviation: number;
  least: number;
  most: number;
}

/** How many points a mark has when it is done. */
export function pointsOf(kind: MarkKind): number {
  return kind === "probe" ? 1 : kind === "angle" ? 3 : 2;
}

export function measureLength(from: Spot, to: Spot, spacing: Spacing | null): Amount {
  const x = to.x - from.x;
  const y = to.y - from.y;
  if (!spacing) return { value: Math.hypot(x, y), unit: "px" };
  return { value: Math.hypot(x * spacing.column, y * spacing.row), unit: "mm" };
}

/** At the second of three points, from 0 to 180 degrees. */
export function measureAngle(points: readonly Spot[], spacing: Spacing | null): Amount {
  const [a, b, c] = points as [Spot, Spot, Spot];
  const aspect = spacing ? spacing.row / spacing.column : 1;
  const one = Math.atan2((a.y - b.y) * aspect, a.x - b.x);
  const two = Math.atan2((c.y - b.y) * aspect, c.x - b.x);
  const turn = Math.abs(one - two) * (180 / Math.PI);
  return { value: turn > 180 ? 360 - turn : turn, unit: "°" };
}

export function measureArea(mark: Mark, spacing: Spacing | null): Amount {
  const [a, b] = mark.points as [Spot, Spot];
  const box = Math.abs((b.x - a.x) * (b.y - a.y));
  const shape = mark.kind === "ellipse" ? (box * Math.PI) / 4 : box;
  if (!spacing) return { value: shape, unit: "px²" };
  return { value: shape * spacing.row * spacing.column, unit: "mm²" };
}

function isInside(kind: MarkKind, x: number, y: number): boolean {
  return kind !== "ellipse" || x * x + y * y <= 1;
}

/** Of the pixels whose middle lies within the mark; null when there is none with a value. */
export function measureValues(mark: Mark, values: Values): Statistics | null {
  const [a, b] = mark.points as [Spot, Spot];
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const half = { x: Math.abs(b.x - a.x) / 2, y: Math.abs(b.y - a.y) / 2 };
  const left = Math.max(0, Math.ceil(middle.x - half.x - 0.5));
  const right = Math.min(values.columns - 1, Math.floor(middle.x + half.x - 0.5));
  const top = Math.max(0, Math.ceil(middle.y - half.y - 0.5));
  const bottom = Math.min(values.rows - 1, Math.floor(middle.y + half.y - 0.5));
  const sum = new Sums();
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++)
      if (isInside(mark.kind, (x + 0.5 - middle.x) / half.x, (y + 0.5 - middle.y) / half.y))
        sum.add(values.valueAt(x, y));
  return sum.finish();
}

/* Welford's way: no loss of figures when the mean is large and the deviation small. */
class Sums {
  private count = 0;
  private mean = 0;
  private squares = 0;
  private least = Infinity;
  private most = -Infinity;

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.count++;
    const step = value - this.mean;
    this.mean += step / this.count;
    this.squares += step * (value - this.mean);
    this.least = Math.min(this.least, value);
    this.most = Math.max(this.most, value);
  }

  finish(): Statistics | null {
    if (this.count === 0) return null;
    const { count, mean, least, most } = this;
    return { count, mean, deviation: Math.sqrt(this.squares / count), least, most };
  }
}

function distanceToSegment(spot: Spot, a: Spot, b: Spot): number {
  const long = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const along =
    long === 0 ? 0 : ((spot.x - a.x) * (b.x - a.x) + (spot.y - a.y) * (b.y - a.y)) / long;
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(a.x + part * (b.x - a.x) - spot.x, a.y + part * (b.y - a.y) - spot.y);
}

/** Which point of which mark is within @reach of @spot; all in the same coordinates. */
export function findPoint(
  marks: readonly (readonly Spot[])[],
  spot: Spot,
  reach: number,
): { mark: number; point: number } | null {
  for (let mark = marks.length - 1; mark >= 0; mark--) {
    const point = marks[mark]!.findIndex((p) => Math.hypot(p.x - spot.x, p.y - spot.y) <= reach);
    if (point >= 0) return { mark, point };
  }
  return null;
}

/** Which mark's line runs within @reach of @spot; -1 when none does. */
export function findMark(marks: readonly (readonly Spot[])[], spot: Spot, reach: number): number {
  for (let mark = marks.length - 1; mark >= 0; mark--) {
    const points = marks[mark]!;
    const near = points.some(
      (p, i) => i > 0 && distanceToSegment(spot, points[i - 1]!, p) <= reach,
    );
    if (near || (points.length === 1 && distanceToSegment(spot, points[0]!, points[0]!) <= reach))
      return mark;
  }
  return -1;
}
