// SPDX-License-Identifier: GPL-3.0-or-later
// Chunks of the sidecar: loaded as scripts, checked, the last ones kept. One
// that failed is not asked for again: on a scratched disc each try takes many seconds.
import { checkChunk, fromBase64 } from "../codec/chunk";
import { release } from "../codec/release";
import { ProblemError } from "../model";
import { scriptFolder, whenScriptSays } from "./script-door";

export interface ChunkRecord {
  file: string;
  size: number;
  crc32: number;
}

/** What is compressed stays longer than frames do: it comes from a slow drive. */
const KEPT_BYTES = 24 << 20;
/** Scripts that load at a time: a disc drive seeks for each. */
const MAX_LOADING = 3;

class Gate {
  private free = MAX_LOADING;
  private readonly queue: (() => void)[] = [];

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.free === 0) {
      await new Promise<void>((go) => this.queue.push(go));
    } else {
      this.free--;
    }
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next !== undefined) {
        next();
      } else {
        this.free++;
      }
    }
  }
}

const gate = new Gate();
const kept = new Map<string, Uint8Array>();
const loading = new Map<string, Promise<Uint8Array>>();
let keptBytes = 0;

function keep(name: string, bytes: Uint8Array): void {
  kept.set(name, bytes);
  keptBytes += bytes.length;
  for (const [oldest, old] of kept) {
    if (keptBytes <= KEPT_BYTES || oldest === name) {
      return;
    }
    kept.delete(oldest);
    keptBytes -= old.length;
    release(old);
  }
}

/** Here and not in a worker: handing over the text would copy it, and bytes that go to and fro leave
 * memory to the collectors of both. */
function bytesOf(text: string, { size, crc32 }: ChunkRecord): Uint8Array {
  try {
    const bytes = fromBase64(text);
    checkChunk(bytes, size, crc32);
    return bytes;
  } catch {
    throw new ProblemError({ reason: "chunk-damaged", file: "" });
  }
}

async function load(name: string, record: ChunkRecord): Promise<Uint8Array> {
  const address = `${scriptFolder()}DATA/${name}.JS`;
  const text = await gate.pass(() => whenScriptSays<string>(address, "chunk/" + name));
  const bytes = bytesOf(text, record);
  keep(name, bytes);
  loading.delete(name);
  return bytes;
}

/** The bytes of a chunk, which may be released when others come. */
function readChunk(folder: string, record: ChunkRecord): Uint8Array | Promise<Uint8Array> {
  const name = `${folder}/${record.file}`;
  const bytes = kept.get(name);
  if (bytes !== undefined) {
    kept.delete(name);
    kept.set(name, bytes);
    return bytes;
  }
  let promise = loading.get(name);
  if (promise === undefined) {
    promise = load(name, record);
    loading.set(name, promise);
  }
  return promise;
}

/** A copy of `length` bytes from `offset` on. Rejects with a ProblemError that names no file: which images
 * it costs is the caller's matter. */
export async function readFromChunk(
  folder: string, record: ChunkRecord, offset: number, length: number,
): Promise<Uint8Array> {
  const found = readChunk(folder, record);
  const bytes = found instanceof Uint8Array ? found : await found;
  return bytes.slice(offset, offset + length);
}
