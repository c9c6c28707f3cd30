// SPDX-License-Identifier: GPL-3.0-or-later
// A made-up disc, so that the face can be built and tested without files: a CT volume, an oblique
// MR, a colour loop, a projection image, a report, and a series with a frame that cannot be shown.
import { ListedAttributes, type ListedValue } from "../header/listed-attributes";
import { ProblemError } from "../model";
import type {
  Disc, Frame, FrameStore, Geometry, Image, Patient, PixelSpacing, Reason, Series, StackEntry, Study, Vector,
} from "../model";
import { greyFrame } from "../pixels/frame";
import { FAKE_PDF } from "./fake-pdf";

type Painter = (frame: number) => Frame;

interface FakeImage {
  file: string;
  sopClassUid: string;
  frameCount: number;
  columns: number;
  rows: number;
  frameTime?: number;
  reason?: Reason;
  isKey?: boolean;
  geometry?: Geometry;
  spacing?: PixelSpacing;
  values: Record<number, ListedValue>;
  paint: Painter;
}

const painters = new WeakMap<Image, Painter>();
const CT = "1.2.840.10008.5.1.4.1.1.2";
const MR = "1.2.840.10008.5.1.4.1.1.4";
const US = "1.2.840.10008.5.1.4.1.1.3.1";
const DX = "1.2.840.10008.5.1.4.1.1.1.1";
const SR = "1.2.840.10008.5.1.4.1.1.88.11";
const PDF = "1.2.840.10008.5.1.4.1.1.104.1";
const BALL: Patient = { name: "Müller^Jürgen", id: "F-1", birthDate: "19580314", sex: "M" };
const PATIENT = { 0x00100010: "Müller^Jürgen", 0x00100020: "F-1", 0x00100030: "19580314" };

let lastUid = 0;

function newUid(): string {
  return `1.2.826.0.1.3680043.9.1.${++lastUid}`;
}

function makeImage(fake: FakeImage): Image {
  const image: Image = {
    file: fake.file,
    sopInstanceUid: newUid(),
    sopClassUid: fake.sopClassUid,
    attributes: new ListedAttributes({ ...PATIENT, 0x00080016: fake.sopClassUid, ...fake.values }),
    frameCount: fake.frameCount,
    columns: fake.columns,
    rows: fake.rows,
    frameTime: fake.frameTime,
    isKey: fake.isKey ?? false,
    reason: fake.reason ?? "",
    geometry: () => fake.geometry ?? null,
    pixelSpacing: () => fake.spacing ?? null,
    document: () => fake.sopClassUid === PDF
      ? Promise.resolve(FAKE_PDF)
      : Promise.reject(new ProblemError({ reason: "no-pixels", file: fake.file })),
  };
  painters.set(image, fake.paint);
  return image;
}

function makeSeries(about: Partial<Series>, fakes: FakeImage[]): Series {
  const images = fakes.map(makeImage);
  return {
    uid: newUid(),
    number: "1",
    modality: "OT",
    description: "",
    bodyPart: "",
    imageCount: images.length,
    frameCount: fakes.reduce((sum, fake) => sum + fake.frameCount, 0),
    picture: null,
    kind: "images",
    pixelBytes: fakes.reduce((sum, fake) => sum + fake.columns * fake.rows * fake.frameCount * 2, 0),
    load: () => Promise.resolve(images),
    problems: [],
    ...about,
  };
}

/** A ball of 60 HU in water of 0 HU in air of -1000 HU; the slice number is in the corner pixel. */
function paintBall(size: number, slice: number, slices: number): Frame {
  const values = new Int16Array(size * size);
  const middle = (size - 1) / 2;
  const height = (slice - (slices - 1) / 2) * (size / slices);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const distance = Math.hypot(x - middle, y - middle, height);
      values[y * size + x] = distance < size / 6 ? 60 : distance < size / 2.2 ? 0 : -1000;
    }
  }
  values[0] = slice;
  return greyFrame({
    columns: size,
    rows: size,
    values,
    unit: "HU",
    windows: [
      { center: 40, width: 400, function: "linear", explanation: "ABDOMEN" },
      { center: -600, width: 1500, function: "linear", explanation: "LUNG" },
    ],
  });
}

