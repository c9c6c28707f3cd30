// SPDX-License-Identifier: GPL-3.0-or-later
// The state of the whole viewer and everything that can be done to it: the disc, its views, the tool
// in hand. Whoever shows something of it subscribes; changes of one turn are told once. Knows no
// element.
import type { Disc, Geometry, Image, Patient, Problem, Series, Study } from "../model";
import { ProblemError } from "../model";
import type { Mark, MarkKind } from "./measure";
import type { Spot, Vec3 } from "./geometry";
import { areParallel, nearestPlane, sharesFrame, toPatient } from "./geometry";
import { words } from "./messages";
import { Pane } from "./pane";
import type { Stack } from "./stack";
import { SeriesStack, slotsOf } from "./stack";
import { VolumeError, makeVolume, planesOf } from "./volume";

export type Tool = "window" | "scroll" | "pan" | "zoom" | "point" | MarkKind;
export type Layout = 1 | 2 | 4;

export const MARK_TOOLS: readonly Tool[] = ["length", "angle", "rectangle", "ellipse", "probe"];
const VOLUME_PART = 4; // of the memory for frames: it comes in their place
const LEAST_VOLUME = 64 * 1024 * 1024;

export interface Toast {
  text: string;
  serial: number;
}

export class Desk {
  readonly panes: Pane[];
  disc: Disc | null = null;
  active = 0;
  layout: Layout = 1;
  /** How many views there were before one was shown alone. */
  private several: Layout = 1;
  tool: Tool = "window";
  isSynced = true;
  hasLines = true;
  hasTexts = true;
  /** Overlay planes of the files are drawn. */
  hasOverlays = true;
  keysOnly = false;
  isListShown = true;
  /** Of a volume that is being read: how far; null otherwise. */
  volumeProgress: { done: number; all: number } | null = null;
  /** Three planes are shown instead of what stood there. */
  hasPlanes = false;
  toast: Toast | null = null;
  private readonly marks = new Map<string, Mark[]>();
  private readonly listeners: (() => void)[] = [];
  private unshown: Problem[] = [];
  private isTold = false;
  private opening = 0;
  private before: { layout: Layout; active: number; series: (Series | null)[] } | null = null;

  constructor(private readonly later: (tell: () => void) => void) {
    this.panes = [0, 1, 2, 3].map((i) => new Pane(i, () => this.changed()));
  }

