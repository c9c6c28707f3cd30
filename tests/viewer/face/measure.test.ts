// SPDX-License-Identifier: GPL-3.0-or-later
// Lengths, angles, values within a mark, windows, and how marks come about.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MarkMaker } from "../../../src/viewer/face/mark-maker";
import type { Mark } from "../../../src/viewer/face/measure";
import * as measure from "../../../src/viewer/face/measure";
import * as windows from "../../../src/viewer/face/windows";
import { readingsOf } from "../../../src/viewer/face/drawing";
import { SlowStack, axial, grey } from "./made-up";

const SPACING = { row: 0.5, column: 2, source: "patient" as const };

function mark(kind: Mark["kind"], ...points: [number, number][]): Mark {
  return { kind, points: points.map(([x, y]) => ({ x, y })) };
}

test("a length uses both spacings, and is in pixels without them", () => {
  const [from, to] = [
    { x: 1, y: 1 },
    { x: 4, y: 9 },
  ];
  assert.deepEqual(measure.measureLength(from, to, SPACING), {
    value: Math.hypot(6, 4),
    unit: "mm",
  });
  assert.deepEqual(measure.measureLength(from, to, null), { value: Math.hypot(3, 8), unit: "px" });
});

test("an angle is that of the patient, not of the pixels", () => {
  const corner = mark("angle", [1, 0], [0, 0], [1, 4]).points;
  assert.equal(measure.measureAngle(corner, SPACING).value.toFixed(3), "45.000");
  assert.equal(measure.measureAngle(corner, null).value.toFixed(3), "75.964");
  assert.equal(
    measure
      .measureAngle(mark("angle", [-1, 0.1], [0, 0], [-1, -0.1]).points, null)
      .value.toFixed(1),
    "11.4",
  );
});

test("values of a rectangle are those of the pixels whose middle lies in it", () => {
  const frame = grey(10, 10, (x, y) => x + 10 * y);
  const values = {
    columns: 10,
    rows: 10,
    valueAt: (x: number, y: number) => frame.values[y * 10 + x],
  };
  const found = measure.measureValues(mark("rectangle", [4, 5], [2, 2]), values);
  assert.deepEqual(found && { ...found, deviation: found.deviation.toFixed(4) }, {
    count: 6,
    mean: 32.5,
    deviation: "8.1803",
    least: 22,
    most: 43,
  });
});

test("an ellipse leaves the corners of its box out", () => {
  const values = {
    columns: 10,
    rows: 10,
    valueAt: (x: number, y: number) => (x === 0 && y === 0 ? 1000 : 1),
  };
  assert.equal(measure.measureValues(mark("ellipse", [0, 0], [10, 10]), values)?.most, 1);
  assert.equal(measure.measureValues(mark("rectangle", [0, 0], [10, 10]), values)?.most, 1000);
});

test("pixels without a value are left out; a mark beside the picture has none", () => {
  const values = { columns: 4, rows: 4, valueAt: (x: number) => (x < 2 ? NaN : 7) };
  assert.deepEqual(measure.measureValues(mark("rectangle", [0, 0], [4, 4]), values), {
    count: 8,
    mean: 7,
    deviation: 0,
    least: 7,
    most: 7,
  });
  assert.equal(measure.measureValues(mark("rectangle", [20, 20], [30, 30]), values), null);
});

test("areas are geometric, in square millimetres", () => {
  assert.deepEqual(measure.measureArea(mark("rectangle", [0, 0], [3, 4]), SPACING), {
    value: 12,
    unit: "mm²",
  });
  assert.equal(
    measure.measureArea(mark("ellipse", [0, 0], [2, 2]), null).value.toFixed(4),
    "3.1416",
  );
});

test("readings name unit and where the millimetres come from", () => {
  const [slot] = new SlowStack([axial(0)]).slots;
  const frame = grey(8, 6, () => 60);
  assert.deepEqual(readingsOf(mark("length", [0, 0], [3, 0]), slot, frame), ["6.0 mm"]);
  const flat = { ...slot, spacing: { row: 1, column: 1, source: "detector" as const } };
  assert.deepEqual(readingsOf(mark("length", [0, 0], [3, 4]), flat, frame), [
    "5.0 mm (at the detector)",
  ]);
  assert.deepEqual(readingsOf(mark("length", [0, 0], [3, 4]), { ...slot, spacing: null }, frame), [
    "5 px",
  ]);
  assert.deepEqual(readingsOf(mark("ellipse", [1, 1], [5, 5]), slot, frame), [
    "Mean 60 HU, SD 0",
    "Min 60, Max 60",
    "Area 50.3 mm²",
  ]);
  assert.deepEqual(readingsOf(mark("probe", [2.9, 3.1]), slot, frame), ["60 HU", "(2, 3)"]);
  assert.deepEqual(readingsOf(mark("probe", [-1, 3]), slot, frame), ["outside the picture"]);
});

test("a preview has no values to measure", () => {
  const [slot] = new SlowStack([axial(0)]).slots;
  const frame = { ...grey(8, 6, () => 60), isPreview: true };
  assert.equal(readingsOf(mark("rectangle", [1, 1], [5, 5]), slot, frame)[0], "no values: preview");
  assert.equal(readingsOf(mark("probe", [1, 1]), slot, frame)[0], "no values: preview");
});

test("a drag makes a mark at once, clicks make it point by point", () => {
  const done: Mark[] = [];
  const maker = new MarkMaker((one) => done.push(one));
  maker.press("length", { x: 1, y: 1 });
  maker.move({ x: 9, y: 9 });
  maker.release(true);
  assert.deepEqual(done, [mark("length", [1, 1], [9, 9])]);

  for (const [x, y] of [
    [0, 0],
    [5, 0],
    [5, 5],
  ]) {
    maker.press("angle", { x, y });
    maker.release(false);
  }
  assert.equal(done.length, 2);
  assert.deepEqual(done[1], mark("angle", [0, 0], [5, 0], [5, 5]));
});

test("a click alone makes no mark, and can be taken back", () => {
  const done: Mark[] = [];
  const maker = new MarkMaker((one) => done.push(one));
  maker.press("rectangle", { x: 1, y: 1 });
  maker.release(false);
  assert.equal(done.length, 0);
  assert.equal(maker.cancel(), true);
  assert.equal(maker.cancel(), false);
});

test("points and lines within reach are found, the newest first", () => {
  const lines = [
    [
      { x: 0, y: 0 },
      { x: 100, y: 0 },
    ],
    [
      { x: 0, y: 3 },
      { x: 100, y: 3 },
    ],
  ];
  assert.deepEqual(measure.findPoint(lines, { x: 99, y: 1 }, 5), { mark: 1, point: 1 });
  assert.equal(measure.findPoint(lines, { x: 50, y: 1 }, 5), null);
  assert.equal(measure.findMark(lines, { x: 50, y: -4 }, 5), 0);
  assert.equal(measure.findMark(lines, { x: 50, y: 40 }, 5), -1);
});

test("a window is dragged in whole units of a wide range", () => {
  const range = { least: -1000, most: 1000 };
  assert.deepEqual(windows.dragWindow({ center: 40, width: 400 }, range, 100, -50), {
    center: -40,
    width: 560,
  });
  assert.equal(windows.dragWindow({ center: 40, width: 400 }, range, -9000, 0).width, 1);
});

test("a window over small values keeps its fractions", () => {
  const moved = windows.dragWindow({ center: 0.5, width: 1 }, { least: 0, most: 1 }, 50, 50);
  assert.equal(moved.center.toFixed(3), "0.600");
  assert.equal(moved.width.toFixed(3), "1.100");
});
