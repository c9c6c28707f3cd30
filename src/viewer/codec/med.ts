// SPDX-License-Identifier: GPL-3.0-or-later
// The lossless code of the sidecar: median edge prediction, folded residuals in byte planes. Here
// is the inverse of the prediction; the planes come inflated. The width of the array does the
// arithmetic modulo 2^(8·bytes).
import type { Container } from "./samples";

function gather4(planes: Uint8Array, start: number, n: number, out: Uint32Array, at: number): void {
  for (let i = 0; i < n; i++) {
    out[at + i] = planes[start + i] | (planes[start + n + i] << 8)
      | (planes[start + 2 * n + i] << 16) | (planes[start + 3 * n + i] << 24);
  }
}

/** The first row is predicted from the left. */
function unpredictFirstRow(samples: Container, at: number, columns: number): void {
  let left = 0;
  for (let i = at; i < at + columns; i++) {
    const z = samples[i];
    samples[i] = left + ((z >>> 1) ^ -(z & 1));
    left = samples[i];
  }
}

/* Noise makes branches unpredictable, so that minimum and maximum are taken by masks: x & (x >> 31) is
 * the negative part of x. One body for each width, to be compiled for its own kind of array. */

/** The median of a, b and a + b - c. */
function predict(a: number, b: number, c: number): number {
  let d = a - b;
  d &= d >> 31;
  const low = b + d;
  let t = a + b - c - low;
  t &= ~(t >> 31);
  const p = low + t;
  t = a - d - p;
  return p + (t & (t >> 31));
}

function unpredictRows1(samples: Uint8Array, at: number, columns: number, rows: number): void {
  for (let y = 1; y < rows; y++) {
    const row = at + y * columns;
    let c = samples[row - columns];
    let z = samples[row];
    let a = (c + ((z >>> 1) ^ -(z & 1))) & 0xff;
    samples[row] = a;
    for (let i = row + 1; i < row + columns; i++) {
      const b = samples[i - columns];
      z = samples[i];
      a = (predict(a, b, c) + ((z >>> 1) ^ -(z & 1))) & 0xff;
      samples[i] = a;
      c = b;
    }
  }
}

/** Puts the bytes together on the way: `low` is the plane of low bytes, `high` that of high ones.
 * The median of a, b and a + b - c is a and of the way from a to b as much as c to b goes, which depends
 * on the sample before less than the median does, and which no compiler makes branches of. */
function decodePlane2(low: Uint8Array, high: Uint8Array, samples: Uint16Array, columns: number): void {
  let a = 0;
  for (let i = 0; i < columns; i++) {
    const z = low[i] | (high[i] << 8);
    a = (a + ((z >>> 1) ^ -(z & 1))) & 0xffff;
    samples[i] = a;
  }
  for (let i = columns; i < samples.length;) {
    let c = samples[i - columns];
    a = c;
    for (const end = i + columns; i < end; i++) {
      const b = samples[i - columns];
      const z = low[i] | (high[i] << 8);
      const step = b - c;
      const way = Math.max(Math.min(step, 0), Math.min(Math.max(step, 0), b - a));
      a = (a + way + ((z >>> 1) ^ -(z & 1))) & 0xffff;
      samples[i] = a;
      c = b;
    }
  }
}

function unpredictRows4(samples: Uint32Array, at: number, columns: number, rows: number): void {
  for (let y = 1; y < rows; y++) {
    let i = at + y * columns;
    let c = samples[i - columns];
    let z = samples[i];
    let a = (c + ((z >>> 1) ^ -(z & 1))) >>> 0;
    samples[i] = a;
    for (const end = i++ + columns; i < end; i++) {
      const b = samples[i - columns];
      z = samples[i];
      const low = a < b ? a : b;
      const high = a < b ? b : a;
      const p = c >= high ? low : c <= low ? high : a + b - c;
      a = (p + ((z >>> 1) ^ -(z & 1))) >>> 0;
      samples[i] = a;
      c = b;
    }
  }
}

function decodePlane(
  planes: Uint8Array, samples: Container, plane: number, columns: number, rows: number,
): void {
  const n = columns * rows;
  const at = plane * n;
  if (samples instanceof Uint8Array) {
    unpredictFirstRow(samples, at, columns);
    unpredictRows1(samples, at, columns, rows);
  } else if (samples instanceof Uint16Array) {
    const [low, high] = [planes.subarray(at * 2, at * 2 + n), planes.subarray(at * 2 + n, (at + n) * 2)];
    decodePlane2(low, high, samples.subarray(at, at + n), columns);
  } else {
    gather4(planes, at * 4, n, samples, at);
    unpredictFirstRow(samples, at, columns);
    unpredictRows4(samples, at, columns, rows);
  }
}

/** Samples of all channels, one plane after the other. Eight-bit ones are decoded in place, others in
 * `room` where that is as large as they are. */
export function decodeMed(
  planes: Uint8Array, bytes: number, channels: number, columns: number, rows: number,
  room?: ArrayBuffer,
): Container {
  const n = columns * rows * channels;
  const buffer = room?.byteLength === n * bytes ? room : new ArrayBuffer(bytes > 1 ? n * bytes : 0);
  const samples = bytes === 1 ? planes : bytes === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
  for (let plane = 0; plane < channels; plane++) {
    decodePlane(planes, samples, plane, columns, rows);
  }
  return samples;
}
