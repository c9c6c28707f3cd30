// SPDX-License-Identifier: GPL-3.0-or-later
// Makes frames that did not come from a file as they are: reformatted planes, made-up images.
import type { GreyFrame, GreyValues } from "../model";

export interface GreyParts {
  columns: number;
  rows: number;
  values: GreyValues;
}

function rangeOfAll(values: GreyValues): [number, number] {
  let low = values[0];
  let high = low;
  for (let i = 1; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return [low, high];
}

/** The lowest and highest of them, padding left out; [0, 0] when nothing is left. */
export function rangeOf(values: GreyValues, padding: [number, number] | null): [number, number] {
  const mayBeNaN = values instanceof Float32Array || values instanceof Float64Array;
  if (padding === null && !mayBeNaN && values.length > 0) {
    return rangeOfAll(values);
  }
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (padding !== null && value >= padding[0] && value <= padding[1]) {
      continue;
    }
    if (value < low) {
      low = value;
    }
    if (value > high) {
      high = value;
    }
  }
  return low <= high ? [low, high] : [0, 0];
}

/** A grey frame in which everything that is not given is as plain as can be. */
export function greyFrame(parts: GreyParts & Partial<GreyFrame>): GreyFrame {
  const { slope = 1, intercept = 0, padding = null } = parts;
  const [low, high] = parts.range ?? rangeOf(parts.values, padding);
  const ends = parts.range ?? [low * slope + intercept, high * slope + intercept];
  return {
    kind: "grey",
    bytes: parts.values.byteLength,
    isPreview: false,
    overlays: [],
    slope,
    intercept,
    modalityLut: null,
    unit: "",
    inverted: false,
    padding,
    windows: [],
    voiLuts: [],
    ...parts,
    range: [Math.min(ends[0], ends[1]), Math.max(ends[0], ends[1])],
  };
}
