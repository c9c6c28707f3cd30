// SPDX-License-Identifier: GPL-3.0-or-later
// An instance of either source, as the face sees it and as the store of frames reads it.
import type { EncodedFrame, PixelDescription } from "../codec/messages";
import { geometryOf, pixelSpacingOf } from "../header/geometry";
import { Tag } from "../header/tags";
import { ProblemError } from "../model";
import type { Attributes, Geometry, Image, PixelSpacing, Reason } from "../model";
import { describePixels } from "../pixels/describe";

/** What the sources know of an instance. */
export interface ImageParts {
  file: string;
  sopInstanceUid: string;
  frameCount: number;
  columns: number;
  rows: number;
  reason: Reason | "";
  isKey: boolean;
  isPreview: boolean;
  /** Called once, when somebody asks. */
  readAttributes(): Attributes;
  encoded(frame: number): Promise<EncodedFrame>;
  document(): Promise<Uint8Array>;
  /** Told of a frame that could not be shown. */
  report(reason: Reason): void;
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 && Number.isFinite(value) ? value : undefined;
}

/** Milliseconds from one frame to the next, where the data set says. */
function frameTimeOf(attributes: Attributes): number | undefined {
  const rate = positive(attributes.number(Tag.CineRate))
    ?? positive(attributes.number(Tag.RecommendedFrameRate));
  return positive(attributes.number(Tag.FrameTime))
    ?? positive(attributes.number(Tag.FrameTimeVector, 1))
    ?? (rate === undefined ? undefined : 1000 / rate);
}

export class DicomImage implements Image {
  readonly file: string;
  readonly sopInstanceUid: string;
  readonly frameCount: number;
  readonly columns: number;
  readonly rows: number;
  readonly reason: Reason | "";
  readonly isPreview: boolean;
  isKey: boolean;
  private known: Attributes | null = null;
  private described: PixelDescription | null = null;

  constructor(private readonly parts: ImageParts) {
    this.file = parts.file;
    this.sopInstanceUid = parts.sopInstanceUid;
    this.frameCount = parts.frameCount;
    this.columns = parts.columns;
    this.rows = parts.rows;
    this.reason = parts.reason;
    this.isPreview = parts.isPreview;
    this.isKey = parts.isKey;
  }

  get attributes(): Attributes {
    this.known ??= this.parts.readAttributes();
    return this.known;
  }

  get sopClassUid(): string {
    return this.attributes.text(Tag.SopClassUid);
  }

  get frameTime(): number | undefined {
    return frameTimeOf(this.attributes);
  }

  get pixels(): PixelDescription {
    this.described ??= describePixels(this.attributes);
    return this.described;
  }

  geometry(frame: number): Geometry | null {
    return geometryOf(this.attributes, frame);
  }

  pixelSpacing(frame: number): PixelSpacing | null {
    return pixelSpacingOf(this.attributes, frame);
  }

  document(): Promise<Uint8Array> {
    return this.parts.document();
  }

  encoded(frame: number): Promise<EncodedFrame> {
    return this.parts.encoded(frame);
  }

  /** As an error, which the series remembers. */
  fail(reason: Reason): ProblemError {
    this.parts.report(reason);
    return new ProblemError({ reason, file: this.file });
  }
}
