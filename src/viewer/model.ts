// SPDX-License-Identifier: GPL-3.0-or-later
// What there is to look at: a disc with its studies, series, images and frames, whichever way it
// came in (sidecar or picked files). Types only; the face knows nothing else of the layers below.
// Tags are numbers, 0xGGGGEEEE. Lengths are millimetres, angles radians, times milliseconds.

export interface Attributes {
  /** First value, decoded by Specific Character Set and trimmed; "" when there is none. */
  text(tag: number): string;
  texts(tag: number): string[];
  number(tag: number, index?: number): number | undefined;
  numbers(tag: number): number[];
  /** Items of a sequence; [] when there is none. */
  sequence(tag: number): Attributes[];
  has(tag: number): boolean;
  bytes(tag: number): Uint8Array | undefined;
  vr(tag: number): string;
  /** Everything, nested items after their sequence, for the header view. */
  elements(): Iterable<HeaderLine>;
}

export interface HeaderLine {
  tag: number;
  vr: string;
  depth: number;
  name: string;
  value: string;
}

/** Why something cannot be shown. The face has a sentence for each. */
export type Reason =
  | "no-pixels"
  | "unsupported-syntax"
  | "needs-wasm"
  | "damaged"
  | "too-large"
  | "not-included"
  | "chunk-missing"
  | "chunk-damaged"
  | "not-dicom"
  | "index-missing"
  | "index-damaged"
  | "several-patients";

/** One thing that went wrong, and the DICOM file that can be opened elsewhere ("" if none). */
export interface Problem {
  reason: Reason;
  file: string;
  series?: string;
}

export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.reason);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

export interface Patient {
  name: string; // PN as stored
  id: string;
  birthDate: string; // YYYYMMDD
  sex: string;
}

export interface Study {
  uid: string;
  date: string;
  time: string;
  description: string;
  accession: string;
  /** Differs from one study to the next only among picked files. */
  patient: Patient;
  series: Series[];
}

export type SeriesKind = "images" | "report" | "document" | "other";

export interface Series {
  uid: string;
  number: string;
  modality: string;
  description: string;
  bodyPart: string;
  imageCount: number;
  frameCount: number;
  /** Address of a small JPEG for the list, or null. */
  picture: string | null;
  kind: SeriesKind;
  /** Bytes of its decoded frames, 0 when unknown. */
  pixelBytes: number;
  /** Reads the headers, once; rejects with a ProblemError. Sorted for display. */
  load(): Promise<Image[]>;
  /** Grows while frames are read. */
  problems: Problem[];
}

/** Where the millimetres of an image come from, which decides how much they can be trusted. */
export type SpacingSource = "patient" | "calibrated" | "detector" | "ultrasound";

export interface PixelSpacing {
  row: number; // between rows, mm
  column: number; // between columns, mm
  source: SpacingSource;
}

export type Vector = [number, number, number];

export interface Geometry {
  position: Vector; // centre of the first pixel
  rowDirection: Vector; // along a row: increasing column
  columnDirection: Vector; // along a column: increasing row
  spacing: [number, number]; // between rows, between columns
  frameOfReference: string;
}

export interface Image {
  file: string; // path on the medium
  sopInstanceUid: string;
  sopClassUid: string;
  attributes: Attributes;
  frameCount: number; // 0 for reports and documents
  columns: number;
  rows: number;
  frameTime?: number;
  /** Marked by a Key Object Selection on this disc. */
  isKey: boolean;
  /** "" or why no frame can be shown. */
  reason: Reason | "";
  geometry(frame: number): Geometry | null;
  pixelSpacing(frame: number): PixelSpacing | null;
  /** The encapsulated document's bytes. */
  document(): Promise<Uint8Array>;
}

export type WindowFunction = "linear" | "linear-exact" | "sigmoid";

export interface VoiWindow {
  center: number;
  width: number;
  function: WindowFunction;
  explanation: string;
}

/** A look-up table of DICOM (PS3.3 C.11): below the first entry the first applies, above the last
 * the last. */
export interface Lut {
  first: number;
  bits: number;
  entries: Uint16Array;
  explanation: string;
}

