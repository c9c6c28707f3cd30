// SPDX-License-Identifier: GPL-3.0-or-later
// A picked DICOM file: its attributes, read no further than to its pixels, and where its frames lie.
import {
  bigEndianByteArrayParser, ByteStream, littleEndianByteArrayParser, parseDicomDataSetExplicit,
  parseDicomDataSetImplicit, readPart10Header, type DataSet, type Element,
} from "dicom-parser";
import { inflateSync } from "fflate";
import { isDecodable } from "../codec/source";
import { DecodeError, type EncodedFrame } from "../codec/messages";
import { DataSetAttributes } from "../header/data-set";
import { vrOf } from "../header/dictionary";
import { Tag } from "../header/tags";
import type { Attributes, Reason } from "../model";
import { describePixels } from "../pixels/describe";
import { FileReaderAt } from "./file-reader";
import { framesOf, joinFragments, type Fragment } from "./fragments";

const IMPLICIT = "1.2.840.10008.1.2";
const EXPLICIT = "1.2.840.10008.1.2.1";
const DEFLATED = "1.2.840.10008.1.2.1.99";
const BIG_ENDIAN = "1.2.840.10008.1.2.2";
const JPEG_EXTENDED = "1.2.840.10008.1.2.4.51";
const NATIVE = new Set([IMPLICIT, EXPLICIT, DEFLATED, BIG_ENDIAN]);
const PIXELS = ["x7fe00010", "x7fe00008", "x7fe00009"];
const FIRST_READ = 1 << 17;
const UNDEFINED_LENGTH = 0xffffffff;

/** US or SS, OB or OW: what the tag leaves open is decided by who reads the value. */
function vrCallback(tag: string): string {
  return vrOf(parseInt(tag.slice(1), 16));
}

function textAt(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

function isPart10(bytes: Uint8Array): boolean {
  return bytes.length >= 132 && textAt(bytes, 128, 132) === "DICM";
}

/** Data sets without preamble begin with a group 0002 or 0008. */
function looksBare(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && (bytes[0] === 8 || bytes[0] === 2) && bytes[1] === 0 && bytes[3] < 0x80;
}

/** Some writers say one thing and do the other; letters where a VR would stand decide. */
function isExplicit(bytes: Uint8Array, at: number): boolean {
  return /^[A-Z]{2}$/.test(textAt(bytes, at + 4, at + 6));
}

interface Head {
  dataSet: DataSet;
  syntax: string;
  /** What the offsets count in. */
  reader: FileReaderAt;
}

interface Start {
  dataSet: DataSet;
  syntax: string;
  /** Where the data set begins. */
  at: number;
}

/** Behind the file meta group; null when it is no DICOM file. */
function startOf(bytes: Uint8Array): Start | null {
  if (!isPart10(bytes)) {
    const dataSet = { elements: {}, byteArray: bytes, warnings: [] as string[] } as unknown as DataSet;
    return looksBare(bytes) ? { dataSet, syntax: EXPLICIT, at: 0 } : null;
  }
  const dataSet = readPart10Header(bytes) as DataSet & { position: number };
  const element = dataSet.elements.x00020010;
  const syntax = element === undefined ? EXPLICIT
    : textAt(bytes, element.dataOffset, element.dataOffset + element.length).replace(/[\0 ]/g, "");
  return { dataSet, syntax, at: dataSet.position };
}

/** Adds the elements up to the pixels. Throws where the bytes end in the middle of one. */
function readElements({ dataSet, syntax, at }: Start, bytes: Uint8Array): void {
  const parser = syntax === BIG_ENDIAN ? bigEndianByteArrayParser : littleEndianByteArrayParser;
  const stream = new ByteStream(parser, bytes, at);
  const parse = isExplicit(bytes, at) ? parseDicomDataSetExplicit : parseDicomDataSetImplicit;
  parse(dataSet, stream, bytes.length, { untilTag: PIXELS[0], vrCallback });
}

/** Cut or crooked files are good for what stands before the fault. */
function isOfUse(dataSet: DataSet): boolean {
  return "x00080016" in dataSet.elements || "x00280010" in dataSet.elements;
}

async function readInflated({ dataSet, at }: Start, bytes: Uint8Array): Promise<Head> {
  const blob = new Blob([bytes.slice(0, at), inflateSync(bytes.subarray(at)) as Uint8Array<ArrayBuffer>]);
  const reader = new FileReaderAt(blob);
  const inflated = await reader.read(0, blob.size);
  readElements({ dataSet, syntax: EXPLICIT, at }, inflated);
  dataSet.byteArray = inflated;
  return { dataSet, syntax: DEFLATED, reader };
}

/** Null when it is no DICOM file. Reads more until the pixels have been found. */
async function readHead(file: Blob): Promise<Head | null> {
  const reader = new FileReaderAt(file);
  for (let size = FIRST_READ; ; size *= 4) {
    const bytes = await reader.read(0, size);
    const isWhole = bytes.length >= file.size;
    const start = startOf(bytes);
    if (start === null) {
      return null;
    }
    const { dataSet, syntax } = start;
    if (syntax === DEFLATED) {
      return readInflated(start, isWhole ? bytes : await reader.read(0, file.size));
    }
    try {
      readElements(start, bytes);
    } catch (error) {
      if (isWhole && !isOfUse(dataSet)) {
        throw error;
      }
    }
    if (isWhole || PIXELS[0] in dataSet.elements) {
      return { dataSet, syntax, reader };
    }
  }
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let i = 0; i + width <= bytes.length; i += width) {
    bytes.subarray(i, i + width).reverse();
  }
}

