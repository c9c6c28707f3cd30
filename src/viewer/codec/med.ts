// SPDX-License-Identifier: GPL-3.0-or-later
// The lossless code of the sidecar: median edge prediction, folded residuals in byte planes. Here
// is the inverse of the prediction; the planes come inflated.
export type Samples = Uint8Array | Uint16Array | Uint32Array;

export function makeSamples(bytes: 1 | 2 | 4, count: number): Samples {
  return bytes === 1 ? new Uint8Array(count)
    : bytes === 2 ? new Uint16Array(count) : new Uint32Array(count);
}

/** Puts the folded residuals of one sample plane together from its byte planes. */
function gather(planes: Uint8Array, bytes: 1 | 2 | 4, out: Samples): void {
  const n = out.length;
  if (bytes === 1) {
    out.set(planes);
  } else if (bytes === 2) {
    for (let i = 0; i < n; i++) {
      out[i] = planes[i] | (planes[n + i] << 8);
    }
  } else {
    for (let i = 0; i < n; i++) {
      out[i] = planes[i] | (planes[n + i] << 8) | (planes[2 * n + i] << 16)
        | (planes[3 * n + i] << 24);
    }
  }
}

function unfold(z: number): number {
  return (z >>> 1) ^ -(z & 1);
}

/** The first row is predicted from the left, the first column from above. */
function unpredictEdges(samples: Samples, columns: number, y: number): void {
  const row = y * columns;
  if (y > 0) {
    samples[row] = samples[row - columns] + unfold(samples[row]);
    return;
  }
  let left = 0;
  for (let x = 0; x < columns; x++) {
    samples[x] = left + unfold(samples[x]);
    left = samples[x];
  }
}

/** The array's own width does the arithmetic modulo 2^(8·bytes). */
function unpredictRow(samples: Samples, columns: number, y: number): void {
  const start = y * columns;
  let a = samples[start];
  let c = samples[start - columns];
  for (let i = start + 1, end = start + columns; i < end; i++) {
    const b = samples[i - columns];
    const z = samples[i];
    const low = a < b ? a : b;
    const high = a < b ? b : a;
    const prediction = c >= high ? low : c <= low ? high : a + b - c;
    samples[i] = prediction + ((z >>> 1) ^ -(z & 1));
    a = samples[i];
    c = b;
  }
}

/** One sample plane from its inflated byte planes. */
export function decodeMedPlane(
  planes: Uint8Array, bytes: 1 | 2 | 4, columns: number, rows: number,
): Samples {
  const samples = makeSamples(bytes, columns * rows);
  gather(planes, bytes, samples);
  for (let y = 0; y < rows; y++) {
    unpredictEdges(samples, columns, y);
    if (y > 0) {
      unpredictRow(samples, columns, y);
    }
  }
  return samples;
}