function ctSlice(slice: number, slices: number): FakeImage {
  const spacing = 300 / 128;
  return {
    file: `DICOM/S0001/SE0001/I${String(slice + 1).padStart(7, "0")}`,
    sopClassUid: CT,
    frameCount: 1,
    columns: 128,
    rows: 128,
    isKey: slice === 20,
    geometry: {
      position: [-150, -150, -100 + slice * 5],
      rowDirection: [1, 0, 0],
      columnDirection: [0, 1, 0],
      spacing: [spacing, spacing],
      frameOfReference: "1.2.3.4",
    },
    spacing: { row: spacing, column: spacing, source: "patient" },
    values: {
      0x00080060: "CT", 0x00180050: 5, 0x00200013: slice + 1, 0x00280010: 128, 0x00280011: 128,
      0x00280030: [spacing, spacing],
    },
    paint: () => paintBall(128, slice, slices),
  };
}

function mrSlice(slice: number): FakeImage {
  const tilt = Math.PI / 9;
  const normal: Vector = [Math.cos(tilt), Math.sin(tilt), 0];
  return {
    file: `DICOM/S0001/SE0002/I${String(slice + 1).padStart(7, "0")}`,
    sopClassUid: MR,
    frameCount: 1,
    columns: 96,
    rows: 120,
    geometry: {
      position: [normal[0] * (slice - 5) * 8 + 90, normal[1] * (slice - 5) * 8 - 90, 120],
      rowDirection: [-Math.sin(tilt), Math.cos(tilt), 0],
      columnDirection: [0, 0, -1],
      spacing: [2, 2],
      frameOfReference: "1.2.3.4",
    },
    spacing: { row: 2, column: 2, source: "patient" },
    values: { 0x00080060: "MR", 0x00200013: slice + 1, 0x00180050: 4 },
    paint: () => greyFrame({
      columns: 96,
      rows: 120,
      values: Uint16Array.from({ length: 96 * 120 }, (_, i) => (i % 96) * 8 + slice * 20),
      windows: [{ center: 400, width: 800, function: "linear", explanation: "" }],
    }),
  };
}

function paintLoop(frame: number): Frame {
  const rgba = new Uint8ClampedArray(160 * 120 * 4);
  for (let i = 0; i < 160 * 120; i++) {
    rgba[4 * i] = (i % 160) + frame * 8;
    rgba[4 * i + 1] = Math.floor(i / 160) * 2;
    rgba[4 * i + 2] = frame * 20;
    rgba[4 * i + 3] = 255;
  }
  return { kind: "colour", columns: 160, rows: 120, overlays: [], bytes: rgba.length, isPreview: false, rgba };
}

const LOOP: FakeImage = {
  file: "DICOM/S0001/SE0003/I0000001",
  sopClassUid: US,
  frameCount: 12,
  columns: 160,
  rows: 120,
  frameTime: 40,
  spacing: { row: 0.5, column: 0.5, source: "ultrasound" },
  values: { 0x00080060: "US", 0x00280008: 12, 0x00181063: 40 },
  paint: paintLoop,
};

const CHEST: FakeImage = {
  file: "DICOM/S0002/SE0001/I0000001",
  sopClassUid: DX,
  frameCount: 1,
  columns: 500,
  rows: 600,
  spacing: { row: 0.143, column: 0.143, source: "detector" },
  values: { 0x00080060: "DX", 0x00181164: [0.143, 0.143] },
  paint: () => greyFrame({
    columns: 500,
    rows: 600,
    values: Uint16Array.from({ length: 500 * 600 }, (_, i) => (i % 500) * 8),
    inverted: true,
  }),
};

function damagedSlice(slice: number): FakeImage {
  const file = `DICOM/S0002/SE0002/I${String(slice + 1).padStart(7, "0")}`;
  const reason: Reason = "chunk-damaged";
  return {
    ...ctSlice(slice, 3),
    file,
    reason: slice === 2 ? "unsupported-syntax" : undefined,
    paint: () => {
      if (slice === 1) {
        throw new ProblemError({ reason, file });
      }
      return paintBall(64, slice, 3);
    },
    columns: 64,
    rows: 64,
  };
}

function without(sopClassUid: string, file: string, values: Record<number, ListedValue>): FakeImage {
  return {
    file,
    sopClassUid,
    frameCount: 0,
    columns: 0,
    rows: 0,
    reason: "no-pixels",
    values,
    paint: () => {
      throw new ProblemError({ reason: "no-pixels", file });
    },
  };
}

