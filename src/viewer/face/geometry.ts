// SPDX-License-Identifier: GPL-3.0-or-later
// Where pictures lie in the patient: planes, the letters of their sides, where two planes meet, and
// whether a stack of them is a volume (PS3.3 C.7.6.2). Pure functions; places in a picture are in
// edges of its pixels, so that the middle of the first one is at (½, ½).
import type { Geometry } from "../model";

export type Vec3 = readonly [number, number, number];

export interface Spot {
  x: number;
  y: number;
}

export interface Size {
  columns: number;
  rows: number;
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function add(a: Vec3, b: Vec3, factor = 1): Vec3 {
  return [a[0] + b[0] * factor, a[1] + b[1] * factor, a[2] + b[2] * factor];
}

export function scale(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function lengthOf(a: Vec3): number {
  return Math.sqrt(dot(a, a));
}

/** Out of the picture, so that row direction, column direction and this are right-handed. */
export function normalOf(plane: Geometry): Vec3 {
  return cross(plane.rowDirection, plane.columnDirection);
}

/** How far along its own normal a plane lies, in millimetres. */
export function depthOf(plane: Geometry, normal: Vec3 = normalOf(plane)): number {
  return dot(plane.position, normal);
}

export function toPatient(plane: Geometry, spot: Spot): Vec3 {
  const [betweenRows, betweenColumns] = plane.spacing;
  const across = add(plane.position, plane.rowDirection, (spot.x - 0.5) * betweenColumns);
  return add(across, plane.columnDirection, (spot.y - 0.5) * betweenRows);
}

/** The place in the picture straight above or below @point, and how far away it is. */
export function toPicture(plane: Geometry, point: Vec3): Spot & { distance: number } {
  const way = add(point, plane.position, -1);
  const [betweenRows, betweenColumns] = plane.spacing;
  return {
    x: dot(way, plane.rowDirection) / betweenColumns + 0.5,
    y: dot(way, plane.columnDirection) / betweenRows + 0.5,
    distance: dot(way, normalOf(plane)),
  };
}

/** Left, right, anterior, posterior, head, feet: the letters of PS3.3 C.7.6.1.1.1, strongest first. */
export function lettersOf(direction: Vec3): string {
  const axes = [
    { size: direction[0], letters: "LR" },
    { size: direction[1], letters: "PA" },
    { size: direction[2], letters: "HF" },
  ];
  return axes
    .filter((axis) => Math.abs(axis.size) > 0.2)
    .sort((a, b) => Math.abs(b.size) - Math.abs(a.size))
    .map((axis) => axis.letters[axis.size > 0 ? 0 : 1])
    .join("");
}

export type PlaneName = "axial" | "coronal" | "sagittal";

export function nameOfPlane(normal: Vec3): PlaneName {
  const sizes = normal.map(Math.abs);
  const largest = sizes.indexOf(Math.max(...sizes));
  return largest === 0 ? "sagittal" : largest === 1 ? "coronal" : "axial";
}

export function areParallel(a: Geometry, b: Geometry): boolean {
  return Math.abs(dot(normalOf(a), normalOf(b))) > 0.99;
}

export function sharesFrame(a: Geometry, b: Geometry): boolean {
  return a.frameOfReference !== "" && a.frameOfReference === b.frameOfReference;
}

/** Which of @planes lies nearest to @point; -1 when none of them has a place. */
export function nearestPlane(planes: readonly (Geometry | null)[], point: Vec3): number {
  let best = -1;
  let least = Infinity;
  planes.forEach((plane, i) => {
    const distance = plane ? Math.abs(toPicture(plane, point).distance) : Infinity;
    if (distance < least) {
      least = distance;
      best = i;
    }
  });
  return best;
}

/* The part of the line a·x + b·y = c that lies in the picture. */
function clipLine(a: number, b: number, c: number, size: Size): [Spot, Spot] | null {
  const ends: Spot[] = [];
  const keep = (x: number, y: number): void => {
    const inside = x >= -1e-6 && x <= size.columns + 1e-6 && y >= -1e-6 && y <= size.rows + 1e-6;
    if (inside && !ends.some((end) => Math.hypot(end.x - x, end.y - y) < 1e-6)) ends.push({ x, y });
  };
  if (Math.abs(b) > 1e-9) {
    keep(0, c / b);
    keep(size.columns, (c - a * size.columns) / b);
  }
  if (Math.abs(a) > 1e-9) {
    keep(c / a, 0);
    keep((c - b * size.rows) / a, size.rows);
  }
  return ends.length < 2 ? null : [ends[0]!, ends[1]!];
}

/** Where @other cuts through the picture of @plane; null when it misses it or is parallel. */
export function cutOf(plane: Geometry, size: Size, other: Geometry): [Spot, Spot] | null {
  if (!sharesFrame(plane, other) || areParallel(plane, other)) return null;
  const normal = normalOf(other);
  const [betweenRows, betweenColumns] = plane.spacing;
  const a = dot(normal, plane.rowDirection) * betweenColumns;
  const b = dot(normal, plane.columnDirection) * betweenRows;
  const c = dot(normal, add(other.position, plane.position, -1)) + (a + b) / 2;
  return clipLine(a, b, c, size);
}

/** Why a stack is no volume; the words on the screen are made from it. */
export type VolumeFault =
  | "too-few"
  | "no-geometry"
  | "mixed-size"
  | "mixed-direction"
  | "same-place"
  | "uneven"
  | "tilted"
  | "colour"
  | "preview"
  | "too-large"
  | "missing";

export interface VolumeOrder {
  /** Indices of the planes from the lowest to the highest along the normal. */
  order: number[];
  gap: number;
}

const FEWEST_SLICES = 3;

function sameDirections(a: Geometry, b: Geometry): boolean {
  return (
    dot(a.rowDirection, b.rowDirection) > 0.9999 &&
    dot(a.columnDirection, b.columnDirection) > 0.9999
  );
}

function sameSpacing(a: Geometry, b: Geometry): boolean {
  return (
    Math.abs(a.spacing[0] - b.spacing[0]) < 1e-3 && Math.abs(a.spacing[1] - b.spacing[1]) < 1e-3
  );
}

function faultOfPlanes(planes: readonly Geometry[], sizes: readonly Size[]): VolumeFault | null {
  const first = planes[0]!;
  const alike = sizes.every(
    (size) => size.columns === sizes[0]!.columns && size.rows === sizes[0]!.rows,
  );
  if (!alike || !planes.every((plane) => sameSpacing(first, plane))) return "mixed-size";
  const straight = planes.every(
    (plane) => sameDirections(first, plane) && plane.frameOfReference === first.frameOfReference,
  );
  return straight ? null : "mixed-direction";
}

/* A stack whose slices do not lie straight above one another: gantry tilt, or a fan. */
function isTilted(planes: readonly Geometry[], order: readonly number[]): boolean {
  const first = planes[order[0]!]!;
  return order.some((i) => {
    const foot = toPicture(first, planes[i]!.position);
    return Math.abs(foot.x - 0.5) > 0.5 || Math.abs(foot.y - 0.5) > 0.5;
  });
}

/** Orders a stack along its normal, or says why it is not a volume of straight, even slices. */
export function orderVolume(
  planes: readonly (Geometry | null)[],
  sizes: readonly Size[],
): VolumeOrder | VolumeFault {
  if (planes.length < FEWEST_SLICES) return "too-few";
  if (planes.some((plane) => plane === null)) return "no-geometry";
  const known = planes as readonly Geometry[];
  const fault = faultOfPlanes(known, sizes);
  if (fault) return fault;
  const normal = normalOf(known[0]!);
  const depths = known.map((plane) => depthOf(plane, normal));
  const order = depths.map((_, i) => i).sort((a, b) => depths[a]! - depths[b]!);
  const gaps = order.slice(1).map((i, k) => depths[i]! - depths[order[k]!]!);
  const gap = (depths[order[order.length - 1]!]! - depths[order[0]!]!) / gaps.length;
  if (gaps.some((one) => one < 1e-3)) return "same-place";
  if (gaps.some((one) => Math.abs(one - gap) > Math.max(0.05 * gap, 0.02))) return "uneven";
  if (isTilted(known, order)) return "tilted";
  return { order, gap };
}
