// SPDX-License-Identifier: GPL-3.0-or-later
// Samples between a decoder and the picture: unsigned containers, not yet masked or signed.

export type Container = Uint8Array | Uint16Array | Uint32Array;

export interface Samples {
  data: Container | Float32Array | Float64Array;
  columns: number;
  rows: number;
  channels: number;
  /** Colours one plane after the other instead of pixel after pixel. */
  isPlanar: boolean;
  /** Precision of the code stream, right-aligned in the container; 0: as the data set says. */
  precision: number;
  /** The decoder has made RGB of it already. */
  isRgb: boolean;
}

/** Views the bytes as samples of that size; copies only when they do not lie well in memory. */
export function containerOf(bytes: Uint8Array, bytesPerSample: number): Container {
  if (bytesPerSample === 1) {
    return bytes;
  }
  const aligned = bytes.byteOffset % bytesPerSample === 0 ? bytes : bytes.slice();
  const length = Math.floor(aligned.length / bytesPerSample);
  return bytesPerSample === 2
    ? new Uint16Array(aligned.buffer, aligned.byteOffset, length)
    : new Uint32Array(aligned.buffer, aligned.byteOffset, length);
}