  subscribe(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Tells everybody, once a turn however often it is called. */
  changed(): void {
    if (!this.isTold) {
      this.isTold = true;
      this.later(() => {
        this.isTold = false;
        this.listeners.forEach((listener) => listener());
      });
    }
  }

  set<Key extends "tool" | "isSynced" | "hasLines" | "hasTexts" | "hasOverlays" | "isListShown">(
    key: Key,
    value: this[Key],
  ): void {
    this[key] = value;
    this.changed();
  }

  say(text: string): void {
    this.toast = { text, serial: (this.toast?.serial ?? 0) + 1 };
    this.changed();
  }

  get pane(): Pane {
    return this.panes[this.active];
  }

  get visiblePanes(): Pane[] {
    return this.layout === 1 ? [this.pane] : this.panes.slice(0, this.layout);
  }

  get allSeries(): Series[] {
    return this.disc?.studies.flatMap((study) => study.series) ?? [];
  }

  studyOf(series: Series): Study | undefined {
    return this.disc?.studies.find((study) => study.series.includes(series));
  }

  /** What cannot be shown, as far as it is known. */
  get problems(): Problem[] {
    const met = this.allSeries.flatMap((series) => series.problems);
    const all = [...(this.disc?.problems ?? []), ...met, ...this.unshown];
    const first = new Map(all.reverse().map((problem) => [problem.file + problem.reason, problem]));
    return [...first.values()].reverse().filter(({ reason }) => reason !== "several-patients");
  }

  /** Whose study the view shows; opened files may be of several patients. */
  patientOf(pane: Pane): Patient | null {
    const study = pane.series === null ? undefined : this.studyOf(pane.series);
    return study?.patient ?? this.disc?.patient ?? null;
  }

  /** How many patients there are; a disc of ours has one. */
  get patientCount(): number {
    return new Set((this.disc?.studies ?? []).map(({ patient }) => keyOf(patient))).size;
  }

  /* ---- disc, series ---------------------------------------------------------------------- */

  setDisc(disc: Disc): void {
    this.disc = disc;
    // A volume in the making has frames in its hands, too.
    disc.frames.isHeld = (frame) =>
      this.volumeProgress !== null || this.panes.some((pane) => pane.frame === frame);
    this.active = 0;
    this.layout = 1;
    this.several = 1;
    this.before = null;
    this.hasPlanes = false;
    this.marks.clear();
    this.unshown = [];
    this.panes.forEach((pane) => pane.clear());
    const first = this.allSeries.find((series) => series.kind === "images") ?? this.allSeries[0];
    if (first !== undefined) {
      void this.open(first);
    }
    this.changed();
  }

  /** Shows a series in a view, at its middle image. */
  async open(series: Series, pane: Pane = this.pane): Promise<void> {
    this.leavePlanes();
    pane.setContent({ kind: "loading", series });
    try {
      const images = await series.load();
      if (pane.content.kind === "loading" && pane.content.series === series) {
        this.fill(pane, series, images);
      }
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : null;
      pane.setContent({ kind: "fault", series, problem, advice: "" });
    }
    this.changed();
  }

  private fill(pane: Pane, series: Series, images: Image[]): void {
    this.note(series, images);
    if (series.kind === "report" || series.kind === "document") {
      pane.setContent({ kind: "sheets", series, images });
      return;
    }
    const shown = images.filter((image) => image.frameCount > 0 || image.reason !== "");
    if (series.kind === "other" || shown.length === 0) {
      pane.setContent({ kind: "fault", series, problem: null, advice: words.notShownKind });
      return;
    }
    const stack = this.stackOf(series, shown);
    if (stack === null) {
      pane.setContent({ kind: "fault", series, problem: null, advice: words.noKeyImages });
      return;
    }
    pane.setStack(stack, Math.floor(stack.slots.length / 2));
  }

  /* Images of which is known beforehand that they cannot be shown. */
  private note(series: Series, images: Image[]): void {
    for (const { file, reason } of series.kind === "images" ? images : []) {
      if (reason !== "" && !this.unshown.some((known) => known.file === file)) {
        this.unshown.push({ file, reason, series: series.uid });
      }
    }
  }

  private stackOf(series: Series, images: Image[]): SeriesStack | null {
    if (this.disc === null) {
      return null;
    }
    const whole = new SeriesStack(series, slotsOf(images), this.disc.frames);
    return this.keysOnly ? whole.onlyKeys() : whole;
  }

  stepSeries(by: number): void {
    const all = this.allSeries;
    const at = this.pane.series === null ? -1 : all.indexOf(this.pane.series);
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    if (next !== undefined && next !== this.pane.series) {
      void this.open(next);
    }
  }

  /** Shows an image wherever on the disc it is; false when it is not there. */
  async openImage(uid: string, pane: Pane = this.pane): Promise<boolean> {
    for (const series of this.allSeries.filter((one) => one.kind === "images")) {
      const images = await series.load().catch((): Image[] => []);
      if (images.some((image) => image.sopInstanceUid === uid)) {
        await this.open(series, pane);
        pane.goTo(pane.stack?.slots.findIndex((slot) => slot.image.sopInstanceUid === uid) ?? 0);
        return true;
      }
    }
    return false;
  }

  setKeysOnly(keysOnly: boolean): void {
    this.keysOnly = keysOnly;
    this.leavePlanes();
    this.visiblePanes.forEach((pane) => {
      if (pane.series?.kind === "images") {
        void this.open(pane.series, pane);
      }
    });
    this.changed();
  }

  /* ---- views ----------------------------------------------------------------------------- */

  activate(index: number): void {
    const bounded = (index + this.layout) % this.layout;
    if (this.layout > 1 && bounded !== this.active) {
      this.active = bounded;
      this.changed();
    }
  }

  setLayout(layout: Layout): void {
    this.leavePlanes();
    this.layout = layout;
    // A single view is the one that was meant, whichever of the four it is.
    this.active = layout === 1 ? this.active : Math.min(this.active, layout - 1);
    this.stopHidden();
    this.fillEmpty();
    this.changed();
  }

  /* A new view shows the next series of the patient that is not on the screen yet. */
  private fillEmpty(): void {
    const own = this.pane.series === null ? undefined : this.studyOf(this.pane.series);
    const offered = (this.disc?.studies ?? [])
      .filter((study) => own === undefined || keyOf(study.patient) === keyOf(own.patient))
      .flatMap((study) => study.series)
      .filter((series) => series.kind === "images");
    for (const pane of this.visiblePanes.filter((one) => one.content.kind === "none")) {
      const seen = new Set(this.visiblePanes.map((one) => one.series));
      const next = offered.find((series) => !seen.has(series));
      if (next !== undefined) {
        void this.open(next, pane);
      }
    }
  }

  /** One view of the active series, or back to several. */
  toggleSingle(): void {
    if (this.layout > 1) {
      this.several = this.layout;
      this.setLayout(1);
    } else if (this.several > 1) {
      this.setLayout(this.several);
    }
  }

  private stopHidden(): void {
    const seen = this.visiblePanes;
    this.panes.filter((pane) => !seen.includes(pane)).forEach((pane) => (pane.isPlaying = false));
  }

  /* ---- scrolling ------------------------------------------------------------------------- */

  step(by: number, pane: Pane = this.pane): void {
    this.goTo(pane.index + by, pane);
  }

  goTo(index: number, pane: Pane = this.pane): void {
    pane.goTo(index);
    if (this.isSynced) {
      this.follow(pane);
    }
  }

  /* The other views go to the nearest picture that lies as this one does. */
  private follow(leader: Pane): void {
    const slot = leader.stack?.slots[leader.index];
    if (!slot?.plane) {
      return;
    }
    const middle = toPatient(slot.plane, { x: slot.columns / 2, y: slot.rows / 2 });
    const plane = slot.plane;
    this.jump(leader, middle, plane, (other) => areParallel(plane, other));
  }

  /** All other views show the place under @spot of a view's picture. */
  pointAt(pane: Pane, spot: Spot): boolean {
    const plane = pane.slot?.plane;
    if (!plane) {
      return false;
    }
    return this.jump(pane, toPatient(plane, spot), plane, () => true);
  }

  private jump(
    from: Pane,
    point: Vec3,
    plane: Geometry,
    fits: (other: Geometry) => boolean,
  ): boolean {
    const others = this.visiblePanes.filter((pane) => pane !== from && pane.stack !== null);
    let isFound = false;
    for (const pane of others) {
      const planes = pane.stack!.slots.map((slot) =>
        slot.plane && sharesFrame(slot.plane, plane) && fits(slot.plane) ? slot.plane : null,
      );
      const nearest = nearestPlane(planes, point);
      if (nearest >= 0) {
        isFound = true;
        pane.goTo(nearest);
      }
    }
    return isFound;
  }

  /** One picture on in a view that plays; the others come along. */
  playOn(pane: Pane): void {
    pane.playOn();
    if (this.isSynced) {
      this.follow(pane);
    }
  }

  togglePlaying(): void {
    const pane = this.pane;
    pane.isPlaying = !pane.isPlaying && (pane.stack?.slots.length ?? 0) > 1;
    this.changed();
  }

  /* ---- planes of a volume ---------------------------------------------------------------- */

  async togglePlanes(): Promise<void> {
    if (this.hasPlanes || this.volumeProgress !== null) {
      this.restorePlanes();
      return;
    }
    const source = this.pane.stack;
    if (source === null || this.disc === null) {
      return;
    }
    const limitBytes = Math.max(LEAST_VOLUME, this.disc.frames.limitBytes * VOLUME_PART);
    const serial = ++this.opening;
    this.volumeProgress = { done: 0, all: source.slots.length };
    this.changed();
    try {
      const progress = (done: number, all: number): boolean => this.tellVolume(serial, done, all);
      const volume = await makeVolume(source, { limitBytes, progress });
      if (volume !== null && serial === this.opening) {
        this.showPlanes(planesOf(volume, source), source);
      }
    } catch (error) {
      const fault = error instanceof VolumeError ? error.fault : "missing";
      this.say(`${words.planesFault}. ${words.planeFaults[fault]}`);
    }
    if (serial === this.opening) {
      this.volumeProgress = null;
    }
    this.changed();
  }

  private tellVolume(serial: number, done: number, all: number): boolean {
    if (serial === this.opening) {
      this.volumeProgress = { done, all };
      this.changed();
    }
    return serial !== this.opening;
  }

  private showPlanes(stacks: Stack[], source: Stack): void {
    const { window, negative } = this.pane;
    const at = this.pane.index;
    const series = this.panes.map((pane) => pane.series);
    this.before = { layout: this.layout, active: this.active, series };
    this.hasPlanes = true;
    this.layout = 4;
    [...stacks, source].forEach((stack, i) => {
      const pane = this.panes[i];
      pane.setStack(stack, stack === source ? at : Math.floor(stack.slots.length / 2));
      pane.window = window;
      pane.negative = negative;
    });
    this.active = 0;
    this.pointAt(this.panes[3], middleOf(source, at));
  }

  private restorePlanes(): void {
    const before = this.before;
    this.leavePlanes();
    if (before !== null) {
      this.layout = before.layout;
      this.active = before.active;
      this.panes.forEach((pane, i) => {
        const series = before.series[i];
        pane.clear();
        if (series !== null) {
          void this.open(series, pane);
        }
      });
    }
    this.changed();
  }

  /* What stands in the views stays; only that it is a set of planes is forgotten. */
  private leavePlanes(): void {
    this.opening++;
    this.volumeProgress = null;
    this.hasPlanes = false;
    this.before = null;
  }

  /* ---- marks ----------------------------------------------------------------------------- */

  marksOf(pane: Pane): Mark[] {
    return pane.slot === null ? [] : (this.marks.get(pane.slot.key) ?? []);
  }

  setMarks(pane: Pane, marks: Mark[]): void {
    if (pane.slot !== null) {
      this.marks.set(pane.slot.key, marks);
      this.changed();
    }
  }
}

function middleOf(stack: Stack, index: number): Spot {
  const { columns, rows } = stack.slots[index];
  return { x: columns / 2, y: rows / 2 };
}

/** The same for the same patient. */
function keyOf(patient: Patient): string {
  return [patient.id, patient.name, patient.birthDate].join("\n");
}
