// SPDX-License-Identifier: GPL-3.0-or-later
// The disc that the viewer lies on: its index, and for each series a script with headers and the
// places of its frames in the chunks.
import { fromBase64 } from "../codec/chunk";
import { inflateRaw } from "../codec/inflate";
import type { EncodedFrame, Encoding } from "../codec/messages";
import { DecodedFrames } from "../frames/store";
import { parseHeader } from "../header/data-set";
import { ListedAttributes } from "../header/listed-attributes";
import { Tag } from "../header/tags";
import { ProblemError } from "../model";
import type {
  Account, Attributes, Disc, DiscIndex, Image, Patient, Problem, Quality, Reason, Series, SeriesKind, Study,
} from "../model";
import { readFromChunk, type ChunkRecord } from "./chunks";
import { DicomImage } from "./image";
import { KeyImages } from "./key-images";
import { newestFirst } from "./order";
import { scriptFolder, whenScriptSays } from "./script-door";

const FORMAT = 1;

interface IndexRecord extends DiscIndex {
  format: number;
  account: Account | null;
  quality: Quality;
  patient: Patient;
  studies: StudyRecord[];
}

interface StudyRecord {
  uid: string;
  date: string;
  time: string;
  description: string;
  accession: string;
  series: SeriesRecord[];
}

interface SeriesRecord {
  uid: string;
  number: string;
  modality: string;
  description: string;
  bodyPart: string;
  images: number;
  frames: number;
  folder: string;
  files: string;
  picture: string;
  pixelBytes: number;
}

interface ImageRecord {
  file: string;
  uid: string;
  header: [number, number];
  encoding: Encoding | "file" | "none";
  bytes: number;
  samples: number;
  columns: number;
  rows: number;
  syntax?: string;
  frames: [number, number, number][];
  reason?: Reason | "";
}

interface SeriesContent {
  headers: { size: number; data: string };
  chunks: ChunkRecord[];
  images: ImageRecord[];
}

function kindOf(record: SeriesRecord): SeriesKind {
  if (record.modality === "SR" || record.modality === "KO") {
    return "report";
  }
  if (record.modality === "DOC") {
    return "document";
  }
  return record.frames > 0 ? "images" : "other";
}

class SidecarSeries implements Series {
  readonly uid: string;
  readonly number: string;
  readonly modality: string;
  readonly description: string;
  readonly bodyPart: string;
  readonly imageCount: number;
  readonly frameCount: number;
  readonly picture: string | null;
  readonly kind: SeriesKind;
  readonly pixelBytes: number;
  readonly problems: Problem[] = [];
  private loading: Promise<DicomImage[]> | null = null;

  constructor(private readonly record: SeriesRecord, private readonly keys: KeyImages,
    private readonly isPreview: boolean) {
    this.uid = record.uid;
    this.number = record.number;
    this.modality = record.modality;
    this.description = record.description;
    this.bodyPart = record.bodyPart;
    this.imageCount = record.images;
    this.frameCount = record.frames;
    this.pixelBytes = record.pixelBytes ?? 0;
    this.picture = record.picture ? `${scriptFolder()}../${record.picture}` : null;
    this.kind = kindOf(record);
  }

  async load(): Promise<Image[]> {
    const images = await this.loadUnmarked();
    await this.keys.mark(images);
    return images;
  }

  /** Without asking which of them are key images. */
  loadUnmarked(): Promise<DicomImage[]> {
    this.loading ??= this.read();
    return this.loading;
  }

  private async read(): Promise<DicomImage[]> {
    const { folder, files } = this.record;
    if (!folder) {
      throw this.problem("not-included", files);
    }
    try {
      const address = `${scriptFolder()}DATA/${folder}/SERIES.JS`;
      const content = await whenScriptSays<SeriesContent>(address, "series/" + folder);
      const { size, data } = content.headers;
      const headers = await inflateRaw(fromBase64(data), size);
      return content.images.map((image) => this.imageOf(image, content, headers));
    } catch (error) {
      const reason = error instanceof ProblemError ? error.problem.reason : "chunk-damaged";
      throw this.problem(reason, files);
    }
  }

