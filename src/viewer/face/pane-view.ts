// SPDX-License-Identifier: GPL-3.0-or-later
// One view on the screen: canvas, marks over it, texts in its corners, a slider for the stack, and in
// place of all these what there is to say when no picture can be shown.
import type { Desk } from "./desk";
import { isMarkTool } from "./commands";
import type { Corners } from "./paint";
import { Picture, paintPicture, paintWhole } from "./paint";
import {
  countText,
  lookLines,
  patientLines,
  patientOf,
  placeLines,
  spokenWindow,
  studyLines,
} from "./corners";
import { html, setAttribute, setText, show, svg } from "./dom";
import type { Shape } from "./drawing";
import { shapesOf } from "./drawing";
import type { Spot } from "./geometry";
import { words } from "./messages";
import { figure } from "./numbers";
import { paintShapes } from "./paint-svg";
import type { Pane } from "./pane";
import { PointerTool } from "./pointer";
import type { MarkKind } from "./measure";
import { pointsOf } from "./measure";
import { Sheets } from "./sheets";
import type { Image, PdfLibrary } from "../model";
import { placard } from "./placard";
import type { Scene } from "./transform";
import { sidesOf } from "./transform";

type CornerName = keyof Corners;

const CORNERS: readonly CornerName[] = ["topLeft", "topRight", "bottomLeft", "bottomRight"];
const FAR_CROSS = 10;

export class PaneView {
  readonly root: HTMLElement;
  readonly element: HTMLElement;
  private readonly canvas = html("canvas", { class: "picture", "aria-hidden": true });
  private readonly over = svg("svg", { class: "marks" });
  private readonly corners: Record<CornerName, HTMLElement>;
  private readonly slider: HTMLInputElement;
  private readonly badge = html("div", { class: "badge", "aria-hidden": true });
  private readonly warning = html("div", { class: "warning", role: "alert" });
  private readonly placard = html("div", { class: "placard" });
  private readonly sheets: Sheets;
  private readonly picture = new Picture();
  private readonly tool: PointerTool;
  private size = { width: 0, height: 0 };
  private cross: Spot | null = null;
  private drawn: unknown[] = [];
  private said = "";

  constructor(
    private readonly desk: Desk,
    readonly pane: Pane,
    openPdf: () => Promise<PdfLibrary>,
  ) {
    this.element = html("div", { class: "stage", tabindex: 0, role: "application" });
    const corner = (name: CornerName): HTMLElement => html("div", { class: `corner ${name}` });
    this.corners = {
      topLeft: corner("topLeft"),
      topRight: corner("topRight"),
      bottomLeft: corner("bottomLeft"),
      bottomRight: corner("bottomRight"),
    };
    this.slider = this.makeSlider();
    this.sheets = new Sheets(desk, pane, openPdf);
    this.element.append(
      this.canvas,
      this.over,
      ...CORNERS.map((name) => this.corners[name]),
      this.badge,
      this.warning,
    );
    this.root = html(
      "section",
      { class: "pane" },
      this.element,
      this.slider,
      this.placard,
      this.sheets.root,
    );
    this.root.addEventListener("pointerdown", () => desk.activate(pane.number), true);
    this.root.addEventListener("focusin", () => desk.activate(pane.number));
    this.root.addEventListener("dragover", (event) => event.preventDefault());
    this.tool = new PointerTool(desk, this);
    new ResizeObserver(() => this.resize()).observe(this.element);
  }

  private makeSlider(): HTMLInputElement {
    const slider = html("input", {
      type: "range",
      class: "slider",
      min: 0,
      step: 1,
      "aria-label": words.scrollbar,
    });
    standUpInWebKit(slider);
    slider.addEventListener("input", () => this.desk.goTo(Number(slider.value), this.pane));
    return slider;
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.element;
    if (clientWidth !== this.size.width || clientHeight !== this.size.height) {
      this.size = { width: clientWidth, height: clientHeight };
      this.desk.changed();
    }
  }

  focus(): void {
    const isSheet = this.pane.content.kind === "sheets";
    (isSheet ? this.sheets.focusable : this.element).focus({ preventScroll: true });
  }

  scene(): Scene | null {
    const { frame, slot } = this.pane;
    if (frame === null || slot === null || this.size.width === 0) {
      return null;
    }
    const { spacing } = slot;
    const aspect = spacing === null ? 1 : spacing.row / spacing.column;
    return { columns: frame.columns, rows: frame.rows, aspect, ...this.size };
  }

  /* ---- drawing ----------------------------------------------------------------------------- */

