// SPDX-License-Identifier: GPL-3.0-or-later
// What esbuild's loaders make of files that are not TypeScript, and packages without types.
declare module "worker-text" {
  const text: string;
  export default text;
}
declare module "pdf-worker-text" {
  const text: string;
  export default text;
}
declare module "dictionary-text" {
  const text: string;
  export default text;
}
declare module "*.css" {
  const text: string;
  export default text;
}
declare module "@cornerstonejs/*wasmjs" {
  const make: (options: object) => Promise<Record<string, new () => never>>;
  export default make;
}
declare module "@cornerstonejs/*wasm" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "jpeg-lossless-decoder-js" {
  export class Decoder {
    numBytes: number;
    frame: { dimX: number; dimY: number; numComp: number; precision: number };
    decompress(buffer: ArrayBuffer, offset: number, length: number): ArrayBuffer;
  }
}
