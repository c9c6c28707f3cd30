// SPDX-License-Identifier: GPL-3.0-or-later
// The decoding workers: classic ones, from a Blob, because nothing else runs below file://.
import type { Answer, Numbered, Request } from "../codec/messages";
import workerText from "worker-text";

type Settle = (answer: Answer) => void;

const MAX_WORKERS = 4;

class PoolWorker {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Settle>();

  constructor(address: string) {
    this.worker = new Worker(address);
    this.worker.onmessage = (event: MessageEvent<Numbered<Answer>>) => {
      const settle = this.waiting.get(event.data.id);
      this.waiting.delete(event.data.id);
      settle?.(event.data.content);
    };
    this.worker.onerror = () => this.failAll();
    this.worker.onmessageerror = () => this.failAll();
    this.worker.postMessage({ wasm: typeof WebAssembly !== "undefined" });
  }

  get load(): number {
    return this.waiting.size;
  }

  run(id: number, content: Request, transfer: Transferable[]): Promise<Answer> {
    return new Promise((settle) => {
      this.waiting.set(id, settle);
      this.worker.postMessage({ id, content }, transfer);
    });
  }

  private failAll(): void {
    this.waiting.forEach((settle) => settle({ kind: "failed", reason: "damaged" }));
    this.waiting.clear();
  }
}

export class WorkerPool {
  private readonly workers: PoolWorker[] = [];
  private lastId = 0;

  /** As many as the machine has cores, within reason; made when the first one is needed. */
  readonly size = Math.max(1, Math.min(MAX_WORKERS, navigator.hardwareConcurrency || 2));

  run(content: Request, transfer: Transferable[] = []): Promise<Answer> {
    if (this.workers.length === 0) {
      const address = URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
      for (let i = 0; i < this.size; i++) {
        this.workers.push(new PoolWorker(address));
      }
    }
    const least = this.workers.reduce((a, b) => (b.load < a.load ? b : a));
    return least.run(++this.lastId, content, transfer);
  }
}

/** The workers of this page. */
export const pool = new WorkerPool();
