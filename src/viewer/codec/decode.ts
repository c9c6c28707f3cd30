// SPDX-License-Identifier: GPL-3.0-or-later
// One frame from its encoded bytes to values or colours.
import { finish } from "../pixels/finish";
import { inflateInto, inflateRaw } from "./inflate";
import { decodeMed } from "./med";
import {
  DecodeError, type DecodedFrame, type EncodedFrame, type PixelDescription,
} from "./messages";
import { releaseReceived } from "./release";
import { containerOf, type Samples } from "./samples";
import { decodeSource } from "./source";
import { decodeByWasm } from "./wasm";

/** As many as a frame of 16,384 × 16,384 has; more is an attack on memory. */
const MAX_PIXELS = 1 << 28;

function plain(frame: EncodedFrame): Omit<Samples, "data"> {
  return {
    columns: frame.columns, rows: frame.rows, channels: frame.samples, isPlanar: false,
    precision: 0, isRgb: false,
  };
}

function isHalved(pixels: PixelDescription): boolean {
  return pixels.samples === 3
    && (pixels.photometric === "YBR_FULL_422" || pixels.photometric === "YBR_PARTIAL_422");
}

/** What a frame takes as native bytes. */
function nativeSize(frame: EncodedFrame, pixels: PixelDescription): number {
  const n = frame.columns * frame.rows;
  return isHalved(pixels) ? n * 2 : Math.ceil((n * pixels.samples * pixels.bitsAllocated) / 8);
}

function floatsOf(bytes: Uint8Array, pixels: PixelDescription): Float32Array | Float64Array {
  const copy = bytes.slice();
  return pixels.number === "float"
    ? new Float32Array(copy.buffer) : new Float64Array(copy.buffer);
}

/** `bytes` are those of Pixel Data. */
function readNative(frame: EncodedFrame, pixels: PixelDescription, bytes: Uint8Array): Samples {
  if (bytes.length < nativeSize(frame, pixels)) {
    throw new DecodeError("damaged", "too few bytes");
  }
  if (pixels.number !== "integer") {
    return { ...plain(frame), data: floatsOf(bytes, pixels) };
  }
  if (isHalved(pixels)) {
    return { ...plain(frame), channels: 2, data: bytes };
  }
  const bytesPerSample = Math.max(1, Math.floor(pixels.bitsAllocated / 8));
  return {
    ...plain(frame),
    channels: pixels.samples,
    isPlanar: pixels.isPlanar,
    data: containerOf(bytes, bytesPerSample),
  };
}

/** Buffers between two steps, used again: thousands of frames would leave gigabytes to be collected. */
const spare: Uint8Array[] = [];
const MAX_SPARE = 4;

function takeBuffer(size: number): Uint8Array {
  const at = spare.findIndex((buffer) => buffer.length === size);
  return at >= 0 ? spare.splice(at, 1)[0] : new Uint8Array(size);
}

function giveBack(buffer: Uint8Array): void {
  spare.push(buffer);
  if (spare.length > MAX_SPARE) {
    spare.shift();
  }
}

async function readMed(frame: EncodedFrame, room?: ArrayBuffer): Promise<Samples> {
  const { columns, rows, bytesPerSample, samples } = frame;
  const planes = takeBuffer(columns * rows * samples * bytesPerSample);
  await inflateInto(frame.bytes, planes);
  releaseReceived(frame.bytes);
  const data = decodeMed(planes, bytesPerSample, samples, columns, rows, room);
  if (data !== planes) {
    giveBack(planes);
  }
  return { ...plain(frame), data, isPlanar: true };
}

/** libjpeg has turned colour differences into colours already, unless the stream said RGB. */
async function readSource(frame: EncodedFrame, pixels: PixelDescription): Promise<Samples> {
  const samples = await decodeSource(frame, pixels);
  const isJpeg = frame.syntax.endsWith(".4.50") || frame.syntax.endsWith(".4.51");
  return { ...samples, isRgb: isJpeg };
}

const PREVIEW: PixelDescription = {
  photometric: "MONOCHROME2", samples: 1, isPlanar: false, bitsAllocated: 8, bitsStored: 8,
  highBit: 7, isSigned: false, number: "integer", palette: null, padding: null,
  overlayBits: [],
};

/** What is decoded lies in `room` where that fits. */
export async function decodeFrame(
  frame: EncodedFrame, pixels: PixelDescription, room?: ArrayBuffer,
): Promise<DecodedFrame> {
  if (frame.columns * frame.rows > MAX_PIXELS) {
    throw new DecodeError("too-large", "frame");
  }
  switch (frame.encoding) {
    case "med":
      return finish(await readMed(frame, room), pixels);
    case "bits":
      return finish(
        readNative(frame, pixels, await inflateRaw(frame.bytes, nativeSize(frame, pixels))), pixels);
    case "native":
      return finish(readNative(frame, pixels, frame.bytes), pixels);
    case "jpeg8":
      return finish({ ...await decodeByWasm("jpeg", frame.bytes), isRgb: true }, PREVIEW);
    case "source":
      return finish(await readSource(frame, pixels), pixels);
  }
}
