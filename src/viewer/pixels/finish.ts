// SPDX-License-Identifier: GPL-3.0-or-later
// From decoded samples to a frame: stored bits masked, sign applied, colours made, range found.
import { DecodeError, type DecodedFrame, type PixelDescription } from "../codec/messages";
import type { Container, Samples } from "../codec/samples";
import type { GreyValues } from "../model";
import { rgbaOfPalette, rgbaOfRgb, rgbaOfYbr422, rgbaOfYbrFull } from "./colour";
import { rangeOf } from "./frame";

/** One bit a pixel, the lowest first. */
function unpackBits(data: ArrayLike<number>, n: number): Uint8Array {
  return Uint8Array.from({ length: n }, (_, i) => (data[i >> 3] >> (i & 7)) & 1);
}

/** An array that holds `bits` bits, signed or not. */
function newValues(bits: number, isSigned: boolean, n: number): GreyValues {
  if (bits > 16) {
    return isSigned ? new Int32Array(n) : new Uint32Array(n);
  }
  if (isSigned) {
    return new Int16Array(n);
  }
  return bits > 8 ? new Uint16Array(n) : new Uint8Array(n);
}

/** The same bytes seen as values, where nothing needs masking. */
function asTheyAre(data: Container, bits: number, isSigned: boolean): GreyValues | null {
  const containerBits = data.BYTES_PER_ELEMENT * 8;
  if (bits !== containerBits || (isSigned && bits === 8)) {
    return null;
  }
  if (!isSigned) {
    return data;
  }
  return bits === 16
    ? new Int16Array(data.buffer, data.byteOffset, data.length)
    : new Int32Array(data.buffer, data.byteOffset, data.length);
}

function maskedValues(
  data: Container, n: number, shift: number, bits: number, isSigned: boolean,
): GreyValues {
  const known = shift === 0 ? asTheyAre(data, bits, isSigned) : null;
  if (known !== null) {
    return known;
  }
  if (shift === 0 && !isSigned) {
    const mask = 2 ** bits - 1;
    for (let i = 0; i < data.length; i++) {
      data[i] &= mask;
    }
    return data;
  }
  const values = newValues(bits, isSigned, n);
  const up = 32 - bits - shift;
  if (isSigned) {
    for (let i = 0; i < n; i++) {
      values[i] = (data[i] << up) >> (32 - bits);
    }
  } else {
    for (let i = 0; i < n; i++) {
      values[i] = (data[i] << up) >>> (32 - bits);
    }
  }
  return values;
}

/** Stored values of one channel. A code stream's samples lie at the bottom of their container. */
export function storedValues(samples: Samples, pixels: PixelDescription): GreyValues {
  const n = samples.columns * samples.rows;
  const data = samples.data;
  if (data instanceof Float32Array || data instanceof Float64Array) {
    return data;
  }
  const room = data.BYTES_PER_ELEMENT * 8;
  const bits = Math.min(pixels.bitsStored, room);
  const shift = samples.precision > 0 ? 0 : Math.max(0, pixels.highBit + 1 - pixels.bitsStored);
  return maskedValues(data, n, Math.min(shift, room - bits), bits, pixels.isSigned);
}

/** One bit of every sample, packed as an overlay is. A code stream has no bits to spare. */
function packBit(samples: Samples, n: number, bit: number): Uint8Array {
  const packed = new Uint8Array(Math.ceil(n / 8));
  for (let i = 0; i < n; i++) {
    packed[i >> 3] |= ((samples.data[i] >> bit) & 1) << (i & 7);
  }
  return packed;
}

function finishGrey(samples: Samples, pixels: PixelDescription): DecodedFrame {
  const n = samples.columns * samples.rows;
  const bits = samples.precision > 0 || pixels.number !== "integer" ? [] : pixels.overlayBits;
  const overlays = bits.map((bit) => packBit(samples, n, bit));
  const values = storedValues(samples, pixels);
  const [low, high] = rangeOf(values, pixels.padding);
  return { kind: "grey", values, low, high, overlays };
}

function colourOf(samples: Samples, pixels: PixelDescription): Uint8ClampedArray {
  const bits = samples.precision > 0 ? samples.precision : pixels.bitsStored;
  if (samples.isRgb || samples.channels !== 3) {
    return rgbaOfRgb(samples, bits);
  }
  switch (pixels.photometric) {
    case "YBR_FULL":
    case "YBR_FULL_422":
    case "YBR_PARTIAL_422":
      return rgbaOfYbrFull(samples, bits);
    default:
      return rgbaOfRgb(samples, bits); // RGB, and what the code stream has turned back: RCT, ICT
  }
}

function check(samples: Samples, needed: number): void {
  if (samples.data.length < needed) {
    throw new DecodeError("damaged", "too few samples");
  }
}

export function finish(samples: Samples, pixels: PixelDescription): DecodedFrame {
  const n = samples.columns * samples.rows;
  if (samples.channels === 1 && pixels.bitsAllocated === 1 && pixels.number === "integer") {
    check(samples, Math.ceil(n / 8));
    return { kind: "grey", values: unpackBits(samples.data, n), low: 0, high: 1, overlays: [] };
  }
  if (samples.channels === 2) { // native YBR_FULL_422, told so by its length
    return { kind: "colour", rgba: rgbaOfYbr422(samples) };
  }
  check(samples, n * samples.channels);
  if (samples.channels > 1) {
    return { kind: "colour", rgba: colourOf(samples, pixels) };
  }
  if (pixels.palette !== null && pixels.photometric === "PALETTE COLOR") {
    return { kind: "colour", rgba: rgbaOfPalette(storedValues(samples, pixels), n, pixels.palette) };
  }
  return finishGrey(samples, pixels);
}
