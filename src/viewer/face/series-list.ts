// SPDX-License-Identifier: GPL-3.0-or-later
// The studies and series of the disc with their little pictures. One stop for Tab; arrow keys move
// within, Enter opens in the view that is meant.
import type { Series, Study } from "../model";
import { commandOf } from "./commands";
import { patientLines } from "./corners";
import type { Hands } from "./commands";
import type { Desk } from "./desk";
import { html, rove, setAttribute, setText, show } from "./dom";
import { icon } from "./icons";
import { words } from "./messages";
import { dateText, figure, timeText } from "./numbers";
import { Picture } from "./paint";

const THUMB = 144;

function countOf(series: Series): string {
  switch (series.kind) {
    case "report":
      return words.report;
    case "document":
      return words.document;
    case "other":
      return words.otherObject;
    case "images":
      return series.imageCount === 1 && series.frameCount > 1
        ? words.frameCount(series.frameCount, figure(series.frameCount))
        : words.imageCount(series.imageCount, figure(series.imageCount));
  }
}

class SeriesItem {
  readonly button: HTMLButtonElement;
  private readonly thumb = html("span", { class: "thumb", "aria-hidden": true });
  private readonly where = html("span", { class: "where" });
  private hasPicture = false;

  constructor(
    private readonly desk: Desk,
    private readonly series: Series,
    open: () => void,
  ) {
    const title = series.description || words.seriesWithoutName;
    this.button = html(
      "button",
      { type: "button", class: "series", tabindex: -1, onclick: open },
      this.thumb,
      html(
        "span",
        { class: "about" },
        html("span", { class: "title" }, title),
        html(
          "span",
          { class: "detail" },
          [series.modality, countOf(series)].filter((part) => part !== "").join(" · "),
        ),
        series.number === ""
          ? null
          : html("span", { class: "detail" }, words.seriesNumber(series.number)),
      ),
      this.where,
    );
    this.setPicture();
  }

  private setPicture(): void {
    this.thumb.replaceChildren(html("span", { class: "letters" }, this.series.modality));
    if (this.series.picture !== null) {
      this.hasPicture = true;
      const image = html("img", { src: this.series.picture, alt: "" });
      image.addEventListener("error", () => image.remove());
      this.thumb.append(image);
    }
  }

  /* A series without a picture gets one when it has been looked at. */
  private takePicture(): void {
    const pane = this.desk.visiblePanes.find(
      (one) => one.series === this.series && one.frame !== null,
    );
    if (this.hasPicture || pane?.frame == null || pane.stack?.computed) {
      return;
    }
    this.hasPicture = true;
    const source = new Picture().of(pane.frame, pane.voi, false, false);
    const canvas = html("canvas", {});
    const scale = THUMB / Math.max(source.width, source.height);
    canvas.width = Math.max(1, Math.round(source.width * scale));
    canvas.height = Math.max(1, Math.round(source.height * scale));
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    context.imageSmoothingQuality = "high";
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    this.thumb.append(canvas);
  }

  update(): void {
    const { desk, series } = this;
    const shown = desk.visiblePanes.filter((pane) => pane.series === series);
    const isCurrent = desk.pane.series === series;
    if (isCurrent && !this.button.hasAttribute("aria-current")) {
      this.button.scrollIntoView({ block: "nearest" });
    }
    setAttribute(this.button, "aria-current", isCurrent ? "true" : null);
    show(this.where, shown.length > 0 && desk.layout > 1);
    const numbers = shown.map((pane) => figure(pane.number + 1)).join(", ");
    setText(this.where, numbers);
    setAttribute(this.where, "aria-label", words.isShownIn(numbers));
    this.takePicture();
  }
}

export class SeriesList {
  readonly root = html("nav", { class: "list", "aria-label": words.studies });
  private readonly studies = html("div", { class: "studies", tabindex: -1 });
  private readonly foot = html("div", { class: "foot" });
  private items: SeriesItem[] = [];
  private disc: Desk["disc"] = null;

  constructor(
    private readonly desk: Desk,
    private readonly hands: Hands,
    private readonly doors: {
      plainPage(): void;
      openFiles(): void;
      openDisc(): void;
      hasDisc(): boolean;
    },
  ) {
    const close = html(
      "button",
      {
        type: "button",
        class: "tool close-list",
        "aria-label": words.hideSeries,
        onclick: () => desk.set("isListShown", false),
      },
      icon("close"),
    );
    this.root.append(close, this.studies, this.foot);
    rove(this.studies, "button.series");
  }

  update(): void {
    if (this.desk.disc !== this.disc) {
      this.disc = this.desk.disc;
      this.fill();
    }
    this.items.forEach((item) => item.update());
    show(this.root, this.desk.isListShown);
  }

  private fill(): void {
    this.items = [];
    const studies = this.disc?.studies ?? [];
    const parts = studies.map((study) => this.studyPart(study));
    this.studies.replaceChildren(...(parts.length > 0 ? parts : [html("p", {}, words.noSeries)]));
    const first = this.studies.querySelector<HTMLElement>("button.series");
    if (first !== null) {
      first.tabIndex = 0;
    }
    this.fillFoot();
  }

  private studyPart(study: Study): HTMLElement {
    const when = [study.date === "" ? words.noDate : dateText(study.date), timeText(study.time)];
    const items = study.series.map((series) => {
      const item = new SeriesItem(this.desk, series, () => this.open(series));
      this.items.push(item);
      return html("li", {}, item.button);
    });
    return html(
      "section",
      {},
      this.desk.patientCount > 1
        ? html("p", { class: "whose" }, patientLines(study.patient).slice(0, 2).join(", "))
        : null,
      html("h2", {}, study.description || words.studyWithoutName),
      html("p", { class: "when" }, when.filter((part) => part !== "").join(", ")),
      study.accession === ""
        ? null
        : html("p", { class: "when" }, words.accession(study.accession)),
      items.length > 0
        ? html("ul", {}, ...items)
        : html("p", { class: "when" }, words.noSeries),
    );
  }

  private open(series: Series): void {
    void this.desk.open(series);
    if (isNarrow()) {
      this.desk.set("isListShown", false);
    }
  }

  private fillFoot(): void {
    const link = (text: string, act: () => void): HTMLElement =>
      html("button", { type: "button", class: "plain", onclick: act }, text);
    const disc = this.disc;
    const about =
      disc === null || disc.isPicked
        ? words.picked
        : words.about(disc.index.institution, disc.index.transfer);
    this.foot.replaceChildren(
      html("p", {}, about),
      link(words.openFolder, () => commandOf("open").run(this.desk, this.hands)),
      link(words.openFiles, () => this.doors.openFiles()),
      ...(disc?.isPicked && this.doors.hasDisc()
        ? [link(words.openDisc, () => this.doors.openDisc())]
        : []),
      link(words.plainPage, () => this.doors.plainPage()),
    );
  }
}

export function isNarrow(): boolean {
  return window.matchMedia("(max-width: 700px)").matches;
}
