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
  return decodeByWasm(codec, frame.bytes);
}
