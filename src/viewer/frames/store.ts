// SPDX-License-Identifier: GPL-3.0-or-later
// Decoded frames within a limit of memory: those seen last stay, the others are decoded again when
// they are asked for. Requests are served by urgency; what is fetched ahead comes last.
import { ProblemError } from "../model";
import type { Frame, FrameStore, Image, Priority, StackEntry } from "../model";
import { assembleFrame } from "../pixels/assemble";
import { DicomImage } from "../source/image";
import { pool } from "./pool";

const MB = 1 << 20;
const DEFAULT_LIMIT = 64 * MB;
/** Of the limit, for frames that nobody has asked for yet. */
const AHEAD_SHARE = 0.8;
const MAX_ROOMS = 8;
/** Frames ahead for one frame back. */
const AHEAD_FOR_BACK = 3;
const PRIORITIES: Priority[] = ["now", "soon", "later"];

interface Job {
  key: string;
  image: DicomImage;
  frame: number;
  priority: Priority;
  promise: Promise<Frame>;
  resolve(frame: Frame): void;
  reject(error: unknown): void;
}

/** An eighth of what the machine has, where the browser says. */
function defaultLimit(): number {
  const gigabytes = (navigator as { deviceMemory?: number }).deviceMemory;
  return gigabytes === undefined ? DEFAULT_LIMIT
    : Math.min(DEFAULT_LIMIT, Math.max(64 * MB, (gigabytes * 1024 * MB) / 8));
}

const numbers = new WeakMap<Image, number>();
let lastNumber = 0;

function keyOf(image: Image, frame: number): string {
  let number = numbers.get(image);
  if (number === undefined) {
    number = ++lastNumber;
    numbers.set(image, number);
  }
  return `${number}/${frame}`;
}

/** Around stack[index]: further in `direction` than back. */
function orderAround(length: number, index: number, direction: number): number[] {
  const forward = direction < 0 ? -1 : 1;
  const share = direction === 0 ? 1 : AHEAD_FOR_BACK;
  const order: number[] = [];
  const isInside = (i: number) => i >= 0 && i < length;
  for (let ahead = 1, back = 1; order.length < length - 1;) {
    for (let i = 0; i < share; i++, ahead++) {
      if (isInside(index + forward * ahead)) {
        order.push(index + forward * ahead);
      }
    }
    if (isInside(index - forward * back)) {
      order.push(index - forward * back);
    }
    back++;
  }
  return order;
}

export class DecodedFrames implements FrameStore {
  usedBytes = 0;
  isHeld: ((frame: Frame) => boolean) | null = null;
  private limit = defaultLimit();
  private readonly frames = new Map<string, Frame>();
  private readonly jobs = new Map<string, Job>();
  private readonly waiting: Record<Priority, Job[]> = { now: [], soon: [], later: [] };
  private ahead: StackEntry[] = [];
  private aheadBytes = 0;
  private running = 0;
  /** Memory of frames that were dropped. */
  private readonly rooms: ArrayBuffer[] = [];

  get limitBytes(): number {
    return this.limit;
  }

  set limitBytes(bytes: number) {
    this.limit = bytes;
    this.evict("");
  }

  get(image: Image, frame: number, priority: Priority = "now"): Promise<Frame> {
    const known = this.peek(image, frame);
    if (known !== undefined) {
      return Promise.resolve(known);
    }
    if (image.reason !== "") {
      return Promise.reject(new ProblemError({ reason: image.reason, file: image.file }));
    }
    const key = keyOf(image, frame);
    const job = this.jobs.get(key) ?? this.enqueue(key, image as DicomImage, frame, priority);
    this.raise(job, priority);
    this.pump();
    return job.promise;
  }

  peek(image: Image, frame: number): Frame | undefined {
    const key = keyOf(image, frame);
    const known = this.frames.get(key);
    if (known !== undefined) {
      this.frames.delete(key);
      this.frames.set(key, known);
    }
    return known;
  }

