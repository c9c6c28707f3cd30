// SPDX-License-Identifier: GPL-3.0-or-later
// A volume of voxels from a stack of parallel slices, and slices through it in the three directions
// of the stack, computed when they are looked at, with linear interpolation. Memory is bounded: a
// volume too large for it is taken at half the resolution, and says so.
import type { Frame, Geometry, GreyFrame, GreyValues, Priority, Series } from "../model";
import { greyFrame } from "../pixels/frame";
import { modalityValue } from "../pixels/render";
import type { PlaneName, Vec3, VolumeFault } from "./geometry";
import { add, dot, nameOfPlane, normalOf, orderVolume, scale } from "./geometry";
import type { Slot, Stack } from "./stack";

type Axis = 0 | 1 | 2;

export class VolumeError extends Error {
  constructor(readonly fault: VolumeFault) {
    super(fault);
  }
}

/** Where the voxels lie: the middle of the first one, the three directions, steps in millimetres. */
export interface Grid {
  origin: Vec3;
  directions: readonly [Vec3, Vec3, Vec3];
  steps: readonly [number, number, number];
  counts: readonly [number, number, number];
  frameOfReference: string;
}

export interface Volume {
  grid: Grid;
  /** Along the first axis fastest. */
  values: GreyValues;
  /** How its values are to be understood and shown; its own pixels are of no account. */
  model: GreyFrame;
  shrink: number;
}

/** How a slice through a grid lies on the screen: right and down along which axis, which way. */
export interface Cut {
  name: PlaneName;
  right: { axis: Axis; sign: 1 | -1 };
  down: { axis: Axis; sign: 1 | -1 };
  through: Axis;
}

/* Right and down on the screen as people expect it, for each plane. */
const CUSTOMS: Readonly<Record<PlaneName, { right: Vec3; down: Vec3 }>> = {
  axial: { right: [1, 0, 0], down: [0, 1, 0] },
  coronal: { right: [1, 0, 0], down: [0, 0, -1] },
  sagittal: { right: [0, 1, 0], down: [0, 0, -1] },
};

/** The slices with a given axis of the grid through them. */
export function cutThrough(grid: Grid, through: Axis): Cut {
  const name = nameOfPlane(grid.directions[through]);
  const { right, down } = CUSTOMS[name];
  const [a, b] = ([0, 1, 2] as Axis[]).filter((axis) => axis !== through);
  const along = (axis: Axis, way: Vec3): number => dot(grid.directions[axis], way);
  const isInOrder = Math.abs(along(a, right)) >= Math.abs(along(b, right));
  const [across, over] = isInOrder ? [a, b] : [b, a];
  return {
    name,
    right: { axis: across, sign: along(across, right) < 0 ? -1 : 1 },
    down: { axis: over, sign: along(over, down) < 0 ? -1 : 1 },
    through,
  };
}

interface Taps {
  low: Int32Array; // offsets in the values
  high: Int32Array;
  part: Float32Array; // of the high one
}

function strideOf(grid: Grid, axis: Axis): number {
  return axis === 0 ? 1 : axis === 1 ? grid.counts[0] : grid.counts[0] * grid.counts[1];
}

/* From which two voxels along an axis each pixel is made. */
function tapsAlong(grid: Grid, way: Cut["right"], size: number, step: number): Taps {
  const stride = strideOf(grid, way.axis);
  const last = grid.counts[way.axis] - 1;
  const taps = {
    low: new Int32Array(size),
    high: new Int32Array(size),
    part: new Float32Array(size),
  };
  for (let i = 0; i < size; i++) {
    const walked = Math.min(last, (i * step) / grid.steps[way.axis]);
    const place = way.sign > 0 ? walked : last - walked;
    const low = Math.min(last, Math.floor(place + 1e-6));
    taps.low[i] = low * stride;
    taps.high[i] = Math.min(last, low + 1) * stride;
    taps.part[i] = Math.max(0, place - low);
  }
  return taps;
}

function sizeAlong(grid: Grid, axis: Axis, step: number): number {
  return Math.floor(((grid.counts[axis] - 1) * grid.steps[axis]) / step + 1e-6) + 1;
}

/** Pixels are square, as small as the finest step of the two directions. */
export function stepOf(grid: Grid, cut: Cut): number {
  return Math.min(grid.steps[cut.right.axis], grid.steps[cut.down.axis]);
}

