// SPDX-License-Identifier: GPL-3.0-or-later
// The decoders that are C libraries compiled to WebAssembly: JPEG, JPEG-LS, JPEG 2000, HTJ2K. Each
// lies here deflated and is made when the first frame asks for it.
import makeCharls from "@cornerstonejs/codec-charls/decodewasmjs";
import charlsWasm from "@cornerstonejs/codec-charls/decodewasm";
import makeJpeg from "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs";
import jpegWasm from "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm";
import makeOpenJpeg from "@cornerstonejs/codec-openjpeg/decodewasmjs";
import openJpegWasm from "@cornerstonejs/codec-openjpeg/decodewasm";
import makeOpenJph from "@cornerstonejs/codec-openjph/wasmjs";
import openJphWasm from "@cornerstonejs/codec-openjph/wasm";
import { inflateSync } from "fflate";
import { DecodeError } from "./messages";
import { containerOf, type Samples } from "./samples";

interface FrameInfo {
  width: number;
  height: number;
  bitsPerSample: number;
  componentCount: number;
  isSigned?: boolean;
}

interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  readHeader?(): void;
  decode(): void;
  getFrameInfo(): FrameInfo;
  getInterleaveMode?(): number;
  delete(): void;
}

type WasmModule = Record<string, new () => WasmDecoder>;
type Factory = (options: object) => Promise<WasmModule>;

export type WasmCodec = "jpeg" | "jpegls" | "j2k" | "htj2k";

interface Recipe {
  make: Factory;
  deflated: Uint8Array;
  name: string;
  isHeaderFirst: boolean;
}

const RECIPES: Record<WasmCodec, Recipe> = {
  jpeg: { make: makeJpeg, deflated: jpegWasm, name: "JPEGDecoder", isHeaderFirst: true },
  jpegls: { make: makeCharls, deflated: charlsWasm, name: "JpegLSDecoder", isHeaderFirst: false },
  j2k: { make: makeOpenJpeg, deflated: openJpegWasm, name: "J2KDecoder", isHeaderFirst: false },
  htj2k: { make: makeOpenJph, deflated: openJphWasm, name: "HTJ2KDecoder", isHeaderFirst: true },
};

const modules = new Map<WasmCodec, Promise<WasmModule>>();
let isAllowed = true;

/** The page has no WebAssembly, so that a worker shall not use it either. */
export function forbidWasm(): void {
  isAllowed = false;
}

function moduleOf(codec: WasmCodec): Promise<WasmModule> {
  if (!isAllowed || typeof WebAssembly === "undefined") {
    throw new DecodeError("needs-wasm", codec);
  }
  let module = modules.get(codec);
  if (module === undefined) {
    const { make, deflated } = RECIPES[codec];
    const silent = () => undefined;
    module = make({ wasmBinary: inflateSync(deflated), print: silent, printErr: silent });
    module.catch(() => modules.delete(codec));
    modules.set(codec, module);
  }
  return module;
}

function read(decoder: WasmDecoder, recipe: Recipe, bytes: Uint8Array): Samples {
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  if (recipe.isHeaderFirst) {
    decoder.readHeader?.();
  }
  decoder.decode();
  const info = decoder.getFrameInfo();
  const { width, height, componentCount } = info;
  const bytesPerSample = info.bitsPerSample > 16 ? 4 : info.bitsPerSample > 8 ? 2 : 1;
  const decoded = decoder.getDecodedBuffer().slice();
  if (width * height === 0 || decoded.length < width * height * componentCount * bytesPerSample) {
    throw new DecodeError("damaged", recipe.name);
  }
  return {
    data: containerOf(decoded, bytesPerSample),
    columns: width,
    rows: height,
    channels: componentCount,
    isPlanar: componentCount > 1 && decoder.getInterleaveMode?.() === 0,
    precision: info.bitsPerSample,
    isRgb: false,
  };
}

export async function decodeByWasm(codec: WasmCodec, bytes: Uint8Array): Promise<Samples> {
  const module = await moduleOf(codec);
  const recipe = RECIPES[codec];
  const decoder = new module[recipe.name]();
  try {
    return read(decoder, recipe, bytes);
  } catch (error) {
    // C++ exceptions arrive as numbers; the state of the library is not to be trusted after them
    modules.delete(codec);
    throw error instanceof DecodeError ? error : new DecodeError("damaged", codec);
  } finally {
    try {
      decoder.delete();
    } catch {
      modules.delete(codec);
    }
  }
}