  /** Brings what is on the screen up to date. */
  update(isActive: boolean, isVisible: boolean): void {
    show(this.root, isVisible);
    if (!isVisible) {
      this.picture.forget();
      this.drawn = [];
      return;
    }
    this.root.classList.toggle("active", isActive && this.desk.layout > 1);
    const isStack = this.pane.content.kind === "stack";
    const hadFocus = this.root.contains(document.activeElement);
    // Without a picture it stays, empty, so that the focus does not get lost.
    show(this.element, this.pane.content.kind !== "sheets");
    show(this.slider, isStack && (this.pane.stack?.slots.length ?? 0) > 1);
    this.updatePlacard();
    this.sheets.update();
    this.updateStack();
    const focused = document.activeElement;
    if (hadFocus && (focused === document.body || focused?.closest("[hidden]"))) {
      this.focus();
    }
  }

  private updateStack(): void {
    const scene = this.scene();
    this.paint(scene);
    const draft = { mark: this.tool.maker.mark, cross: this.cross };
    paintShapes(
      this.over,
      scene === null ? [] : shapesOf(this.desk, this.pane, scene, draft),
      scene ?? EMPTY,
    );
    this.updateCorners(scene);
    this.updateSlider();
    this.updateNames();
    this.element.dataset.tool = this.desk.tool;
  }

  private paint(scene: Scene | null): void {
    const { pane } = this;
    const ratio = window.devicePixelRatio || 1;
    const now = [
      pane.frame,
      pane.voi,
      pane.negative,
      pane.look,
      pane.window,
      this.size,
      ratio,
      pane.slot?.spacing,
      this.desk.hasOverlays,
    ];
    if (now.every((value, i) => isAlike(value, this.drawn[i])) && this.drawn.length > 0) {
      return;
    }
    this.drawn = now;
    const [width, height] = [
      Math.round(this.size.width * ratio),
      Math.round(this.size.height * ratio),
    ];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    const context = this.canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
    if (scene !== null) {
      const start = performance.now();
      paintPicture(context, this.picture, pane, scene, ratio, this.desk.hasOverlays);
      this.element.dataset.paintMs = (performance.now() - start).toFixed(2);
    } else {
      context.fillStyle = "#000";
      context.fillRect(0, 0, width, height);
    }
  }

  private texts(scene: Scene | null): Corners {
    const { pane } = this;
    if (pane.slot === null) {
      return { topLeft: [], topRight: [], bottomLeft: [], bottomRight: [] };
    }
    const own = patientOf(pane.slot.image.attributes);
    const patient = own.name || own.id ? own : this.desk.patientOf(pane);
    const study = pane.series === null ? undefined : this.desk.studyOf(pane.series);
    return {
      topLeft: patient ? patientLines(patient) : [],
      topRight: studyLines(study, pane),
      bottomLeft: placeLines(pane),
      bottomRight: scene === null ? [] : lookLines(pane, scene),
    };
  }

  private updateCorners(scene: Scene | null): void {
    const texts = this.texts(scene);
    for (const name of CORNERS) {
      setText(this.corners[name], this.desk.hasTexts ? texts[name].join("\n") : "");
    }
    const other = this.otherPatient();
    show(this.warning, other);
    setText(this.warning, other ? words.otherPatient : "");
    const isLate = !this.pane.isSettled && this.pane.frame !== null;
    show(this.badge, isLate);
    setText(this.badge, isLate ? words.loadingImage(figure(this.pane.index + 1)) : "");
  }

  /* Whether the picture names somebody else than its study does. */
  private otherPatient(): boolean {
    const patient = this.desk.patientOf(this.pane);
    if (this.pane.slot === null || patient === null) {
      return false;
    }
    const own = patientOf(this.pane.slot.image.attributes);
    const differs = (a: string, b: string): boolean => a !== "" && b !== "" && a !== b;
    return differs(own.id, patient.id) || differs(own.birthDate, patient.birthDate);
  }

  private updateSlider(): void {
    const count = this.pane.stack?.slots.length ?? 1;
    setAttribute(this.slider, "max", String(count - 1));
    setAttribute(
      this.slider,
      "aria-valuetext",
      words.imageOf(figure(this.pane.index + 1), figure(count)),
    );
    if (this.slider.value !== String(this.pane.index)) {
      this.slider.value = String(this.pane.index);
    }
  }

  private updateNames(): void {
    const series = this.pane.series;
    const title = series === null ? words.emptyView : series.description || words.seriesWithoutName;
    const parts = [`${words.view(figure(this.pane.number + 1))}: ${title}`, this.spoken()];
    setAttribute(this.element, "aria-label", parts.filter((part) => part !== "").join(", "));
  }

  /** What is on the screen, to be read aloud. */
  spoken(): string {
    const { pane } = this;
    if (pane.fault !== null) {
      return `${countText(pane)}, ${words.cannotShow}. ${words.reasons[pane.fault.reason]}`;
    }
    const plane = pane.slot?.plane;
    const sides = plane ? sidesOf(pane.look, plane) : null;
    const names = (letters: string): string =>
      [...letters].map((letter) => words.letterNames[letter]).join(" ");
    const parts = [
      countText(pane),
      spokenWindow(pane),
      sides === null ? "" : words.directions(names(sides.left), names(sides.top)),
    ];
    return parts.filter((part) => part !== "").join(", ");
  }