/** Where slice number @index of a cut lies, and how large it is. */
export function placeOf(
  grid: Grid,
  cut: Cut,
  index: number,
): { plane: Geometry; size: [number, number] } {
  const step = stepOf(grid, cut);
  const corner = [cut.right, cut.down].reduce<Vec3>(
    (from, way) =>
      way.sign > 0
        ? from
        : add(from, grid.directions[way.axis], (grid.counts[way.axis] - 1) * grid.steps[way.axis]),
    add(grid.origin, grid.directions[cut.through], index * grid.steps[cut.through]),
  );
  const plane: Geometry = {
    position: [...corner],
    rowDirection: [...scale(grid.directions[cut.right.axis], cut.right.sign)],
    columnDirection: [...scale(grid.directions[cut.down.axis], cut.down.sign)],
    spacing: [step, step],
    frameOfReference: grid.frameOfReference,
  };
  return {
    plane,
    size: [sizeAlong(grid, cut.right.axis, step), sizeAlong(grid, cut.down.axis, step)],
  };
}

function alike(values: GreyValues, length: number): GreyValues {
  return new (values.constructor as new (length: number) => GreyValues)(length);
}

/** The pixels of slice number @index, between voxels interpolated in the two directions. */
export function sliceValues(volume: Volume, cut: Cut, index: number): GreyValues {
  const { grid, values } = volume;
  const step = stepOf(grid, cut);
  const [columns, rows] = placeOf(grid, cut, index).size;
  const across = tapsAlong(grid, cut.right, columns, step);
  const over = tapsAlong(grid, cut.down, rows, step);
  const base = index * strideOf(grid, cut.through);
  const out = alike(values, columns * rows);
  const isWhole = !(values instanceof Float32Array);
  for (let y = 0, i = 0; y < rows; y++) {
    const top = base + over.low[y];
    const bottom = base + over.high[y];
    const down = over.part[y];
    for (let x = 0; x < columns; x++, i++) {
      const [left, right, part] = [across.low[x], across.high[x], across.part[x]];
      const upper = values[top + left] * (1 - part) + values[top + right] * part;
      const lower = values[bottom + left] * (1 - part) + values[bottom + right] * part;
      const value = upper * (1 - down) + lower * down;
      out[i] = isWhole ? Math.round(value) : value;
    }
  }
  return out;
}

/* ---- making one -------------------------------------------------------------------------- */

function shrinkFor(stack: Stack, limitBytes: number): number {
  const { columns, rows } = stack.slots[0];
  const bytes = columns * rows * stack.slots.length * 2;
  const shrink = [1, 2, 4].find((by) => bytes / (by * by) <= limitBytes);
  if (shrink === undefined) {
    throw new VolumeError("too-large");
  }
  return shrink;
}

function gridOf(stack: Stack, order: readonly number[], gap: number, shrink: number): Grid {
  const first = stack.slots[order[0]];
  const plane = first.plane as Geometry;
  const [betweenRows, betweenColumns] = plane.spacing;
  const inset = (shrink - 1) / 2;
  const across = add(plane.position, plane.rowDirection, inset * betweenColumns);
  return {
    origin: add(across, plane.columnDirection, inset * betweenRows),
    directions: [plane.rowDirection, plane.columnDirection, normalOf(plane)],
    steps: [betweenColumns * shrink, betweenRows * shrink, gap],
    counts: [Math.floor(first.columns / shrink), Math.floor(first.rows / shrink), order.length],
    frameOfReference: plane.frameOfReference,
  };
}

function understandsAlike(a: GreyFrame, b: GreyFrame): boolean {
  return (
    a.slope === b.slope &&
    a.intercept === b.intercept &&
    a.modalityLut === null &&
    b.modalityLut === null &&
    a.values.constructor === b.values.constructor
  );
}

/* Takes one slice into the volume, in blocks of shrink × shrink when it was too large. */
function takeSlice(
  into: GreyValues,
  at: number,
  grid: Grid,
  shrink: number,
  frame: GreyFrame,
  isModality: boolean,
): void {
  const [columns, rows] = grid.counts;
  if (shrink === 1 && !isModality) {
    into.set(frame.values.subarray(0, columns * rows) as never, at);
    return;
  }
  for (let y = 0, i = at; y < rows; y++) {
    for (let x = 0; x < columns; x++, i++) {
      const value = blockMean(frame.values, frame.columns, x * shrink, y * shrink, shrink);
      into[i] = isModality ? modalityValue(frame, value) : Math.round(value);
    }
  }
}

function blockMean(
  values: GreyValues,
  columns: number,
  x: number,
  y: number,
  shrink: number,
): number {
  let sum = 0;
  for (let v = 0; v < shrink; v++) {
    for (let u = 0; u < shrink; u++) {
      sum += values[(y + v) * columns + x + u];
    }
  }
  return sum / (shrink * shrink);
}

/* Slices whose values mean different things (PET) are kept in modality units. */
function toModality(volume: Volume, done: number): Volume {
  const values = new Float32Array(volume.values.length);
  for (let i = 0; i < done; i++) {
    values[i] = modalityValue(volume.model, volume.values[i]);
  }
  const model = {
    ...volume.model,
    values,
    slope: 1,
    intercept: 0,
    modalityLut: null,
    padding: null,
  };
  return { ...volume, values, model };
}

