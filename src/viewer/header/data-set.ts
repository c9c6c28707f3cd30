// SPDX-License-Identifier: GPL-3.0-or-later
// Attributes of a DICOM data set as dicom-parser reads it, in its character sets, with its items.
import {
  ByteStream, littleEndianByteArrayParser, parseDicom, parseDicomDataSetExplicit, readPart10Header,
  type DataSet, type Element,
} from "dicom-parser";
import type { Attributes, HeaderLine } from "../model";
import { decodeText } from "./charset";
import { nameOf, vrOf } from "./dictionary";

const TEXT_VRS = new Set(["LO", "LT", "PN", "SH", "ST", "UC", "UT"]);
const LONG_TEXT_VRS = new Set(["LT", "ST", "UT", "UR"]);
const BINARY_VRS = new Set(["OB", "OW", "OF", "OD", "OL", "OV", "UN"]);
const SHOWN_BYTES = 32;
const SHOWN_VALUES = 64;

type Reader = (view: DataView, at: number, isLittle: boolean) => number;

const NUMBERS: Record<string, { size: number; read: Reader }> = {
  US: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  SS: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  UL: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  SL: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  FL: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  FD: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
  UV: { size: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  SV: { size: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
};

function keyOf(tag: number): string {
  return "x" + (tag >>> 0).toString(16).padStart(8, "0");
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

function trimValue(text: string, vr: string): string {
  const end = text.replace(/[\0 ]+$/, "");
  return LONG_TEXT_VRS.has(vr) ? end : end.trim();
}

export class DataSetAttributes implements Attributes {
  private readonly sets: string[];
  private readonly items = new Map<number, DataSetAttributes[]>();

  /** `sets`: those of the data set around this one, which hold until it says its own. */
  constructor(private readonly dataSet: DataSet, private readonly isBig = false,
    sets: string[] = []) {
    const own = dataSet.elements.x00080005;
    this.sets = own === undefined ? sets : this.split(this.plain(own), "CS");
  }

  text(tag: number): string {
    return this.texts(tag)[0] ?? "";
  }

  texts(tag: number): string[] {
    const element = this.element(tag);
    if (element === undefined || element.items !== undefined || element.length === 0) {
      return [];
    }
    const vr = this.vrOfElement(element);
    if (vr in NUMBERS) {
      return this.numbersOf(element, vr).map(String);
    }
    if (vr === "AT") {
      return this.tagsOf(element);
    }
    return BINARY_VRS.has(vr) && vr !== "UN" ? [] : this.split(this.decode(element, vr), vr);
  }

  number(tag: number, index = 0): number | undefined {
    return this.numbers(tag)[index];
  }

  numbers(tag: number): number[] {
    const element = this.element(tag);
    if (element === undefined || element.length === 0) {
      return [];
    }
    const vr = this.vrOfElement(element);
    return vr in NUMBERS ? this.numbersOf(element, vr)
      : this.texts(tag).filter((text) => text !== "").map(Number);
  }

  sequence(tag: number): Attributes[] {
    let items = this.items.get(tag);
    if (items === undefined) {
      const sets = this.element(tag)?.items?.map((item) => item.dataSet) ?? [];
      items = sets.filter((dataSet) => dataSet !== undefined)
        .map((dataSet) => new DataSetAttributes(dataSet, this.isBig, this.sets));
      this.items.set(tag, items);
    }
    return items;
  }

  has(tag: number): boolean {
    return this.element(tag) !== undefined;
  }

  bytes(tag: number): Uint8Array | undefined {
    const element = this.element(tag);
    return element === undefined || element.items !== undefined ? undefined : this.slice(element);
  }

  vr(tag: number): string {
    const element = this.element(tag);
    return element === undefined ? "" : this.vrOfElement(element);
  }

  *elements(): Iterable<HeaderLine> {
    const tags = Object.keys(this.dataSet.elements).map((key) => parseInt(key.slice(1), 16));
    for (const tag of tags.sort((a, b) => a - b)) {
      const vr = this.vr(tag);
      yield { tag, vr, depth: 0, name: nameOf(tag), value: this.shown(tag, vr) };
      for (const item of this.sequence(tag)) {
        yield { tag: 0xfffee000, vr: "", depth: 1, name: "Item", value: "" };
        for (const line of item.elements()) {
          yield { ...line, depth: line.depth + 2 };
        }
      }
    }
  }

  private shown(tag: number, vr: string): string {
    const element = this.element(tag)!;
    if (element.items !== undefined || element.length === 0) {
      return "";
    }
    if (!BINARY_VRS.has(vr)) {
      const values = this.texts(tag);
      return values.slice(0, SHOWN_VALUES).join("\\") + (values.length > SHOWN_VALUES ? " …" : "");
    }
    const bytes = this.slice(element);
    const start = [...bytes.subarray(0, SHOWN_BYTES)].map((byte) => hex(byte, 2)).join(" ");
    return bytes.length > SHOWN_BYTES ? `${start} … (${bytes.length})` : start;
  }

  private element(tag: number): Element | undefined {
    return this.dataSet.elements[keyOf(tag)];
  }

  private vrOfElement(element: Element): string {
    const known = element.vr !== undefined && element.vr !== "UN" ? element.vr
      : vrOf(parseInt(element.tag.slice(1), 16));
    return element.items !== undefined ? "SQ" : known;
  }

  private slice(element: Element): Uint8Array {
    const bytes = this.dataSet.byteArray;
    return bytes.subarray(element.dataOffset, element.dataOffset + element.length);
  }

  private plain(element: Element): string {
    return String.fromCharCode(...this.slice(element));
  }

  private decode(element: Element, vr: string): string {
    const sets = TEXT_VRS.has(vr) || vr === "UN" ? this.sets : [];
    return decodeText(this.slice(element), sets, vr === "PN");
  }

  private split(text: string, vr: string): string[] {
    const parts = LONG_TEXT_VRS.has(vr) ? [text] : text.split("\\");
    return parts.map((part) => trimValue(part, vr));
  }

  private numbersOf(element: Element, vr: string): number[] {
    const { size, read } = NUMBERS[vr];
    const bytes = this.slice(element);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const n = Math.floor(bytes.length / size);
    return Array.from({ length: n }, (_, i) => read(view, i * size, !this.isBig));
  }

  private tagsOf(element: Element): string[] {
    const words = this.numbersOf(element, "US");
    return Array.from({ length: words.length >> 1 }, (_, i) =>
      `(${hex(words[2 * i], 4)},${hex(words[2 * i + 1], 4)})`);
  }
}

const EXPLICIT_LITTLE = "1.2.840.10008.1.2.1";

/** A header of the sidecar: a file up to its pixels, whose data set is always Explicit VR Little
 * Endian, whatever its meta group says. Throws when it cannot be read. */
export function parseHeader(bytes: Uint8Array): DataSetAttributes {
  const isPart10 = String.fromCharCode(...bytes.subarray(128, 132)) === "DICM";
  if (!isPart10) {
    return new DataSetAttributes(parseDicom(bytes, { TransferSyntaxUID: EXPLICIT_LITTLE }));
  }
  const dataSet = readPart10Header(bytes) as DataSet & { position: number };
  const stream = new ByteStream(littleEndianByteArrayParser, bytes, dataSet.position);
  parseDicomDataSetExplicit(dataSet, stream, bytes.length);
  return new DataSetAttributes(dataSet);
}
