// SPDX-License-Identifier: GPL-3.0-or-later
// One view: which stack it shows, where in it, through which window, and how it lies on the screen.
// What is on the screen (`shown`, `frame`) may lag behind what is wanted (`index`) while pixels are
// read; everything said of a picture is said of the one that is shown. Knows no element.
import type { Frame, GreyFrame, Image, Problem, Series } from "../model";
import { ProblemError } from "../model";
import type { Voi } from "../pixels/render";
import { defaultVoi, isLut } from "../pixels/render";
import type { Slot, Stack } from "./stack";
import type { Look } from "./transform";
import { FIT } from "./transform";
import type { Window } from "./windows";
import { windowForRange } from "./windows";

/** As the file proposes it (its first or another proposal), or one chosen for all images. */
export type WindowChoice =
  { kind: "file"; index: number } | { kind: "all" } | { kind: "chosen"; window: Window };

export type Content =
  | { kind: "none" }
  | { kind: "loading"; series: Series }
  | { kind: "stack"; series: Series }
  | { kind: "sheets"; series: Series; images: Image[] }
  | { kind: "fault"; series: Series; problem: Problem | null; advice: string };

const DEFAULT_WINDOW: WindowChoice = { kind: "file", index: 0 };
const CINE_SPEED = 10;
const FASTEST = 60;

export class Pane {
  content: Content = { kind: "none" };
  stack: Stack | null = null;
  index = 0;
  shown = -1;
  frame: Frame | null = null;
  fault: Problem | null = null;
  look: Look = FIT;
  window: WindowChoice = DEFAULT_WINDOW;
  negative = false;
  speed = CINE_SPEED;
  isPlaying = false;
  private direction = 0;
  private isFollowing = false;

  constructor(
    readonly number: number,
    private readonly changed: () => void,
  ) {}

  get slot(): Slot | null {
    return this.stack?.slots[this.shown] ?? null;
  }

  /** Whether what is shown is what is wanted. */
  get isSettled(): boolean {
    return this.stack === null || this.shown === this.index;
  }

  get series(): Series | null {
    return this.content.kind === "none" ? null : this.content.series;
  }

  clear(): void {
    this.setContent({ kind: "none" });
  }

  setContent(content: Content): void {
    this.content = content;
    this.stack = null;
    this.isPlaying = false;
    this.index = 0;
    this.forget();
    this.changed();
  }

  private forget(): void {
    this.shown = -1;
    this.frame = null;
    this.fault = null;
  }

  /** Shows another stack; with @keep the window and the place on the screen stay as they are. */
  setStack(stack: Stack, index: number, keep = false): void {
    this.content = { kind: "stack", series: stack.series };
    this.stack = stack;
    this.index = index;
    this.direction = 0;
    this.forget();
    if (!keep) {
      this.reset();
      this.speed = speedOf(stack);
    }
    this.goTo(index);
  }

  reset(): void {
    this.look = FIT;
    this.window = DEFAULT_WINDOW;
    this.negative = false;
    this.changed();
  }

  goTo(index: number): void {
    if (this.stack === null) {
      return;
    }
    const bounded = Math.min(this.stack.slots.length - 1, Math.max(0, Math.round(index)));
    this.direction = Math.sign(bounded - this.index);
    this.index = bounded;
    const ready = this.stack.peek(bounded);
    if (ready !== undefined) {
      this.take(bounded, ready, null);
    }
    void this.follow();
    if (this.shown >= 0) {
      this.stack.prefetch(bounded, this.direction);
    }
    this.changed();
  }

  /** Reads the picture again that could not be shown. */
  retry(): void {
    this.forget();
    this.goTo(this.index);
  }

  private take(index: number, frame: Frame | null, fault: Problem | null): void {
    if (this.shown < 0) {
      // Only now, so that nothing comes before the first picture.
      this.stack?.prefetch(index, this.direction);
    }
    this.shown = index;
    this.frame = frame;
    this.fault = fault;
    this.changed();
  }

  /* One picture is read at a time: the last one wanted, whatever was wanted in between. */
  private async follow(): Promise<void> {
    if (this.isFollowing) {
      return;
    }
    this.isFollowing = true;
    while (!this.isSettled && this.stack !== null) {
      await this.read(this.stack, this.index);
    }
    this.isFollowing = false;
  }

  private async read(stack: Stack, index: number): Promise<void> {
    let frame: Frame | null = null;
    let fault: Problem | null = null;
    try {
      frame = await stack.load(index, "now");
    } catch (error) {
      fault = problemOf(error, stack.slots[index].image);
    }
    // Something nearer to what is wanted may have come in the meantime.
    const isOld = this.isSettled && this.index !== index;
    if (stack === this.stack && !isOld) {
      this.take(index, frame, fault);
    }
  }

  /** Play one picture on, from the last to the first; waits for what is not there yet. */
  playOn(): void {
    if (this.stack !== null && this.isSettled) {
      this.goTo((this.index + 1) % this.stack.slots.length);
    }
  }

  setSpeed(speed: number): void {
    this.speed = Math.min(FASTEST, Math.max(1, Math.round(speed)));
    this.changed();
  }

  /** How the shown picture becomes grey; null for colour and where nothing is shown. */
  get voi(): Voi | null {
    return this.frame?.kind === "grey" ? voiOf(this.frame, this.window) : null;
  }

  /** The window in use; null where a table or colours take its place. */
  get windowInUse(): Window | null {
    const voi = this.voi;
    return voi === null || isLut(voi) ? null : voi;
  }

  setWindow(window: Window): void {
    this.window = { kind: "chosen", window };
    this.changed();
  }
}

export function voiOf(frame: GreyFrame, choice: WindowChoice): Voi {
  const all = {
    ...windowForRange({ least: frame.range[0], most: frame.range[1] }),
    explanation: "",
  };
  switch (choice.kind) {
    case "chosen": {
      const kind = frame.windows[0]?.function ?? "linear";
      return {
        ...choice.window,
        function: choice.window.width < 1 ? "linear-exact" : kind,
        explanation: "",
      };
    }
    case "all":
      return { ...all, function: "linear" };
    case "file": {
      const proposals: Voi[] = [...frame.voiLuts, ...frame.windows];
      return proposals[choice.index] ?? proposals[0] ?? defaultVoi(frame);
    }
  }
}

function problemOf(error: unknown, image: Image): Problem {
  return error instanceof ProblemError ? error.problem : { reason: "damaged", file: image.file };
}

function speedOf(stack: Stack): number {
  const { image } = stack.slots[0];
  const isOneFilm = stack.slots.length > 1 && stack.slots.length === image.frameCount;
  const time = isOneFilm ? image.frameTime : undefined;
  return time !== undefined && time > 0
    ? Math.min(FASTEST, Math.max(1, Math.round(1000 / time)))
    : CINE_SPEED;
}
