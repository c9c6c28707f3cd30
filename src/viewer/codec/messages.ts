// SPDX-License-Identifier: GPL-3.0-or-later
// What the page and its decoding workers say to each other.
import type { GreyValues, Reason } from "../model";

export type Encoding = "med" | "bits" | "source" | "jpeg8" | "native";

/** One frame as it lies in a chunk or a file. "native": bytes of Pixel Data, little endian. */
export interface EncodedFrame {
  encoding: Encoding;
  bytes: Uint8Array;
  columns: number;
  rows: number;
  bytesPerSample: number;
  samples: number;
  syntax: string;
}

/** One colour of a palette. */
export interface PaletteTable {
  first: number;
  bits: number;
  entries: Uint16Array;
}

/** How samples are to be read (PS3.3 C.7.6.3). */
export interface PixelDescription {
  photometric: string;
  samples: number;
  isPlanar: boolean;
  bitsAllocated: number;
  bitsStored: number;
  highBit: number;
  isSigned: boolean;
  /** Of Float and Double Float Pixel Data. */
  number: "integer" | "float" | "double";
  palette: PaletteTable[] | null;
  padding: [number, number] | null;
  /** Bits that hold no values but overlays. */
  overlayBits: number[];
}

export interface Request {
  frame: EncodedFrame;
  pixels: PixelDescription;
  /** Of a frame that nobody needs any more: a gigabyte of those would wait for the collector. */
  room?: ArrayBuffer;
}


export type DecodedFrame =
  | { kind: "grey"; values: GreyValues; low: number; high: number; overlays: Uint8Array[] }
  | { kind: "colour"; rgba: Uint8ClampedArray };

export interface Numbered<T> {
  id: number;
  content: T;
}

export type Answer =
  | { kind: "frame"; frame: DecodedFrame }
  | { kind: "failed"; reason: Reason };

/** Thrown while decoding. */
export class DecodeError extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, what: string) {
    super(what);
    this.reason = reason;
  }
}
