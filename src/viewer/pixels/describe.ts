// SPDX-License-Identifier: GPL-3.0-or-later
// What the data set says of its pixels, for the decoders (PS3.3 C.7.6.3).
import type { PixelDescription } from "../codec/messages";
import { Tag } from "../header/tags";
import type { Attributes } from "../model";
import { embeddedBits } from "./overlay";
import { paletteOf } from "./tables";

function signedNumber(value: number, bits: number, isSigned: boolean): number {
  return isSigned ? (value << (32 - bits)) >> (32 - bits) : value;
}

/** PS3.3 C.7.5.1.1.2: in stored values, with the sign of the pixels. */
function paddingOf(attributes: Attributes, bits: number, isSigned: boolean): [number, number] | null {
  const value = attributes.number(Tag.PixelPaddingValue);
  if (value === undefined || Number.isNaN(value) || bits > 16) {
    return null;
  }
  const limit = attributes.number(Tag.PixelPaddingRangeLimit) ?? value;
  const ends = [value, limit].map((end) => signedNumber(end, 16, isSigned));
  return [Math.min(...ends), Math.max(...ends)];
}

/** Floating point pixels say nothing of stored bits (PS3.3 C.7.6.24). */
function numberKind(attributes: Attributes, allocated: number): PixelDescription["number"] {
  if (allocated < 32 || attributes.has(Tag.BitsStored)) {
    return "integer";
  }
  return allocated === 64 ? "double" : "float";
}

export function describePixels(attributes: Attributes): PixelDescription {
  const allocated = attributes.number(Tag.BitsAllocated) ?? 8;
  const stored = Math.min(attributes.number(Tag.BitsStored) ?? allocated, allocated) || allocated;
  const high = attributes.number(Tag.HighBit) ?? stored - 1;
  const isSigned = attributes.number(Tag.PixelRepresentation) === 1;
  return {
    photometric: attributes.text(Tag.Photometric) || "MONOCHROME2",
    samples: attributes.number(Tag.SamplesPerPixel) ?? 1,
    isPlanar: attributes.number(Tag.PlanarConfiguration) === 1,
    bitsAllocated: allocated,
    bitsStored: stored,
    highBit: Math.min(Math.max(high, stored - 1), allocated - 1),
    isSigned,
    number: numberKind(attributes, allocated),
    palette: paletteOf(attributes, isSigned),
    padding: paddingOf(attributes, stored, isSigned),
    overlayBits: embeddedBits(attributes),
  };
}