function code(meaning: string): ListedAttributes[] {
  return [new ListedAttributes({ 0x00080100: "1", 0x00080102: "99FAKE", 0x00080104: meaning })];
}

function report(): FakeImage {
  const finding = new ListedAttributes({
    0x0040a010: "CONTAINS", 0x0040a040: "TEXT", 0x0040a043: code("Finding"),
    0x0040a160: "A ball in the middle.\nNo second ball.",
  });
  const size = new ListedAttributes({
    0x0040a010: "CONTAINS", 0x0040a040: "NUM", 0x0040a043: code("Diameter"),
    0x0040a300: [new ListedAttributes({ 0x0040a30a: "42.7", 0x004008ea: code("mm") })],
  });
  return without(SR, "DICOM/S0002/SE0003/I0000001", {
    0x00080060: "SR", 0x0040a040: "CONTAINER", 0x0040a043: code("Report of a ball"),
    0x0040a491: "COMPLETE", 0x0040a493: "UNVERIFIED", 0x0040a730: [finding, size],
  });
}

function studies(): Study[] {
  const count = (n: number) => Array.from({ length: n }, (_, i) => i);
  const documentFile = without(PDF, "DICOM/S0002/SE0004/I0000001", {
    0x00080060: "DOC", 0x00420010: "Letter", 0x00420012: "application/pdf",
  });
  return [
    {
      uid: newUid(), date: "20250218", time: "101500", description: "Abdomen", accession: "A-1",
      patient: BALL,
      series: [
        makeSeries({ number: "1", modality: "CT", description: "Ball 5 mm", bodyPart: "ABDOMEN" },
          count(40).map((slice) => ctSlice(slice, 40))),
        makeSeries({ number: "2", modality: "MR", description: "T1 oblique" }, count(11).map(mrSlice)),
        makeSeries({ number: "3", modality: "US", description: "Loop" }, [LOOP]),
      ],
    },
    {
      uid: newUid(), date: "20240102", time: "", description: "Thorax", accession: "",
      patient: BALL,
      series: [
        makeSeries({ number: "1", modality: "DX", description: "p.a.", bodyPart: "CHEST" }, [CHEST]),
        makeSeries({ number: "2", modality: "CT", description: "Damaged" }, count(3).map(damagedSlice)),
        makeSeries({ number: "3", modality: "SR", description: "Report", kind: "report" }, [report()]),
        makeSeries({ number: "4", modality: "DOC", description: "Letter", kind: "document" },
          [documentFile]),
      ],
    },
  ];
}

class FakeStore implements FrameStore {
  limitBytes = 512 << 20;
  isHeld = null;
  usedBytes = 0;
  private readonly made = new Map<string, Frame>();

  async get(image: Image, frame: number): Promise<Frame> {
    const key = `${image.sopInstanceUid}/${frame}`;
    const known = this.made.get(key);
    if (known !== undefined) {
      return known;
    }
    await Promise.resolve();
    if (image.reason !== "") {
      throw new ProblemError({ reason: image.reason, file: image.file });
    }
    const painted = painters.get(image)!(frame);
    this.made.set(key, painted);
    this.usedBytes += painted.bytes;
    return painted;
  }

  peek(image: Image, frame: number): Frame | undefined {
    return this.made.get(`${image.sopInstanceUid}/${frame}`);
  }

  prefetch(stack: StackEntry[], index: number): void {
    stack.slice(index, index + 5).forEach((entry) => {
      this.get(entry.image, entry.frame).catch(() => undefined);
    });
  }
}

export function openFakeDisc(): Promise<Disc> {
  return Promise.resolve({
    index: {
      fileSet: "IC000003_1", transfer: "IC000003", volume: { number: 1, of: 2 },
      created: "2026-11-22T07:10:00+00:00", institution: "Hospital of the Ball", contact: "+49 1",
      recipient: "Dr. Round",
    },
    patient: BALL,
    studies: studies(),
    quality: "lossless",
    account: {
      state: "incomplete", basis: "uid-list", expected: 61, offered: 0, missing: 1, extra: 0, damaged: 0,
    },
    isPicked: false,
    problems: [],
    frames: new FakeStore(),
  });
}
