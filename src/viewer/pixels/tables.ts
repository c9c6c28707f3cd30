// SPDX-License-Identifier: GPL-3.0-or-later
// Look-up tables as they stand in data sets: of the modality, of the values of interest, of a palette
// and its segments (PS3.3 C.11.1, C.11.2, C.7.6.3.1.5, C.7.9.2).
import type { PaletteTable } from "../codec/messages";
import { Tag } from "../header/tags";
import type { Attributes, Lut } from "../model";

interface Descriptor {
  count: number;
  first: number;
  bits: number;
}

/** Little endian words, whatever the value representation says. */
function wordsOf(bytes: Uint8Array): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint16Array.from({ length: bytes.length >> 1 }, (_, i) => view.getUint16(2 * i, true));
}

function descriptorOf(attributes: Attributes, tag: number, isSigned: boolean): Descriptor | null {
  const numbers = attributes.numbers(tag);
  if (numbers.length < 3) {
    return null;
  }
  const first = numbers[1] & 0xffff;
  return {
    count: (numbers[0] & 0xffff) || 65536,
    first: isSigned && first >= 0x8000 ? first - 0x10000 : first,
    bits: Math.min(Math.max(numbers[2], 1), 16),
  };
}

/** Entries of eight bits may be packed two to a word or stand in words of their own. */
function entriesOf(bytes: Uint8Array, count: number): Uint16Array | null {
  if (bytes.length >= 2 * count) {
    return wordsOf(bytes.subarray(0, 2 * count));
  }
  return bytes.length >= count ? Uint16Array.from(bytes.subarray(0, count)) : null;
}

function bytesOf(attributes: Attributes, tag: number): Uint8Array | null {
  const bytes = attributes.bytes(tag);
  return bytes === undefined || bytes.length === 0 ? null : bytes;
}

/** Null when it is not whole. */
export function lutOf(item: Attributes, isSigned: boolean): Lut | null {
  const descriptor = descriptorOf(item, Tag.LutDescriptor, isSigned);
  const bytes = bytesOf(item, Tag.LutData);
  const entries = descriptor && bytes && entriesOf(bytes, descriptor.count);
  if (descriptor === null || entries === null) {
    return null;
  }
  const { first, bits } = descriptor;
  return { first, bits, entries, explanation: item.text(Tag.LutExplanation) };
}

/** Fills `entries` from segments: 0 discrete, 1 linear, 2 copies of earlier ones. */
class Segments {
  private filled = 0;

  constructor(private readonly words: Uint16Array, private readonly entries: Uint16Array) {}

  fill(): boolean {
    this.walk(0, this.words.length, Infinity, true);
    return this.filled === this.entries.length;
  }

  private put(value: number): void {
    if (this.filled < this.entries.length) {
      this.entries[this.filled++] = value;
    }
  }

  private walk(from: number, end: number, count: number, mayCopy: boolean): void {
    for (let at = from, n = 0; at + 1 < end && n < count; n++) {
      const [kind, length] = [this.words[at], this.words[at + 1]];
      if (kind === 0) {
        this.words.subarray(at + 2, at + 2 + length).forEach((value) => this.put(value));
        at += 2 + length;
      } else if (kind === 1) {
        this.line(length, this.words[at + 2]);
        at += 3;
      } else if (kind === 2 && mayCopy) {
        const offset = this.words[at + 2] + this.words[at + 3] * 65536;
        this.walk(offset >> 1, end, length, false);
        at += 4;
      } else {
        return;
      }
    }
  }

  private line(length: number, last: number): void {
    const start = this.filled > 0 ? this.entries[this.filled - 1] : 0;
    for (let i = 1; i <= length; i++) {
      this.put(Math.round(start + ((last - start) * i) / length));
    }
  }
}

function paletteTable(attributes: Attributes, colour: number, isSigned: boolean): PaletteTable | null {
  const descriptor = descriptorOf(attributes, Tag.RedDescriptor + colour, isSigned);
  if (descriptor === null) {
    return null;
  }
  const { first, bits, count } = descriptor;
  const plain = bytesOf(attributes, Tag.RedData + colour);
  const segments = bytesOf(attributes, Tag.RedSegments + colour);
  if (plain !== null) {
    const entries = entriesOf(plain, count);
    return entries && { first, bits, entries };
  }
  const entries = new Uint16Array(count);
  return segments !== null && new Segments(wordsOf(segments), entries).fill()
    ? { first, bits, entries } : null;
}

/** Red, green and blue; null when there is no whole palette. */
export function paletteOf(attributes: Attributes, isSigned: boolean): PaletteTable[] | null {
  const tables = [0, 1, 2].map((colour) => paletteTable(attributes, colour, isSigned));
  return tables.every((table) => table !== null) ? tables : null;
}
