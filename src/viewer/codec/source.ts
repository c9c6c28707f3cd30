// SPDX-License-Identifier: GPL-3.0-or-later
// Frames that are still compressed as they were received: which decoder a transfer syntax needs.
import { Decoder } from "jpeg-lossless-decoder-js";
import { DecodeError, type EncodedFrame, type PixelDescription } from "./messages";
import { decodeRle } from "./rle";
import type { Container, Samples } from "./samples";
import { decodeByWasm, type WasmCodec } from "./wasm";

const JPEG_LOSSLESS = new Set(["1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"]);
const RLE = "1.2.840.10008.1.2.5";

const BY_WASM: Record<string, WasmCodec> = {
  "1.2.840.10008.1.2.4.50": "jpeg",
  "1.2.840.10008.1.2.4.51": "jpeg",
  "1.2.840.10008.1.2.4.80": "jpegls",
  "1.2.840.10008.1.2.4.81": "jpegls",
  "1.2.840.10008.1.2.4.90": "j2k",
  "1.2.840.10008.1.2.4.91": "j2k",
  "1.2.840.10008.1.2.4.201": "htj2k",
  "1.2.840.10008.1.2.4.202": "htj2k",
  "1.2.840.10008.1.2.4.203": "htj2k",
};

export function isDecodable(syntax: string): boolean {
  return syntax === RLE || JPEG_LOSSLESS.has(syntax) || syntax in BY_WASM;
}

function decodeJpegLossless(frame: EncodedFrame): Samples {
  const copy = frame.bytes.slice();
  let decoder: Decoder;
  let data: Container;
  try {
    decoder = new Decoder();
    const decoded = decoder.decompress(copy.buffer, 0, copy.length);
    data = decoder.numBytes === 1 ? new Uint8Array(decoded) : new Uint16Array(decoded);
  } catch {
    throw new DecodeError("damaged", "JPEG lossless");
  }
  return {
    data,
    columns: decoder.frame.dimX,
    rows: decoder.frame.dimY,
    channels: decoder.frame.numComp,
    isPlanar: false,
    precision: decoder.frame.precision,
    isRgb: false,
  };
}

interface JpegFacts {
  /** 0, 1 or 2 of an Adobe marker; null without one. */
  adobe: number | null;
  /** Of the marker's name, which is spoilt when it misleads. */
  jfifAt: number | null;
  isHalved: boolean;
}

const SOS = 0xda;
const APP0 = 0xe0;
const APP14 = 0xee;

/** The frame header's sampling factors: whether the second component is coarser than the first. */
function isHalvedAt(bytes: Uint8Array, header: number): boolean {
  return bytes[header + 5] === 3 && bytes[header + 7] !== bytes[header + 10];
}

function readJpegFacts(bytes: Uint8Array): JpegFacts {
  const facts: JpegFacts = { adobe: null, jfifAt: null, isHalved: false };
  for (let at = 2; at + 4 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== SOS;) {
    const marker = bytes[at + 1];
    const length = (bytes[at + 2] << 8) | bytes[at + 3];
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (marker === APP14 && name === "Adob" && length >= 14) {
      facts.adobe = bytes[at + 15];
    } else if (marker === APP0 && name === "JFIF") {
      facts.jfifAt = at + 4;
    } else if (marker >= 0xc0 && marker <= 0xc2) {
      facts.isHalved = isHalvedAt(bytes, at + 4);
    }
    at += 2 + length;
  }
  return facts;
}

/** libjpeg guesses whether colours were turned into luminance and differences. Without an Adobe marker
 * the data set knows better, but nobody halves green: what is halved is not RGB, whatever it says. */
function withColoursSaid(bytes: Uint8Array, isCalledRgb: boolean): Uint8Array {
  const facts = readJpegFacts(bytes);
  if (facts.adobe !== null) {
    return bytes;
  }
  const transform = isCalledRgb && !facts.isHalved ? 0 : 1;
  const marker = [0xff, APP14, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform];
  const marked = new Uint8Array(bytes.length + marker.length);
  marked.set(bytes.subarray(0, 2));
  marked.set(marker, 2);
  marked.set(bytes.subarray(2), 2 + marker.length);
  if (facts.jfifAt !== null) {
    marked[facts.jfifAt + marker.length] = 0;
  }
  return marked;
}

export async function decodeSource(
  frame: EncodedFrame, pixels: PixelDescription,
): Promise<Samples> {
  if (frame.syntax === RLE) {
    const bytes = Math.ceil(pixels.bitsAllocated / 8);
    return decodeRle(frame.bytes, frame.columns, frame.rows, pixels.samples, bytes);
  }
  if (JPEG_LOSSLESS.has(frame.syntax)) {
    return decodeJpegLossless(frame);
  }
  const codec = BY_WASM[frame.syntax];
  if (codec === undefined) {
    throw new DecodeError("unsupported-syntax", frame.syntax);
  }
  const isJpegOfColours = codec === "jpeg" && pixels.samples === 3;
  return decodeByWasm(codec, isJpegOfColours
    ? withColoursSaid(frame.bytes, pixels.photometric === "RGB") : frame.bytes);
}
