// SPDX-License-Identifier: GPL-3.0-or-later
// Windows: those of the file, the usual ones of CT, what a drag does to one, and how many figures
// to say of it (PS3.3 C.11.2). Pure functions, in modality units.
export interface Window {
  center: number;
  width: number;
}

export type CtPreset = "softTissue" | "lung" | "bone" | "brain" | "angio" | "liver";

/** In Hounsfield units, as radiology departments use them. */
export const CT_WINDOWS: readonly (Window & { name: CtPreset })[] = [
  { name: "softTissue", center: 40, width: 400 },
  { name: "lung", center: -600, width: 1500 },
  { name: "bone", center: 500, width: 2000 },
  { name: "brain", center: 40, width: 80 },
  { name: "angio", center: 300, width: 600 },
  { name: "liver", center: 90, width: 150 },
];

/** A drag across so many screen pixels covers the whole range once. */
const DRAG_LENGTH = 500;

export interface Range {
  least: number;
  most: number;
}

/** The window that shows the values from the least to the most, and no more (PS3.3 C.11.2.1.2.1). */
export function windowForRange(range: Range): Window {
  const width = Math.max(1, range.most - range.least + 1);
  return { center: (range.least + range.most + 1) / 2, width };
}

function leastWidth(range: Range): number {
  return range.most - range.least > 16 ? 1 : (range.most - range.least) / 1000 || 1e-6;
}

/** To the right wider, down darker: a larger centre. CT moves by whole units. */
export function dragWindow(window: Window, range: Range, right: number, down: number): Window {
  const step =
    Math.min(range.most - range.least || 1, 2 * Math.max(window.width, 250)) / DRAG_LENGTH;
  const whole = range.most - range.least > 16;
  const center = window.center + down * step;
  const width = Math.max(leastWidth(range), window.width + right * step);
  return whole ? { center: Math.round(center), width: Math.round(width) } : { center, width };
}

/** How many figures after the point a window is said with. */
export function digitsFor(window: Window): number {
  return window.width >= 16 ? 0 : window.width >= 1 ? 1 : 3;
}

export function isSameWindow(a: Window, b: Window): boolean {
  return Math.abs(a.center - b.center) < 1e-6 && Math.abs(a.width - b.width) < 1e-6;
}

/** The least and most of the values, from every few of a large picture. */
export function rangeOf(count: number, valueAt: (i: number) => number): Range | null {
  const step = Math.max(1, Math.floor(count / 262144));
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < count; i += step) {
    const value = valueAt(i);
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most ? { least, most } : null;
}