export type GreyValues = Uint8Array | Uint16Array | Int16Array | Int32Array | Uint32Array
  | Float32Array | Float64Array;

/** A drawing over an image, one bit a pixel from `firstBit` on, the lowest of a byte first. */
export interface Overlay {
  columns: number;
  rows: number;
  /** Of its first pixel, in the image, from 0. */
  left: number;
  top: number;
  bits: Uint8Array;
  firstBit: number;
}

interface FrameBase {
  columns: number;
  rows: number;
  overlays: Overlay[];
  /** Bytes it holds in memory. */
  bytes: number;
  /** 8 bits made by the writer: nothing can be measured. */
  isPreview: boolean;
}

export interface GreyFrame extends FrameBase {
  kind: "grey";
  values: GreyValues; // as stored, sign applied, foreign bits masked
  slope: number;
  intercept: number;
  modalityLut: Lut | null; // instead of slope and intercept
  unit: string; // "HU", "SUVbw", "mm", "" …
  inverted: boolean; // MONOCHROME1
  /** Stored values in this range are padding: black, and not measured. */
  padding: [number, number] | null;
  windows: VoiWindow[]; // as the file proposes them, valid ones only
  voiLuts: Lut[];
  /** Lowest and highest modality value, without padding. */
  range: [number, number];
}

export interface ColourFrame extends FrameBase {
  kind: "colour";
  rgba: Uint8ClampedArray; // opaque
}

export type Frame = GreyFrame | ColourFrame;

/** A higher priority is decoded first. */
export type Priority = "now" | "soon" | "later";

export interface FrameStore {
  /** Rejects with a ProblemError. */
  get(image: Image, frame: number, priority?: Priority): Promise<Frame>;
  /** What is decoded already, at once; undefined otherwise. */
  peek(image: Image, frame: number): Frame | undefined;
  /** Decodes around stack[index], further in `direction` (1 or -1; 0: both) than back. */
  prefetch(stack: StackEntry[], index: number, direction: number): void;
  limitBytes: number;
  readonly usedBytes: number;
  /** Whether somebody still looks at a frame; asked of those that are dropped, whose memory is used
   * again after a no. While this is null the collector decides. */
  isHeld: ((frame: Frame) => boolean) | null;
}

export interface StackEntry {
  image: Image;
  frame: number;
}

export type Quality = "lossless" | "preview" | "none";

export interface Disc {
  index: DiscIndex;
  patient: Patient;
  studies: Study[];
  quality: Quality;
  /** Null where everything that the source listed is here, or where nothing is known of it. */
  account: Account | null;
  isPicked: boolean;
  problems: Problem[];
  frames: FrameStore;
}

/** How what is on the disc compares with what its source has (numbers of images). */
export interface Account {
  /** Said by the writer. */
  state: "complete" | "incomplete" | "unproven";
  /** What the source gave: a list, how many it has, or nothing. */
  basis: "uid-list" | "count-only" | "none";
  expected: number;
  /** 0, or how many the source has of which `expected` were selected. */
  offered: number;
  missing: number;
  extra: number;
  damaged: number;
}

/** What is known of the disc as a whole; empty strings for picked files. */
export interface DiscIndex {
  fileSet: string;
  transfer: string;
  volume: { number: number; of: number };
  created: string;
  institution: string;
  contact: string;
  recipient: string;
}

/** Told while picked files are read. */
export type ReadProgress = (done: number, total: number) => void;

/** What the face is started with. */
export interface Doors {
  openDisc(): Promise<Disc>;
  openFiles(files: PickedFile[], progress?: ReadProgress): Promise<Disc>;
  /** Files of an <input>, single ones or a folder. */
  filesOfInput(input: HTMLInputElement): PickedFile[];
  /** Files below what was dropped; must be called in the drop event itself. */
  filesOfDrop(transfer: DataTransfer): Promise<PickedFile[]>;
  /** Loads VIEWER/PDF.JS once. */
  openPdfLibrary(): Promise<PdfLibrary>;
}

export interface PickedFile {
  path: string;
  file: File;
}

/** pdfjs-dist, with its worker set up. */
export type PdfLibrary = typeof import("pdfjs-dist");
