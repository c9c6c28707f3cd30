// SPDX-License-Identifier: GPL-3.0-or-later
// A picked DICOM file: its attributes, read no further than to its pixels, and where its frames lie.
import { parseDicom, type DataSet, type Element } from "dicom-parser";
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
const parseOptions = { vrCallback: (tag: string) => vrOf(parseInt(tag.slice(1), 16)) };

function textAt(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

function isPart10(bytes: Uint8Array): boolean {
  return bytes.length >= 132 && textAt(bytes, 128, 132) === "DICM";
}

/** Without a preamble: data sets begin with a group 0002 or 0008 that is not long. */
function bareSyntax(bytes: Uint8Array): string | null {
  if (bytes.length < 8 || bytes[1] !== 0 || bytes[3] > 0x7f || (bytes[0] !== 8 && bytes[0] !== 2)) {
    return null;
  }
  return /^[A-Z]{2}$/.test(textAt(bytes, 4, 6)) ? EXPLICIT : IMPLICIT;
}

function syntaxOfMeta(bytes: Uint8Array): string {
  const meta = parseDicom(bytes, { untilTag: "x00020010" });
  const element = meta.elements.x00020010;
  return textAt(bytes, element.dataOffset, element.dataOffset + element.length).replace(/[\0 ]/g, "");
}

interface Head {
  dataSet: DataSet;
  syntax: string;
  /** What the offsets count in. */
  reader: FileReaderAt;
}

async function readInflated(bytes: Uint8Array): Promise<Head> {
  const meta = parseDicom(bytes, { untilTag: "x00080005", inflater: (all: Uint8Array) => all });
  const start = (meta as unknown as { elements: Record<string, Element> }).elements.x00020000;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const at = start.dataOffset + start.length + view.getUint32(start.dataOffset, true);
  const data = inflateSync(bytes.subarray(at));
  const dataSet = parseDicom(data, { TransferSyntaxUID: EXPLICIT, untilTag: PIXELS[0] });
  return { dataSet, syntax: DEFLATED, reader: new FileReaderAt(new Blob([data])) };
}

function parse(bytes: Uint8Array, syntax: string): DataSet {
  return parseDicom(bytes, {
    ...parseOptions, untilTag: PIXELS[0], ...(isPart10(bytes) ? {} : { TransferSyntaxUID: syntax }),
  } as object);
}

/** Null when it is no DICOM file. Reads more until the pixels have been found. */
async function readHead(file: Blob): Promise<Head | null> {
  const reader = new FileReaderAt(file);
  for (let size = FIRST_READ; ; size *= 4) {
    const bytes = await reader.read(0, size);
    const isWhole = bytes.length >= file.size;
    if (!isPart10(bytes) && bareSyntax(bytes) === null) {
      return null;
    }
    const syntax = isPart10(bytes) ? syntaxOfMeta(bytes) : bareSyntax(bytes)!;
    if (syntax === DEFLATED) {
      return readInflated(isWhole ? bytes : await reader.read(0, file.size));
    }
    try {
      const dataSet = parse(bytes, syntax);
      if (isWhole || PIXELS[0] in dataSet.elements) {
        return { dataSet, syntax, reader };
      }
    } catch (error) {
      if (isWhole) {
        throw error;
      }
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
