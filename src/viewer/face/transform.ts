// SPDX-License-Identifier: GPL-3.0-or-later
// How a picture lies on the screen: size, place, turned, flipped. Pure functions; lengths on the
// screen are CSS pixels, those in the picture edges of its pixels.
import type { Spot, Vec3 } from "./geometry";
import { lettersOf, scale as scaleVector } from "./geometry";
import type { Geometry } from "../model";

export interface Look {
  /** Screen pixels for a column of the picture; 0: as large as fits. */
  zoom: number;
  /** Of the picture's middle from the middle of the screen. */
  pan: Spot;
  /** Quarters, clockwise. */
  turns: number;
  flipped: boolean;
}

export interface Scene {
  columns: number;
  rows: number;
  /** Height of a pixel divided by its width. */
  aspect: number;
  width: number;
  height: number;
}

/** As CanvasRenderingContext2D.setTransform() takes it. */
export type Matrix = [number, number, number, number, number, number];

export const FIT: Look = { zoom: 0, pan: { x: 0, y: 0 }, turns: 0, flipped: false };
const LEAST_ZOOM = 0.02;
const MOST_ZOOM = 64;

function isSideways(look: Look): boolean {
  return look.turns % 2 === 1;
}

export function fitScale(look: Look, scene: Scene): number {
  const height = scene.rows * scene.aspect;
  const across = isSideways(look) ? height : scene.columns;
  const down = isSideways(look) ? scene.columns : height;
  const fit = Math.min(scene.width / across, scene.height / down);
  return Number.isFinite(fit) && fit > 0 ? fit : 1;
}

/** Screen pixels for a column of the picture. */
export function scaleOf(look: Look, scene: Scene): number {
  return look.zoom > 0 ? look.zoom : fitScale(look, scene);
}

/** From the picture to the screen. */
export function matrixOf(look: Look, scene: Scene): Matrix {
  const s = scaleOf(look, scene);
  const u = look.flipped ? -s : s;
  const v = s * scene.aspect;
  const quarter = ((look.turns % 4) + 4) % 4;
  const cos = [1, 0, -1, 0][quarter]!;
  const sin = [0, 1, 0, -1][quarter]!;
  const [a, b, c, d] = [u * cos, u * sin, -v * sin, v * cos];
  const middle = { x: scene.columns / 2, y: scene.rows / 2 };
  const e = scene.width / 2 + look.pan.x - a * middle.x - c * middle.y;
  const f = scene.height / 2 + look.pan.y - b * middle.x - d * middle.y;
  return [a, b, c, d, e, f];
}

export function apply(matrix: Matrix, spot: Spot): Spot {
  const [a, b, c, d, e, f] = matrix;
  return { x: a * spot.x + c * spot.y + e, y: b * spot.x + d * spot.y + f };
}

export function invert(matrix: Matrix): Matrix {
  const [a, b, c, d, e, f] = matrix;
  const det = a * d - b * c;
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
}

export function toScreen(look: Look, scene: Scene, spot: Spot): Spot {
  return apply(matrixOf(look, scene), spot);
}

export function toPicture(look: Look, scene: Scene, spot: Spot): Spot {
  return apply(invert(matrixOf(look, scene)), spot);
}

/** What is under @spot of the screen stays there. */
export function zoomAt(look: Look, scene: Scene, factor: number, spot: Spot): Look {
  const held = toPicture(look, scene, spot);
  const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, scaleOf(look, scene) * factor));
  const next = { ...look, zoom };
  const moved = toScreen(next, scene, held);
  return { ...next, pan: { x: look.pan.x + spot.x - moved.x, y: look.pan.y + spot.y - moved.y } };
}

export function panBy(look: Look, scene: Scene, x: number, y: number): Look {
  return { ...look, zoom: scaleOf(look, scene), pan: { x: look.pan.x + x, y: look.pan.y + y } };
}

export function turn(look: Look, quarters: number): Look {
  return { ...look, turns: (((look.turns + quarters) % 4) + 4) % 4 };
}

/** Left and right on the screen change places, whatever way it is turned. */
export function flipSideways(look: Look): Look {
  return { ...look, flipped: !look.flipped, turns: (4 - look.turns) % 4 };
}

export function flipUpsideDown(look: Look): Look {
  return { ...look, flipped: !look.flipped, turns: (6 - look.turns) % 4 };
}

export interface Sides {
  left: string;
  top: string;
  right: string;
  bottom: string;
}

/** The letters of the patient's sides at the edges of the screen. */
export function sidesOf(look: Look, plane: Geometry): Sides {
  const [a, b, c, d] = matrixOf(look, { columns: 1, rows: 1, aspect: 1, width: 1, height: 1 });
  const along = (x: number, y: number): Vec3 => {
    const unit = 1 / (Math.abs(x) + Math.abs(y));
    const r = scaleVector(plane.rowDirection, x * unit);
    const k = scaleVector(plane.columnDirection, y * unit);
    return [r[0] + k[0], r[1] + k[1], r[2] + k[2]];
  };
  const right = along(a, c);
  const down = along(b, d);
  return {
    left: lettersOf(scaleVector(right, -1)),
    right: lettersOf(right),
    top: lettersOf(scaleVector(down, -1)),
    bottom: lettersOf(down),
  };
}