  prefetch(stack: StackEntry[], index: number, direction: number): void {
    this.ahead = orderAround(stack.length, index, direction).map((i) => stack[i])
      .filter(({ image }) => image.reason === "");
    this.aheadBytes = 0;
    this.pump();
  }

  private enqueue(key: string, image: DicomImage, frame: number, priority: Priority): Job {
    const job = { key, image, frame, priority } as Job;
    job.promise = new Promise((resolve, reject) => {
      job.resolve = resolve;
      job.reject = reject;
    });
    job.promise.catch(() => undefined);
    this.jobs.set(key, job);
    this.waiting[priority].push(job);
    return job;
  }

  private raise(job: Job, priority: Priority): void {
    const at = this.waiting[job.priority].indexOf(job);
    if (at >= 0 && PRIORITIES.indexOf(priority) < PRIORITIES.indexOf(job.priority)) {
      this.waiting[job.priority].splice(at, 1);
      job.priority = priority;
      this.waiting[priority].push(job);
    }
  }

  /** Keeps every worker busy, with one more at hand; what is wanted now does not wait. */
  private pump(): void {
    const room = pool.size * 2 + 2;
    for (let job = this.waiting.now.shift(); job !== undefined; job = this.waiting.now.shift()) {
      this.start(job);
    }
    while (this.running < room) {
      const job = this.waiting.soon.shift() ?? this.waiting.later.shift() ?? this.nextAhead();
      if (job === undefined) {
        return;
      }
      this.start(job);
    }
  }

  private nextAhead(): Job | undefined {
    for (let next = this.ahead.shift(); next !== undefined; next = this.ahead.shift()) {
      const key = keyOf(next.image, next.frame);
      const known = this.frames.get(key);
      this.aheadBytes += known?.bytes ?? next.image.columns * next.image.rows * 2;
      if (this.aheadBytes > this.limit * AHEAD_SHARE) {
        this.ahead = [];
        return undefined;
      }
      if (known === undefined && !this.jobs.has(key)) {
        const job = this.enqueue(key, next.image as DicomImage, next.frame, "later");
        this.waiting.later.pop();
        return job;
      }
    }
    return undefined;
  }

  private start(job: Job): void {
    this.running++;
    this.read(job).then((frame) => {
      this.keep(job.key, frame);
      job.resolve(frame);
    }, job.reject).finally(() => {
      this.jobs.delete(job.key);
      this.running--;
      this.pump();
    });
  }

  private async read({ image, frame }: Job): Promise<Frame> {
    try {
      const encoded = await image.encoded(frame);
      const { pixels } = image;
      const room = this.rooms.pop();
      const transfer = [encoded.bytes.buffer as ArrayBuffer, ...(room === undefined ? [] : [room])];
      const answer = await pool.run({ frame: encoded, pixels, room }, transfer);
      if (answer.kind !== "frame") {
        throw image.fail(answer.kind === "failed" ? answer.reason : "damaged");
      }
      const size = { columns: encoded.columns, rows: encoded.rows };
      return assembleFrame(image.attributes, frame, answer.frame, pixels, size, image.isPreview);
    } catch (error) {
      throw error instanceof ProblemError ? error : image.fail("damaged");
    }
  }

  private keep(key: string, frame: Frame): void {
    this.frames.set(key, frame);
    this.usedBytes += frame.bytes;
    this.evict(key);
  }

  private reuse(frame: Frame): void {
    if (this.isHeld !== null && !this.isHeld(frame) && this.rooms.length < MAX_ROOMS) {
      this.rooms.push((frame.kind === "grey" ? frame.values : frame.rgba).buffer as ArrayBuffer);
    }
  }

  private evict(except: string): void {
    for (const [key, frame] of this.frames) {
      if (this.usedBytes <= this.limit) {
        return;
      }
      if (key !== except) {
        this.frames.delete(key);
        this.usedBytes -= frame.bytes;
        this.reuse(frame);
      }
    }
  }
}
