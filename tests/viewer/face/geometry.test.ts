// SPDX-License-Identifier: GPL-3.0-or-later
// Planes in the patient, and how pictures lie on the screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as geometry from "../../../src/viewer/face/geometry";
import * as transform from "../../../src/viewer/face/transform";
import { axial, coronal } from "./made-up";

const SIZE = { columns: 8, rows: 6 };
const SIZES = Array.from({ length: 5 }, () => SIZE);
const SCENE = { columns: 200, rows: 100, aspect: 2, width: 800, height: 600 };

function near(a: number, b: number): void {
  assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);
}

test("the middle of the first pixel is the position of the image", () => {
  assert.deepEqual(geometry.toPatient(axial(7), { x: 0.5, y: 0.5 }), [-10, -20, 7]);
  const spot = geometry.toPicture(axial(7), [-10 + 6, -20 + 2, 12]);
  near(spot.x, 3.5);
  near(spot.y, 1.5);
  near(spot.distance, 5);
});

test("letters name the patient's sides, the strongest first", () => {
  assert.equal(geometry.lettersOf([1, 0, 0]), "L");
  assert.equal(geometry.lettersOf([0, -1, 0]), "A");
  assert.equal(geometry.lettersOf([-0.4, 0, 0.9]), "HR");
  assert.equal(geometry.lettersOf([0.99, 0.1, 0]), "L");
});

test("planes are named by what they cut", () => {
  assert.equal(geometry.nameOfPlane(geometry.normalOf(axial(0))), "axial");
  assert.equal(geometry.nameOfPlane(geometry.normalOf(coronal(0))), "coronal");
});

test("a reference line lies where the other plane cuts the picture", () => {
  const cut = geometry.cutOf(coronal(-16), SIZE, axial(46));
  assert.ok(cut !== null);
  // 46 is 4 mm below the middle of the first row, which is 2 mm high.
  cut.forEach((end) => near(end.y, 2.5));
  assert.deepEqual(cut.map((end) => end.x).sort(), [0, 8]);
});

test("no reference line where planes are parallel, strange to each other or apart", () => {
  assert.equal(geometry.cutOf(axial(0), SIZE, axial(10)), null);
  assert.equal(geometry.cutOf(axial(0), SIZE, { ...coronal(-16), frameOfReference: "9" }), null);
  assert.equal(geometry.cutOf(axial(0), SIZE, coronal(900)), null);
});

test("the nearest plane is found, planes without a place are passed over", () => {
  const planes = [axial(0), null, axial(10), axial(20)];
  assert.equal(geometry.nearestPlane(planes, [0, 0, 13]), 2);
  assert.equal(geometry.nearestPlane([null], [0, 0, 13]), -1);
});

test("a stack in any order is a volume ordered along its normal", () => {
  const found = geometry.orderVolume(
    [20, 0, 15, 5, 10].map((z) => axial(z)),
    SIZES,
  );
  assert.ok(typeof found !== "string");
  assert.deepEqual(found.order, [1, 3, 4, 2, 0]);
  near(found.gap, 5);
});

test("what is no volume is refused with its reason", () => {
  const even = [0, 5, 10, 15, 20].map((z) => axial(z));
  const swap = (at: number, plane: (typeof even)[0] | null): ((typeof even)[0] | null)[] =>
    even.map((one, i) => (i === at ? plane : one));
  assert.equal(geometry.orderVolume(even.slice(0, 2), SIZES.slice(0, 2)), "too-few");
  assert.equal(geometry.orderVolume(swap(1, null), SIZES), "no-geometry");
  assert.equal(geometry.orderVolume(swap(4, axial(27)), SIZES), "uneven");
  assert.equal(geometry.orderVolume(swap(4, axial(15)), SIZES), "same-place");
  assert.equal(geometry.orderVolume(swap(2, coronal(3)), SIZES), "mixed-direction");
  assert.equal(geometry.orderVolume(swap(2, axial(10, { spacing: [3, 2] })), SIZES), "mixed-size");
  const wide = SIZES.map((size, i) => (i === 3 ? { columns: 9, rows: 6 } : size));
  assert.equal(geometry.orderVolume(even, wide), "mixed-size");
});

test("a stack with a tilted gantry is refused", () => {
  const tilted = [0, 5, 10, 15, 20].map((z) =>
    axial(z, { position: [-10, -20 + z * Math.tan(0.26), z] }),
  );
  assert.equal(geometry.orderVolume(tilted, SIZES), "tilted");
});

test("a picture fits with its pixels' aspect, turned or not", () => {
  near(transform.scaleOf(transform.FIT, SCENE), 3);
  near(transform.scaleOf(transform.turn(transform.FIT, 1), SCENE), 3);
  near(transform.scaleOf(transform.FIT, { ...SCENE, aspect: 1 }), 4);
});

test("a place on the screen and back is the same place, however it is turned", () => {
  for (const flipped of [false, true]) {
    for (let turns = 0; turns < 4; turns++) {
      const look = { zoom: 1.7, pan: { x: 31, y: -12 }, turns, flipped };
      const back = transform.toPicture(
        look,
        SCENE,
        transform.toScreen(look, SCENE, { x: 20, y: 70 }),
      );
      near(back.x, 20);
      near(back.y, 70);
    }
  }
});

test("turning right moves the left upper corner to the right", () => {
  const look = transform.turn(transform.FIT, 1);
  const corner = transform.toScreen(look, SCENE, { x: 0, y: 0 });
  assert.ok(corner.x > 400 && corner.y < 300);
});

test("flipping swaps left and right of the screen, whatever way it is turned", () => {
  for (let turns = 0; turns < 4; turns++) {
    const look = { ...transform.FIT, turns };
    const before = transform.toScreen(look, SCENE, { x: 30, y: 20 });
    const after = transform.toScreen(transform.flipSideways(look), SCENE, { x: 30, y: 20 });
    near(after.x, 800 - before.x);
    near(after.y, before.y);
    const over = transform.toScreen(transform.flipUpsideDown(look), SCENE, { x: 30, y: 20 });
    near(over.x, before.x);
    near(over.y, 600 - before.y);
  }
});

test("zooming keeps what is under the pointer where it is", () => {
  const spot = { x: 100, y: 500 };
  const held = transform.toPicture(transform.FIT, SCENE, spot);
  const look = transform.zoomAt(transform.FIT, SCENE, 2, spot);
  near(look.zoom, 6);
  const now = transform.toScreen(look, SCENE, held);
  near(now.x, 100);
  near(now.y, 500);
});

test("the letters at the edges turn and flip with the picture", () => {
  const plain = transform.sidesOf(transform.FIT, axial(0));
  assert.deepEqual(plain, { left: "R", right: "L", top: "A", bottom: "P" });
  const turned = transform.sidesOf(transform.turn(transform.FIT, 1), axial(0));
  assert.deepEqual(turned, { left: "P", right: "A", top: "R", bottom: "L" });
  const flipped = transform.sidesOf(transform.flipSideways(transform.FIT), axial(0));
  assert.deepEqual(flipped, { left: "L", right: "R", top: "A", bottom: "P" });
});
