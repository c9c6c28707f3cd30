// SPDX-License-Identifier: GPL-3.0-or-later
// Made-up planes, images, stacks and series for the unit tests.
import type {
  Disc,
  Frame,
  Geometry,
  GreyFrame,
  Image,
  Problem,
  Series,
} from "../../../src/viewer/model";
import { ProblemError } from "../../../src/viewer/model";
import { ListedAttributes } from "../../../src/viewer/header/listed-attributes";
import { greyFrame } from "../../../src/viewer/pixels/frame";
import type { Slot, Stack } from "../../../src/viewer/face/stack";
import type { PlaneName } from "../../../src/viewer/face/geometry";

export function axial(z: number, change: Partial<Geometry> = {}): Geometry {
  return {
    position: [-10, -20, z],
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    spacing: [2, 2],
    frameOfReference: "1.2",
    ...change,
  };
}

export function coronal(y: number): Geometry {
  return axial(0, { position: [-10, y, 50], columnDirection: [0, 0, -1] });
}

export function grey(
  columns: number,
  rows: number,
  value: (x: number, y: number) => number,
): GreyFrame {
  const values = new Int16Array(columns * rows);
  values.forEach((_, i) => (values[i] = value(i % columns, Math.floor(i / columns))));
  return greyFrame({
    columns,
    rows,
    values,
    unit: "HU",
    windows: [{ center: 40, width: 400, function: "linear", explanation: "" }],
  });
}

export function image(file: string, change: Partial<Image> = {}): Image {
  return {
    file,
    sopInstanceUid: `1.${file}`,
    sopClassUid: "",
    attributes: new ListedAttributes({}),
    frameCount: 1,
    columns: 8,
    rows: 6,
    isKey: false,
    reason: "",
    geometry: () => null,
    pixelSpacing: () => null,
    document: () => Promise.reject(new ProblemError({ reason: "no-pixels", file })),
    ...change,
  };
}

export function series(images: Image[], change: Partial<Series> = {}): Series {
  return {
    uid: "1.9",
    number: "1",
    modality: "CT",
    description: "",
    bodyPart: "",
    imageCount: images.length,
    frameCount: images.length,
    picture: null,
    kind: "images",
    pixelBytes: 0,
    problems: [],
    load: () => Promise.resolve(images),
    ...change,
  };
}

export interface Wish {
  resolve(frame: Frame): void;
  reject(problem: Problem): void;
}

/** A stack whose frames come when the test says so, or at once when `ready` has them. */
export class SlowStack implements Stack {
  readonly computed: PlaneName | null = null;
  readonly shrink = 1;
  readonly slots: Slot[];
  readonly series: Series;
  readonly wishes = new Map<number, Wish>();
  readonly ready = new Map<number, Frame>();

  constructor(planes: (Geometry | null)[], columns = 8, rows = 6) {
    const images = planes.map((plane, i) =>
      image(`I${i}`, { columns, rows, geometry: () => plane }),
    );
    this.series = series(images);
    this.slots = images.map((one, i) => ({
      key: one.file,
      image: one,
      frame: 0,
      columns,
      rows,
      plane: planes[i],
      spacing: planes[i] === null ? null : { row: 2, column: 2, source: "patient" as const },
    }));
  }

  peek(index: number): Frame | undefined {
    return this.ready.get(index);
  }

  load(index: number): Promise<Frame> {
    const frame = this.ready.get(index);
    if (frame !== undefined) {
      return Promise.resolve(frame);
    }
    return new Promise((resolve, reject) => {
      this.wishes.set(index, { resolve, reject: (problem) => reject(new ProblemError(problem)) });
    });
  }

  prefetch(): void {}
}

const PATIENT = { name: "A^B", id: "1", birthDate: "", sex: "" };

export function disc(all: Series[], frame: (image: Image, frame: number) => Frame): Disc {
  return {
    index: {
      fileSet: "",
      transfer: "IC1",
      volume: { number: 1, of: 1 },
      created: "",
      institution: "",
      contact: "",
      recipient: "",
    },
    patient: PATIENT,
    studies: [
      {
        uid: "1",
        date: "",
        time: "",
        description: "",
        accession: "",
        patient: PATIENT,
        series: all,
      },
    ],
    quality: "lossless",
    account: null,
    isPicked: false,
    problems: [],
    frames: {
      limitBytes: 1 << 28,
      isHeld: null,
      usedBytes: 0,
      get: (one, index) => Promise.resolve(frame(one, index)),
      peek: (one, index) => frame(one, index),
      prefetch: () => undefined,
    },
  };
}

/** Lets everything that waits go on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) {
    await Promise.resolve();
  }
}
