// SPDX-License-Identifier: GPL-3.0-or-later
// From stored values to what is seen: modality LUT or rescale, VOI LUT or window, inversion
// (PS3.3 C.11.1, C.11.2, C.7.6.3.1.2). Rounds as DCMTK does, so that both show the same picture.
// Pure functions.
import type { ColourFrame, Frame, GreyFrame, GreyValues, Lut, VoiWindow } from "../model";

export type Voi = VoiWindow | Lut;

/** Tables are made for whole numbers up to this many. */
const MAX_TABLE = 1 << 16;

export function isLut(voi: Voi): voi is Lut {
  return "entries" in voi;
}

export function lookUp(lut: Lut, value: number): number {
  const i = Math.trunc(value) - lut.first;
  return lut.entries[i <= 0 ? 0 : i >= lut.entries.length ? lut.entries.length - 1 : i];
}

/** The modality value (Hounsfield units …) of a stored one. */
export function modalityValue(frame: GreyFrame, stored: number): number {
  if (frame.modalityLut !== null) {
    return lookUp(frame.modalityLut, stored);
  }
  return stored * frame.slope + frame.intercept;
}

/** In modality units; NaN outside, for padding and for previews, which cannot be measured. */
export function valueAt(frame: GreyFrame, x: number, y: number): number {
  if (frame.isPreview || x < 0 || y < 0 || x >= frame.columns || y >= frame.rows) {
    return NaN;
  }
  const stored = frame.values[Math.floor(y) * frame.columns + Math.floor(x)];
  return isPadding(frame, stored) ? NaN : modalityValue(frame, stored);
}

export function isPadding(frame: GreyFrame, stored: number): boolean {
  return frame.padding !== null && stored >= frame.padding[0] && stored <= frame.padding[1];
}

/** How the file wants to be seen: its table, its first window, else everything there is. */
export function defaultVoi(frame: GreyFrame): Voi {
  return frame.voiLuts[0] ?? frame.windows[0] ?? rangeWindow(frame.range[0], frame.range[1]);
}

/** The window that shows the values from low to high, and no more. */
export function rangeWindow(low: number, high: number): VoiWindow {
  const range = Math.max(high - low, 1e-9);
  return { center: (low + high + 1) / 2, width: range + 1, function: "linear", explanation: "" };
}

/** From `low` (the black end) to `high`: 0 to 255, or the other way round. */
function shadeOfLine(center: number, width: number, value: number, low: number, high: number): number {
  if (value <= center - width / 2) {
    return low;
  }
  if (value > center + width / 2) {
    return high;
  }
  const range = high - low;
  const gradient = width === 0 ? 0 : range / width;
  const offset = width === 0 ? 0 : high - (center / width + 0.5) * range;
  return offset + value * gradient;
}

function shadeOfWindow(window: VoiWindow, value: number, low: number, high: number): number {
  if (window.function === "sigmoid") {
    return (high - low) / (1 + Math.exp((-4 * (value - window.center)) / window.width)) + low;
  }
  const isExact = window.function === "linear-exact";
  const center = isExact ? window.center : window.center - 0.5;
  const width = isExact ? window.width : window.width - 1;
  return shadeOfLine(center, width, value, low, high);
}

function shadeOfLut(lut: Lut, value: number, low: number, high: number): number {
  return low + lookUp(lut, value) * ((high - low + 1) / 2 ** lut.bits);
}

/** What one stored value becomes. */
export function greyOf(frame: GreyFrame, voi: Voi, invert: boolean, stored: number): number {
  if (Number.isNaN(stored) || isPadding(frame, stored)) {
    return 0;
  }
  const value = modalityValue(frame, stored);
  const low = frame.inverted !== invert ? 255 : 0;
  const grey = isLut(voi) ? shadeOfLut(voi, value, low, 255 - low)
    : shadeOfWindow(voi, value, low, 255 - low);
  return grey <= 0 ? 0 : grey >= 255 ? 255 : Math.floor(grey);
}

interface Table {
  first: number;
  pixels: Uint32Array; // as they stand in ImageData on a little-endian machine
}

function storedRange(values: GreyValues): [number, number] | null {
  if (values instanceof Uint8Array) {
    return [0, 255];
  }
  if (values instanceof Uint16Array) {
    return [0, 65535];
  }
  return values instanceof Int16Array ? [-32768, 32767] : null;
}

function makeTable(frame: GreyFrame, voi: Voi, invert: boolean): Table | null {
  const range = storedRange(frame.values);
  if (range === null || range[1] - range[0] >= MAX_TABLE) {
    return null;
  }
  const pixels = new Uint32Array(range[1] - range[0] + 1);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = opaque(greyOf(frame, voi, invert, range[0] + i));
  }
  return { first: range[0], pixels };
}

function opaque(grey: number): number {
  return (0xff000000 | (grey * 0x010101)) >>> 0;
}

function renderGrey(frame: GreyFrame, voi: Voi, invert: boolean, out: Uint32Array): void {
  const values = frame.values;
  const table = makeTable(frame, voi, invert);
  if (table === null) {
    for (let i = 0; i < out.length; i++) {
      out[i] = opaque(greyOf(frame, voi, invert, values[i]));
    }
    return;
  }
  const { first, pixels } = table;
  for (let i = 0; i < out.length; i++) {
    out[i] = pixels[values[i] - first];
  }
}

function renderColour(frame: ColourFrame, invert: boolean, out: Uint8ClampedArray): void {
  out.set(frame.rgba);
  for (let i = 0; invert && i < out.length; i++) {
    if ((i & 3) !== 3) {
      out[i] = 255 - out[i];
    }
  }
}

/** Fills `out`, which has the size of the frame. A colour frame takes no window. */
export function render(frame: Frame, voi: Voi | null, invert: boolean, out: ImageData): void {
  if (frame.kind === "colour") {
    renderColour(frame, invert, out.data);
    return;
  }
  const pixels = new Uint32Array(out.data.buffer, out.data.byteOffset, out.data.length / 4);
  renderGrey(frame, voi ?? defaultVoi(frame), invert, pixels);
}
