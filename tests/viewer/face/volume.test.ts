// SPDX-License-Identifier: GPL-3.0-or-later
// Volumes from stacks, and the values of slices computed from them.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Geometry } from "../../../src/viewer/model";
import { depthOf } from "../../../src/viewer/face/geometry";
import type { Volume } from "../../../src/viewer/face/volume";
import { VolumeError, makeVolume, planesOf } from "../../../src/viewer/face/volume";
import { SlowStack, axial, grey } from "./made-up";

const WISH = { limitBytes: 1 << 24, progress: () => false };

/** Voxels of 2 × 2 × 6 mm whose value tells where they lie: 100 z + 10 y + x. */
function ramp(depths: number[], change: Partial<Geometry> = {}): SlowStack {
  const stack = new SlowStack(depths.map((z) => axial(z, change)));
  depths.forEach((z, i) =>
    stack.ready.set(
      i,
      grey(8, 6, (x, y) => 100 * (z / 6) + 10 * y + x),
    ),
  );
  return stack;
}

async function made(stack: SlowStack, limitBytes = 1 << 24): Promise<Volume> {
  const volume = await makeVolume(stack, { ...WISH, limitBytes });
  assert.ok(volume !== null);
  return volume;
}

async function faultOf(stack: SlowStack, limitBytes?: number): Promise<string> {
  try {
    await made(stack, limitBytes);
  } catch (error) {
    return error instanceof VolumeError ? error.fault : String(error);
  }
  return "";
}

function valueOf(
  frame: { kind: string; values?: ArrayLike<number>; columns: number },
  x: number,
  y: number,
): number {
  return frame.values![y * frame.columns + x];
}

test("the three planes have the size of the volume in square pixels", async () => {
  const planes = planesOf(await made(ramp([12, 0, 18, 6])), ramp([0]));
  assert.deepEqual(
    planes.map((plane) => plane.computed),
    ["axial", "coronal", "sagittal"],
  );
  assert.deepEqual(
    planes.map((plane) => plane.slots.length),
    [4, 6, 8],
  );
  // 18 mm of height in steps of 2 mm.
  assert.deepEqual(
    planes.map(({ slots }) => [slots[0].columns, slots[0].rows]),
    [
      [8, 6],
      [8, 10],
      [6, 10],
    ],
  );
});

test("an axial slice is the image as it was, in order of place", async () => {
  const [planes] = [planesOf(await made(ramp([12, 0, 18, 6])), ramp([0]))];
  const frame = planes[0].peek(2);
  assert.equal(valueOf(frame as never, 3, 4), 243);
  assert.equal(planes[0].slots[2].plane?.position[2], 12);
});

test("a coronal slice has the head at the top, with values between slices interpolated", async () => {
  const coronal = planesOf(await made(ramp([0, 6, 12, 18])), ramp([0]))[1];
  const frame = coronal.peek(4) as never;
  assert.equal(valueOf(frame, 5, 0), 345); // z = 18
  assert.equal(valueOf(frame, 5, 9), 45); // z = 0
  assert.equal(valueOf(frame, 5, 3), 245); // z = 12, a slice
  assert.equal(valueOf(frame, 5, 4), 212); // z = 10, two thirds of the way to it: 211.67
});

test("a sagittal slice has the front at the left", async () => {
  const sagittal = planesOf(await made(ramp([0, 6, 12, 18])), ramp([0]))[2];
  const frame = sagittal.peek(7) as never;
  assert.equal(valueOf(frame, 0, 9), 7);
  assert.equal(valueOf(frame, 5, 9), 57);
  assert.equal(sagittal.slots[7].plane?.position[0], -10 + 7 * 2);
  assert.equal(sagittal.slots[7].plane?.position[1], -20);
});

test("planes lie in the patient where their voxels lay", async () => {
  const [, coronal, sagittal] = planesOf(await made(ramp([0, 6, 12, 18])), ramp([0]));
  assert.equal(Math.abs(depthOf(coronal.slots[3].plane!)), 14);
  assert.deepEqual(coronal.slots[3].plane!.position, [-10, -14, 18]);
  assert.deepEqual(
    sagittal.slots[0].plane!.columnDirection.map((v) => v + 0),
    [0, 0, -1],
  );
});

test("slices with rescales of their own become modality values", async () => {
  const stack = ramp([0, 6, 12]);
  stack.ready.set(2, { ...grey(8, 6, () => 10), slope: 2, intercept: -5 });
  const volume = await made(stack);
  assert.ok(volume.values instanceof Float32Array);
  assert.equal(volume.values[2 * 48], 15);
  assert.equal(volume.values[48 + 8 * 2 + 3], 123);
  assert.deepEqual([volume.model.slope, volume.model.intercept], [1, 0]);
});

test("a volume too large for the memory is taken at half the resolution", async () => {
  const stack = ramp([0, 6, 12]);
  const volume = await made(stack, 8 * 6 * 3 * 2 - 1);
  assert.equal(volume.shrink, 2);
  assert.deepEqual(volume.grid.counts, [4, 3, 3]);
  assert.equal(volume.values[0], 6); // mean of 0, 1, 10, 11, rounded
  assert.deepEqual(volume.grid.origin, [-9, -19, 0]);
  assert.equal(await faultOf(stack, 10), "too-large");
});

test("what cannot be a volume says why", async () => {
  const coloured = ramp([0, 6, 12]);
  coloured.ready.set(1, {
    kind: "colour",
    columns: 8,
    rows: 6,
    bytes: 192,
    isPreview: false,
    overlays: [],
    rgba: new Uint8ClampedArray(192),
  });
  assert.equal(await faultOf(coloured), "colour");
  const preview = ramp([0, 6, 12]);
  preview.ready.set(0, { ...grey(8, 6, () => 1), isPreview: true });
  assert.equal(await faultOf(preview), "preview");
  const missing = ramp([0, 6, 12]);
  missing.ready.delete(2);
  const failing = made(missing);
  await Promise.resolve();
  const tell = setInterval(
    () => missing.wishes.get(2)?.reject({ reason: "damaged", file: "I2" }),
    1,
  );
  await assert.rejects(failing, (error: VolumeError) => error.fault === "missing");
  clearInterval(tell);
  assert.equal(await faultOf(ramp([0, 6, 20])), "uneven");
});

test("reading a volume stops when it is not wanted any more", async () => {
  let seen = 0;
  const progress = (): boolean => ++seen === 2;
  assert.equal(await makeVolume(ramp([0, 6, 12, 18]), { ...WISH, progress }), null);
  assert.equal(seen, 2);
});
