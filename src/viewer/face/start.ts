// SPDX-License-Identifier: GPL-3.0-or-later
// Before there is a disc to show, and when there is none: a bar over the plain page, which stays
// readable meanwhile. Also the two ways in by hand, picking and dropping.
import type { Disc, Doors, PickedFile } from "../model";
import { html, setText, show } from "./dom";
import { words } from "./messages";
import { figure } from "./numbers";

/** The bar at the foot of the plain page. */
export class StartBar {
  readonly root = html("aside", { class: "start-bar", hidden: true, "aria-label": words.viewer });
  private readonly title = html("strong", {});
  private readonly text = html("p", { role: "status" });
  private readonly actions = html("div", { class: "actions" });

  constructor() {
    this.root.append(html("div", {}, this.title, this.text), this.actions);
  }

  say(title: string, text: string, actions: [name: string, act: () => void][] = []): void {
    setText(this.title, title);
    setText(this.text, text);
    this.actions.replaceChildren(
      ...actions.map(([name, act]) => html("button", { type: "button", onclick: act }, name)),
    );
    show(this.root, true);
  }

  hide(): void {
    show(this.root, false);
  }
}

export type Opener = (files: Promise<PickedFile[]>) => void;

/** The browser's choosers, for a folder and for files. */
export class Choosers {
  private readonly folder = html("input", {
    type: "file",
    multiple: true,
    webkitdirectory: true,
    hidden: true,
  });
  private readonly files = html("input", { type: "file", multiple: true, hidden: true });

  constructor(host: HTMLElement, doors: Doors, open: Opener) {
    for (const input of [this.folder, this.files]) {
      input.addEventListener("change", () => {
        open(Promise.resolve(doors.filesOfInput(input)));
        input.value = "";
      });
      host.append(input);
    }
  }

  openFolder(): void {
    this.folder.click();
  }

  openFiles(): void {
    this.files.click();
  }
}

/** The whole window takes what is dropped on it. */
export function takeDrops(host: HTMLElement, doors: Doors, open: Opener): void {
  const zone = html(
    "div",
    { class: "drop-zone", hidden: true },
    html("div", {}, html("strong", {}, words.dropHere), html("p", {}, words.dropAdvice)),
  );
  host.append(zone);
  const hasFiles = (event: DragEvent): boolean =>
    event.dataTransfer?.types.includes("Files") ?? false;
  window.addEventListener("dragover", (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      show(zone, true);
    }
  });
  window.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) {
      show(zone, false);
    }
  });
  window.addEventListener("drop", (event) => {
    show(zone, false);
    if (hasFiles(event) && event.dataTransfer !== null) {
      event.preventDefault();
      open(doors.filesOfDrop(event.dataTransfer));
    }
  });
}

/** Reads what was picked; null when there is nothing DICOM among it. */
export async function openPicked(
  doors: Doors,
  files: Promise<PickedFile[]>,
  bar: StartBar,
): Promise<Disc | null> {
  bar.say(words.openFolder, words.openingFiles(figure(0), "…"));
  const picked = await files;
  const disc = await doors.openFiles(picked, (done, total) =>
    bar.say(words.openFolder, words.openingFiles(figure(done), figure(total))),
  );
  return disc.studies.length === 0 ? null : disc;
}
