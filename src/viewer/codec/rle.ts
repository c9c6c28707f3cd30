// SPDX-License-Identifier: GPL-3.0-or-later
// RLE Lossless (PS3.5 Annex G): one segment for each byte plane, the most significant first.
import { DecodeError } from "./messages";
import { containerOf, type Samples } from "./samples";

function unpack(bytes: Uint8Array, from: number, to: number, plane: Uint8Array): void {
  let at = 0;
  let i = from;
  while (i < to && at < plane.length) {
    const n = bytes[i++];
    if (n < 128) {
      const run = bytes.subarray(i, Math.min(i + n + 1, to, i + plane.length - at));
      plane.set(run, at);
      at += run.length;
      i += n + 1;
    } else if (n > 128) {
      const end = Math.min(at + 257 - n, plane.length);
      plane.fill(bytes[i++], at, end);
      at = end;
    }
  }
  if (at < plane.length) {
    throw new DecodeError("damaged", "RLE segment");
  }
}

function segmentsOf(bytes: Uint8Array): number[] {
  if (bytes.length < 64) {
    throw new DecodeError("damaged", "RLE header");
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, 64);
  const count = header.getUint32(0, true);
  if (count === 0 || count > 15) {
    throw new DecodeError("damaged", "RLE header");
  }
  return Array.from({ length: count }, (_, i) => header.getUint32(4 + 4 * i, true));
}

/** Channels come out one plane after the other. */
export function decodeRle(
  bytes: Uint8Array, columns: number, rows: number, channels: number, bytesPerSample: number,
): Samples {
  const n = columns * rows;
  const offsets = segmentsOf(bytes);
  if (offsets.length !== channels * bytesPerSample) {
    throw new DecodeError("damaged", "RLE segments");
  }
  const out = new Uint8Array(n * channels * bytesPerSample);
  const plane = new Uint8Array(n);
  offsets.forEach((offset, segment) => {
    unpack(bytes, offset, offsets[segment + 1] ?? bytes.length, plane);
    const channel = Math.floor(segment / bytesPerSample);
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    for (let i = 0, at = channel * n * bytesPerSample + byte; i < n; i++, at += bytesPerSample) {
      out[at] = plane[i];
    }
  });
  return {
    data: containerOf(out, bytesPerSample), columns, rows, channels, isPlanar: true, precision: 0,
    isRgb: false,
  };
}
