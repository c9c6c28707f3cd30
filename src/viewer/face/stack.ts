// SPDX-License-Identifier: GPL-3.0-or-later
// What one scrolls through: the frames of a series one after another, or slices computed from them.
// A stack says where each of its slots lies and gets its pixels; it knows nothing of the screen.
import type {
  Frame,
  FrameStore,
  Geometry,
  Image,
  PixelSpacing,
  Priority,
  Series,
  StackEntry,
} from "../model";
import type { PlaneName } from "./geometry";

export interface Slot {
  /** One for each picture; marks are kept under it. */
  key: string;
  /** Of a computed slice: an image of the series, for identity and header. */
  image: Image;
  frame: number;
  columns: number;
  rows: number;
  plane: Geometry | null;
  spacing: PixelSpacing | null;
}

export interface Stack {
  readonly series: Series;
  readonly slots: readonly Slot[];
  /** Which plane was computed; null for images as they are. */
  readonly computed: PlaneName | null;
  /** Of a computed one: each pixel stands for so many in both directions. */
  readonly shrink: number;
  peek(index: number): Frame | undefined;
  /** Rejects with a ProblemError. */
  load(index: number, priority: Priority): Promise<Frame>;
  prefetch(index: number, direction: number): void;
}

function slotOf(image: Image, frame: number): Slot {
  return {
    key: `${image.sopInstanceUid || image.file}#${frame}`,
    image,
    frame,
    columns: image.columns,
    rows: image.rows,
    plane: image.geometry(frame),
    spacing: image.pixelSpacing(frame),
  };
}

/** All frames in order; an image that cannot be shown keeps one place, to say so. */
export function slotsOf(images: readonly Image[]): Slot[] {
  return images.flatMap((image) =>
    Array.from({ length: Math.max(1, image.frameCount) }, (_, frame) => slotOf(image, frame)),
  );
}

export class SeriesStack implements Stack {
  readonly computed = null;
  readonly shrink = 1;
  private readonly entries: StackEntry[];

  constructor(
    readonly series: Series,
    readonly slots: readonly Slot[],
    private readonly frames: FrameStore,
  ) {
    this.entries = slots.map(({ image, frame }) => ({ image, frame }));
  }

  peek(index: number): Frame | undefined {
    const slot = this.slots[index];
    return this.frames.peek(slot.image, slot.frame);
  }

  load(index: number, priority: Priority): Promise<Frame> {
    const slot = this.slots[index];
    return this.frames.get(slot.image, slot.frame, priority);
  }

  prefetch(index: number, direction: number): void {
    this.frames.prefetch(this.entries, index, direction);
  }

  /** The same without what is no key image; null when nothing is left. */
  onlyKeys(): SeriesStack | null {
    const slots = this.slots.filter((slot) => slot.image.isKey);
    return slots.length === 0 ? null : new SeriesStack(this.series, slots, this.frames);
  }
}
