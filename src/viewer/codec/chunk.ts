// SPDX-License-Identifier: GPL-3.0-or-later
// The text of a chunk into its bytes: base64, length and CRC-32 (ISO-HDLC, as zlib's).
import { DecodeError } from "./messages";

/** Bytes that the sum takes at a time. */
const STEP = 8;

type FromBase64 = (text: string) => Uint8Array;

/** Signed, because engines compute with those faster. */
function makeTables(): Int32Array[] {
  const tables = Array.from({ length: STEP }, () => new Int32Array(256));
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) {
      c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    }
    tables[0][n] = c;
  }
  for (let n = 0; n < 256; n++) {
    for (let k = 1; k < STEP; k++) {
      const c = tables[k - 1][n];
      tables[k][n] = tables[0][c & 0xff] ^ (c >>> 8);
    }
  }
  return tables;
}

const [T0, T1, T2, T3, T4, T5, T6, T7] = makeTables();

export function crc32(bytes: Uint8Array): number {
  let c = -1;
  let i = 0;
  for (const end = bytes.length - STEP + 1; i < end; i += STEP) {
    c ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    c = T7[c & 0xff] ^ T6[(c >>> 8) & 0xff] ^ T5[(c >>> 16) & 0xff] ^ T4[c >>> 24]
      ^ T3[bytes[i + 4]] ^ T2[bytes[i + 5]] ^ T1[bytes[i + 6]] ^ T0[bytes[i + 7]];
  }
  for (; i < bytes.length; i++) {
    c = T0[(c ^ bytes[i]) & 0xff] ^ (c >>> 8);
  }
  return ~c >>> 0;
}

function fromBase64ByHand(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
}

/** Throws when the text is not base64. */
export function fromBase64(text: string): Uint8Array {
  const native = (Uint8Array as unknown as { fromBase64?: FromBase64 }).fromBase64;
  return native !== undefined ? native.call(Uint8Array, text) : fromBase64ByHand(text);
}

/** Throws a DecodeError when they are not the bytes that were written. */
export function checkChunk(bytes: Uint8Array, size: number, crc: number): void {
  if (bytes.length !== size || crc32(bytes) !== crc >>> 0) {
    throw new DecodeError("chunk-damaged", "sum");
  }
}