/** Bits of a frame that need not begin with a byte, moved to its beginning. */
function shiftBits(bytes: Uint8Array, shift: number): Uint8Array {
  return shift === 0 ? bytes
    : bytes.map((byte, i) => (byte >> shift) | ((bytes[i + 1] ?? 0) << (8 - shift)));
}

export class Part10File {
  readonly attributes: Attributes;
  readonly columns: number;
  readonly rows: number;
  readonly frameCount: number;
  readonly syntax: string;
  private readonly pixels: Element | undefined;
  private readonly reader: FileReaderAt;
  private fragments: Promise<Fragment[][]> | null = null;

  private constructor({ dataSet, syntax, reader }: Head) {
    this.attributes = new DataSetAttributes(dataSet, syntax === BIG_ENDIAN);
    this.syntax = syntax;
    this.reader = reader;
    this.pixels = PIXELS.map((key) => dataSet.elements[key]).find((found) => found !== undefined);
    this.columns = this.attributes.number(Tag.Columns) ?? 0;
    this.rows = this.attributes.number(Tag.Rows) ?? 0;
    const count = this.attributes.number(Tag.NumberOfFrames) ?? 1;
    this.frameCount = this.reason() === "no-pixels" ? 0 : Math.max(1, count);
  }

  /** Null for a file that is no DICOM; throws for a damaged one. */
  static async open(file: Blob): Promise<Part10File | null> {
    const head = await readHead(file);
    return head && new Part10File(head);
  }

  /** "" or why no frame can be shown. */
  reason(): Reason | "" {
    if (this.pixels === undefined || this.columns * this.rows === 0) {
      return "no-pixels";
    }
    const isTwelveBit = this.syntax === JPEG_EXTENDED
      && (this.attributes.number(Tag.BitsStored) ?? 8) > 8;
    return NATIVE.has(this.syntax) || (isDecodable(this.syntax) && !isTwelveBit)
      ? "" : "unsupported-syntax";
  }

  async encoded(frame: number): Promise<EncodedFrame> {
    const isNative = NATIVE.has(this.syntax) && this.pixels!.length !== UNDEFINED_LENGTH;
    const { samples, bitsAllocated } = describePixels(this.attributes);
    return {
      encoding: isNative ? "native" : "source",
      bytes: isNative ? await this.nativeBytes(frame) : await this.compressedBytes(frame),
      columns: this.columns,
      rows: this.rows,
      bytesPerSample: Math.ceil(bitsAllocated / 8),
      samples,
      syntax: this.syntax,
    };
  }

  async document(): Promise<Uint8Array> {
    return this.attributes.bytes(Tag.EncapsulatedDocument)?.slice() ?? new Uint8Array();
  }

  private async compressedBytes(frame: number): Promise<Uint8Array> {
    this.fragments ??= framesOf(this.reader, this.pixels!.dataOffset, this.frameCount);
    const fragments = (await this.fragments)[frame];
    if (fragments === undefined) {
      throw new DecodeError("damaged", "frame");
    }
    return joinFragments(this.reader, fragments);
  }

  private async nativeBytes(frame: number): Promise<Uint8Array> {
    const { samples, bitsAllocated, photometric } = describePixels(this.attributes);
    const isHalved = samples === 3 && photometric.endsWith("_422");
    const bits = this.columns * this.rows * (isHalved ? 16 : samples * bitsAllocated);
    const first = frame * bits;
    const from = Math.floor(first / 8);
    const length = Math.ceil((first + bits) / 8) - from;
    const bytes = await this.reader.read(this.pixels!.dataOffset + from, length);
    if (this.syntax === BIG_ENDIAN) {
      this.toLittleEndian(bytes, bitsAllocated);
    }
    return shiftBits(bytes, first % 8);
  }

  /** Words of Pixel Data with VR OW are swapped, whatever they hold. */
  private toLittleEndian(bytes: Uint8Array, bitsAllocated: number): void {
    const isWords = this.pixels!.vr !== "OB";
    const width = bitsAllocated > 8 ? bitsAllocated / 8 : isWords ? 2 : 1;
    if (width > 1) {
      swapBytes(bytes, width);
    }
  }
}