  private updatePlacard(): void {
    const shown = placard(this.desk, this.pane);
    show(this.placard, shown !== null);
    const key = shown?.key ?? "";
    if (key !== this.said) {
      this.said = key;
      this.placard.replaceChildren(...(shown?.make() ?? []));
    }
  }

  /* ---- for paper and saved pictures --------------------------------------------------------- */

  /** The view as it is, with or without whose it is; null when there is no picture. */
  snapshot(isNamed: boolean): HTMLCanvasElement | null {
    const scene = this.scene();
    if (scene === null) {
      return null;
    }
    const texts = this.texts(scene);
    const study = this.pane.series === null ? undefined : this.desk.studyOf(this.pane.series);
    const corners = isNamed
      ? texts
      : { ...texts, topLeft: [], topRight: withoutAccession(texts, study?.accession) };
    const shapes: Shape[] = shapesOf(this.desk, this.pane, scene, null);
    const withNote = { ...corners, bottomRight: [words.notForDiagnosis, ...corners.bottomRight] };
    return paintWhole(
      this.pane,
      scene,
      shapes,
      withNote,
      Math.max(1, window.devicePixelRatio || 1),
      this.desk.hasOverlays,
    );
  }

  /** Of a report or document: what is to be printed. */
  printable(): HTMLElement | null {
    return this.sheets.printable();
  }

  /** The report or document that is shown. */
  sheetImage(): Image | null {
    return this.sheets.image;
  }

  /* ---- the keyboard's cross ------------------------------------------------------------------ */

  nudge(x: number, y: number): void {
    if (this.cross !== null) {
      this.moveCross(x * FAR_CROSS, y * FAR_CROSS);
    } else {
      this.tool.nudge(x, y);
    }
  }

  /** Enter: the cross appears in the middle, or sets a point. */
  press(): void {
    const { tool } = this.desk;
    const { slot } = this.pane;
    if (slot === null || !(isMarkTool(tool) || tool === "point")) {
      return;
    }
    if (this.cross === null) {
      this.cross = { x: slot.columns / 2, y: slot.rows / 2 };
      this.desk.say(words.keyboardCursor);
      return;
    }
    if (tool === "point") {
      this.desk.pointAt(this.pane, this.cross);
      return;
    }
    this.setPoint(tool as MarkKind, this.cross);
  }

  private setPoint(kind: MarkKind, spot: Spot): void {
    const { maker } = this.tool;
    const isFirst = maker.mark === null;
    const set = isFirst ? 1 : maker.fixed + 1;
    maker.press(kind, spot);
    maker.release(!isFirst);
    this.desk.say(words.pointSet(figure(set), figure(pointsOf(kind))));
  }

  /** True when the cross took the key. */
  takeKey(key: string): boolean {
    const ways: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const way = ways[key];
    if (this.cross === null || way === undefined) {
      return false;
    }
    this.moveCross(way[0], way[1]);
    return true;
  }

  private moveCross(x: number, y: number): void {
    const { slot } = this.pane;
    if (this.cross === null || slot === null) {
      return;
    }
    this.cross = {
      x: Math.min(slot.columns, Math.max(0, this.cross.x + x)),
      y: Math.min(slot.rows, Math.max(0, this.cross.y + y)),
    };
    this.tool.maker.move(this.cross);
    this.desk.changed();
  }

  /** Gives up what was begun; false when there was nothing. */
  stepBack(): boolean {
    const had = this.tool.maker.cancel() || this.cross !== null;
    this.cross = null;
    this.desk.changed();
    return had;
  }
}

const EMPTY: Scene = { columns: 1, rows: 1, aspect: 1, width: 1, height: 1 };

/** WebKit stands a slider up only in its own manner, which puts the least value below. */
function standUpInWebKit(slider: HTMLInputElement): void {
  if (CSS.supports("-webkit-hyphens", "none")) {
    slider.style.setProperty("appearance", "slider-vertical");
    slider.style.setProperty("writing-mode", "horizontal-tb");
    slider.style.setProperty("transform", "scaleY(-1)");
  }
}

function isAlike(a: unknown, b: unknown): boolean {
  if (a === b) {
    return true;
  }
  if (
    typeof a !== "object" ||
    typeof b !== "object" ||
    a === null ||
    b === null ||
    !("center" in a)
  ) {
    return false;
  }
  const [one, two] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return one.center === two.center && one.width === two.width && one.function === two.function;
}

function withoutAccession(texts: Corners, accession: string | undefined): string[] {
  return texts.topRight.filter((line) => !accession || line !== words.accession(accession));
}