  private problem(reason: Reason, file: string): ProblemError {
    const problem = { reason, file, series: this.uid };
    if (!this.problems.some((known) => known.file === file && known.reason === reason)) {
      this.problems.push(problem);
    }
    return new ProblemError(problem);
  }

  private imageOf(record: ImageRecord, content: SeriesContent, headers: Uint8Array): DicomImage {
    const isPicture = record.encoding !== "file" && record.encoding !== "none";
    return new DicomImage({
      file: record.file,
      sopInstanceUid: record.uid,
      frameCount: isPicture ? record.frames.length : 0,
      columns: record.columns ?? 0,
      rows: record.rows ?? 0,
      reason: isPicture ? "" : record.reason || "no-pixels",
      isKey: false,
      isPreview: record.encoding === "jpeg8" && this.isPreview,
      readAttributes: () => this.attributesOf(record, headers),
      encoded: (frame) => this.encodedFrame(record, content, frame),
      document: () => record.encoding === "file" ? this.bytesOf(record, content, 0)
        : Promise.reject(new ProblemError({ reason: "no-pixels", file: record.file })),
      report: (reason) => this.problem(reason, record.file),
    });
  }

  private attributesOf(record: ImageRecord, headers: Uint8Array): Attributes {
    const [offset, length] = record.header;
    try {
      return parseHeader(headers.subarray(offset, offset + length));
    } catch {
      this.problem("damaged", record.file);
      return new ListedAttributes({ [Tag.SopInstanceUid]: record.uid });
    }
  }

  private async encodedFrame(
    record: ImageRecord, content: SeriesContent, frame: number,
  ): Promise<EncodedFrame> {
    return {
      encoding: record.encoding as Encoding,
      bytes: await this.bytesOf(record, content, frame),
      columns: record.columns,
      rows: record.rows,
      bytesPerSample: record.bytes,
      samples: record.samples,
      syntax: record.syntax ?? "",
    };
  }

  /** A copy, which may be handed to a worker. */
  private async bytesOf(
    record: ImageRecord, content: SeriesContent, frame: number,
  ): Promise<Uint8Array> {
    const [number, offset, length] = record.frames[frame] ?? [-1, 0, 0];
    const chunk = content.chunks[number];
    if (chunk === undefined) {
      throw this.problem("damaged", record.file);
    }
    try {
      return await readFromChunk(this.record.folder, chunk, offset, length);
    } catch (error) {
      const reason = error instanceof ProblemError ? error.problem.reason : "chunk-damaged";
      throw this.problem(reason, record.file);
    }
  }
}

function studyOf(record: StudyRecord, index: IndexRecord, keys: KeyImages): Study {
  const { uid, date, time, description, accession } = record;
  return {
    uid, date, time, description, accession,
    patient: index.patient,
    series: record.series.map((series) =>
      new SidecarSeries(series, keys, index.quality === "preview")),
  };
}

function indexProblem(error: unknown): ProblemError {
  const isMissing = error instanceof ProblemError && error.problem.reason === "chunk-missing";
  return new ProblemError({
    reason: isMissing ? "index-missing" : "index-damaged", file: "VIEWER/DATA/INDEX.JS",
  });
}

function discOf(index: IndexRecord): Disc {
  const keys = new KeyImages();
  const studies = index.studies
    .map((study) => studyOf(study, index, keys))
    .sort(newestFirst);
  const series = studies.flatMap((study) => study.series) as SidecarSeries[];
  keys.readFrom(series.filter(({ modality }) => modality === "KO")
    .map((one) => () => one.loadUnmarked()));
  return {
    index,
    patient: index.patient,
    studies,
    quality: index.quality,
    account: index.account,
    isPicked: false,
    problems: [],
    frames: new DecodedFrames(),
  };
}

/** Rejects with a ProblemError "index-missing" or "index-damaged". */
export async function openDisc(): Promise<Disc> {
  try {
    const address = `${scriptFolder()}DATA/INDEX.JS`;
    const index = await whenScriptSays<IndexRecord>(address, "index");
    if (index.format !== FORMAT) {
      throw new Error("format");
    }
    return discOf(index);
  } catch (error) {
    throw indexProblem(error);
  }
}