/** So many slices are asked for before they are needed, to keep all decoders at work. */
const AHEAD = 8;

/* Asks for slices in order, some ahead; what fails is told when it is its turn. */
function reader(stack: Stack, order: readonly number[]): (k: number) => Promise<GreyFrame> {
  const asked: Promise<GreyFrame>[] = [];
  return (k) => {
    while (asked.length < Math.min(order.length, k + AHEAD)) {
      const slice = greyOf(stack, order[asked.length]);
      slice.catch(() => undefined);
      asked.push(slice);
    }
    const due = asked[k];
    delete asked[k]; // so that its pixels need not be kept
    return due;
  };
}

async function greyOf(stack: Stack, index: number): Promise<GreyFrame> {
  const frame = await stack.load(index, "soon").catch(() => {
    throw new VolumeError("missing");
  });
  if (frame.kind === "colour") {
    throw new VolumeError("colour");
  }
  if (frame.isPreview) {
    throw new VolumeError("preview");
  }
  return frame;
}

export interface VolumeWish {
  limitBytes: number;
  /** Told after each slice; true stops the work. */
  progress(done: number, all: number): boolean;
}

/** Reads all slices; null when it was stopped. Rejects with a VolumeError that says why not. */
export async function makeVolume(stack: Stack, wish: VolumeWish): Promise<Volume | null> {
  const found = orderVolume(
    stack.slots.map((slot) => slot.plane),
    stack.slots,
  );
  if (typeof found === "string") {
    throw new VolumeError(found);
  }
  const { order, gap } = found;
  const shrink = shrinkFor(stack, wish.limitBytes);
  const grid = gridOf(stack, order, gap, shrink);
  const read = reader(stack, order);
  const model = await read(0);
  const area = grid.counts[0] * grid.counts[1];
  let volume: Volume = { grid, model, shrink, values: alike(model.values, area * order.length) };
  let isModality = model.modalityLut !== null;
  if (isModality) {
    volume = toModality(volume, 0);
  }
  let [low, high] = model.range;
  for (let k = 0; k < order.length; k++) {
    const frame = k === 0 ? model : await read(k);
    if (!isModality && !understandsAlike(model, frame)) {
      volume = toModality(volume, k * area);
      isModality = true;
    }
    takeSlice(volume.values, k * area, grid, shrink, frame, isModality);
    [low, high] = [Math.min(low, frame.range[0]), Math.max(high, frame.range[1])];
    if (wish.progress(k + 1, order.length)) {
      return null;
    }
  }
  return { ...volume, model: { ...volume.model, range: [low, high] } };
}

/* ---- as stacks --------------------------------------------------------------------------- */

export class PlaneStack implements Stack {
  readonly slots: readonly Slot[];
  readonly computed: PlaneName;
  readonly shrink: number;
  private last: { index: number; frame: Frame } | null = null;

  constructor(
    readonly series: Series,
    private readonly volume: Volume,
    private readonly cut: Cut,
    source: Slot,
  ) {
    this.computed = cut.name;
    this.shrink = volume.shrink;
    this.slots = Array.from({ length: volume.grid.counts[cut.through] }, (_, i) =>
      this.slotAt(i, source),
    );
  }

  private slotAt(index: number, source: Slot): Slot {
    const { plane, size } = placeOf(this.volume.grid, this.cut, index);
    const step = plane.spacing[0];
    return {
      key: `${this.series.uid}/${this.cut.name}#${index}`,
      image: source.image,
      frame: source.frame,
      columns: size[0],
      rows: size[1],
      plane,
      spacing: { row: step, column: step, source: source.spacing?.source ?? "patient" },
    };
  }

  peek(index: number): Frame {
    if (this.last?.index !== index) {
      const { model } = this.volume;
      const { columns, rows } = this.slots[index];
      const values = sliceValues(this.volume, this.cut, index);
      this.last = {
        index,
        frame: greyFrame({
          ...model,
          columns,
          rows,
          values,
          overlays: [],
          bytes: values.byteLength,
        }),
      };
    }
    return this.last.frame;
  }

  load(index: number, _priority: Priority): Promise<Frame> {
    return Promise.resolve(this.peek(index));
  }

  prefetch(): void {
    // Computed in a few milliseconds when looked at.
  }
}

const ORDER: readonly PlaneName[] = ["axial", "coronal", "sagittal"];

/** The three stacks of a volume, axial first. */
export function planesOf(volume: Volume, source: Stack): PlaneStack[] {
  return ([0, 1, 2] as Axis[])
    .map(
      (axis) =>
        new PlaneStack(source.series, volume, cutThrough(volume.grid, axis), source.slots[0]),
    )
    .sort((a, b) => ORDER.indexOf(a.computed) - ORDER.indexOf(b.computed));
}
