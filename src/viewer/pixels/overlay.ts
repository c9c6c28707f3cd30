// SPDX-License-Identifier: GPL-3.0-or-later
// Overlay planes (PS3.3 C.9.2): drawings of one bit a pixel that lie over an image. They stand in
// their own element, or in old files in bits of the pixels that hold no values. Shown in white over
// what is there, as DCMTK does.
import type { Attributes, Overlay } from "../model";

const FIRST_GROUP = 0x6000;
const LAST_GROUP = 0x601e;
const WHITE = 0xffffffff;
const BLACK = 0xff000000;

/** Of the elements of such a group. */
const Element = {
  Rows: 0x0010, Columns: 0x0011, FrameCount: 0x0015, Origin: 0x0050, FirstFrame: 0x0051,
  BitsAllocated: 0x0100, BitPosition: 0x0102, Data: 0x3000,
} as const;

function groups(): number[] {
  return Array.from({ length: (LAST_GROUP - FIRST_GROUP) / 2 + 1 }, (_, i) => FIRST_GROUP + 2 * i);
}

function tagOf(group: number, element: number): number {
  return group * 0x10000 + element;
}

/** Bits of the pixels that are overlays, for the decoders to take out. */
export function embeddedBits(attributes: Attributes): number[] {
  return groups()
    .filter((group) => !attributes.has(tagOf(group, Element.Data))
      && (attributes.number(tagOf(group, Element.BitsAllocated)) ?? 1) > 1)
    .map((group) => attributes.number(tagOf(group, Element.BitPosition)) ?? -1)
    .filter((bit) => bit >= 0 && bit < 16);
}

/** Which frame of the overlay lies over `frame`; -1 for none. One without frames lies over all. */
function planeFor(attributes: Attributes, group: number, frame: number): number {
  const count = attributes.number(tagOf(group, Element.FrameCount)) ?? 0;
  const first = (attributes.number(tagOf(group, Element.FirstFrame)) ?? 1) - 1;
  if (count <= 1 && first <= 0) {
    return 0;
  }
  const plane = frame - first;
  return plane >= 0 && plane < Math.max(1, count) ? plane : -1;
}

function overlayOf(attributes: Attributes, group: number, frame: number): Overlay | null {
  const bits = attributes.bytes(tagOf(group, Element.Data));
  const rows = attributes.number(tagOf(group, Element.Rows)) ?? 0;
  const columns = attributes.number(tagOf(group, Element.Columns)) ?? 0;
  const [row = 1, column = 1] = attributes.numbers(tagOf(group, Element.Origin));
  const plane = planeFor(attributes, group, frame);
  const firstBit = plane * rows * columns;
  const isWhole = bits !== undefined && firstBit + rows * columns <= bits.length * 8;
  return plane >= 0 && isWhole
    ? { columns, rows, left: column - 1, top: row - 1, bits, firstBit } : null;
}

/** Those that lie over a frame, which counts from 0. */
export function overlaysOf(attributes: Attributes, frame: number): Overlay[] {
  return groups().map((group) => overlayOf(attributes, group, frame))
    .filter((overlay) => overlay !== null && overlay.columns * overlay.rows > 0) as Overlay[];
}

function paintOverlay(overlay: Overlay, colour: number, pixels: Uint32Array, out: ImageData): void {
  const { columns, rows, left, top, bits, firstBit } = overlay;
  const end = firstBit + columns * rows;
  for (let bit = firstBit; bit < end; bit++) {
    const byte = bits[bit >> 3];
    if (byte === 0) {
      bit |= 7;
      continue;
    }
    const x = left + ((bit - firstBit) % columns);
    const y = top + Math.floor((bit - firstBit) / columns);
    if ((byte >> (bit & 7)) & 1 && x >= 0 && x < out.width && y >= 0 && y < out.height) {
      pixels[y * out.width + x] = colour;
    }
  }
}

/** Over a rendered frame; black where the picture is inverted. */
export function paintOverlays(overlays: Overlay[], invert: boolean, out: ImageData): void {
  const pixels = new Uint32Array(out.data.buffer, out.data.byteOffset, out.data.length / 4);
  for (const overlay of overlays) {
    paintOverlay(overlay, invert ? BLACK : WHITE, pixels, out);
  }
}
