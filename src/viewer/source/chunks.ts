// SPDX-License-Identifier: GPL-3.0-or-later
// Chunks of the sidecar: loaded as scripts, checked by a worker, the last ones kept. One
// that failed is not asked for again: on a scratched disc each try takes many seconds.
import { fromBase64 } from "../codec/chunk";
import { pool } from "../frames/pool";
import { ProblemError, type Reason } from "../model";
import { scriptFolder, whenScriptSays } from "./script-door";

export interface ChunkRecord {
  file: string;
  size: number;
  crc32: number;
}

const KEPT_BYTES = 48 << 20;
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
  }
}

/** Here and not in a worker: handing over the text would copy it. */
function bytesOf(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    throw new ProblemError({ reason: "chunk-damaged", file: "" });
  }
}

async function load(name: string, record: ChunkRecord): Promise<Uint8Array> {
  const address = `${scriptFolder()}DATA/${name}.JS`;
  const text = await gate.pass(() => whenScriptSays<string>(address, "chunk/" + name));
  const { size, crc32 } = record;
  const bytes = bytesOf(text);
  const answer = await pool.run({ kind: "open", bytes, size, crc32 }, [bytes.buffer as ArrayBuffer]);
  if (answer.kind !== "chunk") {
    const reason: Reason = answer.kind === "failed" ? answer.reason : "damaged";
    throw new ProblemError({ reason, file: "" });
  }
  keep(name, answer.bytes);
  loading.delete(name);
  return answer.bytes;
}

/** Rejects with a ProblemError that names no file: which images it costs is the caller's matter. */
export function readChunk(folder: string, record: ChunkRecord): Promise<Uint8Array> {
  const name = `${folder}/${record.file}`;
  const bytes = kept.get(name);
  if (bytes !== undefined) {
    kept.delete(name);
    kept.set(name, bytes);
    return Promise.resolve(bytes);
  }
  let promise = loading.get(name);
  if (promise === undefined) {
    promise = load(name, record);
    loading.set(name, promise);
  }
  return promise;
}
