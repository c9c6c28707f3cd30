// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the screen: a view saved as PNG, all views on paper. Paper always names the patient
// and says "not for diagnosis"; a saved picture names the patient only when asked to.
import { patientLines } from "./corners";
import type { Desk } from "./desk";
import { html } from "./dom";
import { words } from "./messages";
import { dateText, figure } from "./numbers";
import type { Pane } from "./pane";
import type { PaneView } from "./pane-view";

/* Nothing of the patient is in a file's name: names of files travel further than files. */
function pictureName(pane: Pane): string {
  const series = pane.series;
  const parts = [
    series?.modality ?? "",
    series?.number ?? "",
    pane.stack?.computed ?? "",
    String(pane.shown + 1),
  ];
  return `${parts
    .map((part) => part.replace(/[^A-Za-z0-9]/g, ""))
    .filter((part) => part !== "")
    .join("-")}.png`;
}

export function savePicture(desk: Desk, view: PaneView, isNamed: boolean): void {
  const canvas = view.snapshot(isNamed);
  if (canvas === null) {
    desk.say(words.notSaved);
    return;
  }
  canvas.toBlob((blob) => {
    if (blob === null) {
      desk.say(words.notSaved);
      return;
    }
    const address = URL.createObjectURL(blob);
    html("a", { href: address, download: pictureName(view.pane) }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    desk.say(isNamed ? words.sensitive : words.saved);
  }, "image/png");
}

/* ---- paper ------------------------------------------------------------------------------------ */

/* Whose views these are: one line for each patient; files opened by hand may be of several. */
function paperHead(desk: Desk, views: readonly PaneView[]): HTMLElement {
  const people = views.flatMap((view) => desk.patientOf(view.pane) ?? []).map(patientLines);
  const names = new Set(people.map((lines) => lines.join(" · ")));
  const study = desk.pane.series === null ? undefined : desk.studyOf(desk.pane.series);
  const lines = [
    study?.description ?? "",
    study === undefined || study.date === "" ? "" : dateText(study.date),
    study === undefined || study.accession === "" ? "" : words.accession(study.accession),
    desk.disc?.index.institution ?? "",
  ];
  return html(
    "header",
    {},
    ...[...names].map((name) => html("p", { class: "paper-patient" }, name)),
    html("p", {}, lines.filter((line) => line !== "").join(" · ")),
  );
}

function paperPart(view: PaneView): HTMLElement | null {
  const sheet = view.printable();
  if (sheet !== null) {
    return sheet;
  }
  const canvas = view.snapshot(true);
  const name = words.view(figure(view.pane.number + 1));
  return canvas === null ? null : html("img", { src: canvas.toDataURL("image/png"), alt: name });
}

function whenLoaded(sheet: HTMLElement): Promise<unknown> {
  return Promise.all(
    [...sheet.querySelectorAll("img")].map((image) => image.decode().catch(() => undefined)),
  );
}

/** What is to be printed, for views that show something. */
export function makePaper(desk: Desk, views: readonly PaneView[]): HTMLElement {
  const parts = views.map(paperPart).filter((part): part is HTMLElement => part !== null);
  return html(
    "div",
    { class: "paper" },
    paperHead(desk, views),
    html("div", { class: `paper-views of-${parts.length}` }, ...parts),
    html(
      "footer",
      {},
      [words.notForDiagnosis, desk.disc?.index.transfer].filter(Boolean).join(" · "),
    ),
  );
}

export async function printViews(
  desk: Desk,
  views: readonly PaneView[],
  host: HTMLElement,
): Promise<void> {
  host.querySelector(".paper")?.remove();
  const paper = makePaper(desk, views);
  host.append(paper);
  await whenLoaded(paper);
  window.addEventListener("afterprint", () => paper.remove(), { once: true });
  window.print();
}
