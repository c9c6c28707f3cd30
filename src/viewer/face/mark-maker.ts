// SPDX-License-Identifier: GPL-3.0-or-later
// How a mark comes about: by dragging, by clicking its points one after another, or by the
// keyboard's cross. Pure state, places in the picture; the last point of an unfinished mark floats.
import type { Spot } from "./geometry";
import type { Mark, MarkKind } from "./measure";
import { pointsOf } from "./measure";

export class MarkMaker {
  mark: Mark | null = null;
  private isContinued = false;

  constructor(private readonly done: (mark: Mark) => void) {}

  /** How many points stand already. */
  get fixed(): number {
    return this.mark === null ? 0 : this.mark.points.length - 1;
  }

  press(kind: MarkKind, spot: Spot): void {
    if (this.mark !== null && this.mark.kind === kind) {
      this.isContinued = true;
      this.move(spot);
      return;
    }
    if (pointsOf(kind) === 1) {
      this.mark = null;
      this.done({ kind, points: [spot] });
      return;
    }
    this.isContinued = false;
    this.mark = { kind, points: [spot, spot] };
  }

  move(spot: Spot): void {
    if (this.mark !== null) {
      this.mark = { kind: this.mark.kind, points: [...this.mark.points.slice(0, -1), spot] };
    }
  }

  /** @isFar: from the last point; a short way was a click, and the next point is still to come. */
  release(isFar: boolean): void {
    if (this.mark === null || !(isFar || this.isContinued)) {
      return;
    }
    const { kind, points } = this.mark;
    if (points.length === pointsOf(kind)) {
      this.mark = null;
      this.done({ kind, points });
    } else {
      this.mark = { kind, points: [...points, points[points.length - 1]] };
    }
  }

  cancel(): boolean {
    const had = this.mark !== null;
    this.mark = null;
    return had;
  }
}
