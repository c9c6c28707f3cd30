// SPDX-License-Identifier: GPL-3.0-or-later
// Colours of DICOM into red, green and blue of eight bits (PS3.3 C.7.6.3.1.2), with DCMTK's rounding.
import type { PaletteTable } from "../codec/messages";
import type { Samples } from "../codec/samples";

type Rgba = Uint8ClampedArray;

/** Where in `data` the samples of pixel i lie: first + i·step, and one `channel` further each. */
interface Lay {
  step: number;
  channel: number;
}

function layOf(samples: Samples): Lay {
  return samples.isPlanar
    ? { step: 1, channel: samples.columns * samples.rows }
    : { step: samples.channels, channel: 1 };
}

function newRgba(samples: Samples): Rgba {
  return new Uint8ClampedArray(samples.columns * samples.rows * 4).fill(255);
}

/** Samples of `bits` bits, shifted down or stretched to eight. */
function toEightBits(bits: number): (value: number) => number {
  if (bits === 8) {
    return (value) => value & 0xff;
  }
  if (bits > 8) {
    return (value) => (value >>> (bits - 8)) & 0xff;
  }
  const factor = 255 / (2 ** bits - 1);
  return (value) => Math.floor((value & (2 ** bits - 1)) * factor);
}

export function rgbaOfRgb(samples: Samples, bits: number): Rgba {
  const { step, channel } = layOf(samples);
  const data = samples.data;
  const out = newRgba(samples);
  const narrow = toEightBits(bits);
  for (let i = 0, at = 0; at < out.length; i += step, at += 4) {
    out[at] = narrow(data[i]);
    out[at + 1] = narrow(data[i + channel]);
    out[at + 2] = narrow(data[i + 2 * channel]);
  }
  return out;
}

/* Whole numbers, cut towards zero, as DCMTK's tables hold them. */
const RED_OF_CR = Int16Array.from({ length: 256 }, (_, i) => Math.trunc(1.402 * i - 0.701 * 255));
const GREEN_OF_CB = Int16Array.from({ length: 256 }, (_, i) => Math.trunc(0.3441 * i));
const GREEN_OF_CR = Int16Array.from({ length: 256 }, (_, i) => Math.trunc(0.7141 * i - 0.5291 * 255));
const BLUE_OF_CB = Int16Array.from({ length: 256 }, (_, i) => Math.trunc(1.772 * i - 0.8859 * 255));

export function rgbaOfYbrFull(samples: Samples, bits: number): Rgba {
  const { step, channel } = layOf(samples);
  const data = samples.data;
  const out = newRgba(samples);
  const narrow = toEightBits(bits);
  for (let i = 0, at = 0; at < out.length; i += step, at += 4) {
    const y = narrow(data[i]);
    const cb = narrow(data[i + channel]);
    const cr = narrow(data[i + 2 * channel]);
    out[at] = y + RED_OF_CR[cr];
    out[at + 1] = y - GREEN_OF_CB[cb] - GREEN_OF_CR[cr];
    out[at + 2] = y + BLUE_OF_CB[cb];
  }
  return out;
}

function putYbr(out: Rgba, at: number, y: number, cb: number, cr: number): void {
  out[at] = Math.trunc(y + 1.402 * cr - 0.701 * 255);
  out[at + 1] = Math.trunc(y - 0.3441 * cb - 0.7141 * cr + 0.5291 * 255);
  out[at + 2] = Math.trunc(y + 1.772 * cb - 0.8859 * 255);
}

/** Native YBR_FULL_422: two luminances, then one of each colour difference. */
export function rgbaOfYbr422(samples: Samples): Rgba {
  const data = samples.data;
  const out = newRgba(samples);
  for (let i = 0, at = 0; at < out.length; i += 4, at += 8) {
    putYbr(out, at, data[i], data[i + 2], data[i + 3]);
    putYbr(out, at + 4, data[i + 1], data[i + 2], data[i + 3]);
  }
  return out;
}

function paletteValue(table: PaletteTable, value: number): number {
  const i = value - table.first;
  return table.entries[i <= 0 ? 0 : i >= table.entries.length ? table.entries.length - 1 : i];
}

/** `values` are indices: masked and with their sign. */
export function rgbaOfPalette(
  values: ArrayLike<number>, size: number, palette: PaletteTable[],
): Uint8ClampedArray {
  const out = new Uint8ClampedArray(size * 4).fill(255);
  const narrow = toEightBits(Math.max(...palette.map((table) => table.bits)));
  for (let i = 0, at = 0; i < size; i++, at += 4) {
    out[at] = narrow(paletteValue(palette[0], values[i]));
    out[at + 1] = narrow(paletteValue(palette[1], values[i]));
    out[at + 2] = narrow(paletteValue(palette[2], values[i]));
  }
  return out;
}
