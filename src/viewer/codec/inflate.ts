// SPDX-License-Identifier: GPL-3.0-or-later
// Raw deflate (RFC 1951), by the browser where it can and by fflate where not. A Blob's own stream
// must not be used for it: WebKit cannot read one in a worker.
import { inflateSync } from "fflate";
import { DecodeError } from "./messages";
import { releaseReceived } from "./release";

let isNative = typeof DecompressionStream !== "undefined";

/** Below this the browser's streams cost more than they win. */
const NATIVE_FROM = 4096;

async function inflateNatively(bytes: Uint8Array, out: Uint8Array): Promise<void> {
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = stream.readable.getReader();
  const size = out.length;
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    if (at + value.length > size) {
      throw new DecodeError("damaged", "longer than said");
    }
    out.set(value, at);
    at += value.length;
    releaseReceived(value);
  }
  if (at !== size) {
    throw new DecodeError("damaged", "shorter than said");
  }
}

function inflateHere(bytes: Uint8Array, out: Uint8Array): void {
  let length: number;
  try {
    length = inflateSync(bytes, { out }).length;
  } catch {
    throw new DecodeError("damaged", "deflate");
  }
  if (length !== out.length) {
    throw new DecodeError("damaged", "length");
  }
}

/** Fills `out` exactly, or rejects with a DecodeError. */
export async function inflateInto(bytes: Uint8Array, out: Uint8Array): Promise<void> {
  if (!isNative || out.length < NATIVE_FROM) {
    inflateHere(bytes, out);
    return;
  }
  try {
    await inflateNatively(bytes, out);
  } catch (error) {
    inflateHere(bytes, out);
    isNative = error instanceof DecodeError;
  }
}

/** Exactly `size` bytes, or a DecodeError. */
export async function inflateRaw(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const out = new Uint8Array(size);
  await inflateInto(bytes, out);
  return out;
}
