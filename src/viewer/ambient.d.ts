// SPDX-License-Identifier: GPL-3.0-or-later
// What esbuild's loaders make of files that are not TypeScript.
declare module "worker-text" {
  const text: string;
  export default text;
}
declare module "pdf-worker-text" {
  const text: string;
  export default text;
}
declare module "*.wasm" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.css" {
  const text: string;
  export default text;
}
