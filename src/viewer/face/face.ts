// SPDX-License-Identifier: GPL-3.0-or-later
// The viewer's face: puts its parts together, takes over the plain page once the disc is open, gives
// it back on request, and brings keys, time and drawing to the state of the viewer.
import type { Disc, Doors, PickedFile } from "../model";
import { ProblemError } from "../model";
import css from "./face.css";
import { Banner } from "./banner";
import type { Hands } from "./commands";
import { commandForKey, presetsOf } from "./commands";
import { Desk } from "./desk";
import { Dialogs, showAbout, showHeader, showHelp } from "./dialogs";
import { html, setText, show } from "./dom";
import { language, words } from "./messages";
import { printViews, savePicture } from "./output";
import type { Pane } from "./pane";
import { PaneView } from "./pane-view";
import { SeriesList, isNarrow } from "./series-list";
import { Choosers, StartBar, openPicked, takeDrops } from "./start";
import { Toolbar } from "./toolbar";

const TOAST_TIME = 6000;
const SPOKEN_AFTER = 500;
const ROOT = "ic-viewer";
const VIEWING = "ic-viewing";

class Face implements Hands {
  private readonly root = html("div", { id: ROOT, lang: language, hidden: true });
  private readonly outside = html("div", { id: "ic-viewer-start", lang: language });
  private readonly desk = new Desk((tell) => requestAnimationFrame(tell));
  private readonly views: PaneView[];
  private readonly banner: Banner;
  private readonly toolbar: Toolbar;
  private readonly list: SeriesList;
  private readonly dialogs: Dialogs;
  private readonly bar = new StartBar();
  private readonly choosers: Choosers;
  private readonly grid = html("main", { class: "views" });
  private readonly toast = html("div", { class: "toast", role: "status", hidden: true });
  private readonly spoken = html("div", { class: "spoken", "aria-live": "polite" });
  private readonly progress = html("div", {
    class: "volume-progress",
    role: "status",
    hidden: true,
  });
  private readonly back = html(
    "button",
    { type: "button", class: "back-to-viewer", hidden: true },
    words.backToViewer,
  );
  private ownDisc: Disc | null = null;
  private toastSerial = 0;
  private speaking = 0;
  private reading = 0;
  private pageSheets: StyleSheet[] = [];
  private readonly pageTitle = document.title;

  constructor(private readonly doors: Doors) {
    const { desk } = this;
    this.views = desk.panes.map((pane) => new PaneView(desk, pane, () => doors.openPdfLibrary()));
    this.banner = new Banner(desk, () => this.showAbout());
    this.toolbar = new Toolbar(desk, this);
    this.list = new SeriesList(desk, this, {
      plainPage: () => this.leave(),
      openFiles: () => this.choosers.openFiles(),
      openDisc: () => this.ownDisc && this.enter(this.ownDisc),
      hasDisc: () => this.ownDisc !== null,
    });
    this.grid.append(...this.views.map((view) => view.root));
    this.root.append(
      this.banner.root,
      this.toolbar.root,
      html(
        "div",
        { class: "body" },
        this.list.root,
        html("div", { class: "shade", onclick: () => desk.set("isListShown", false) }),
        this.grid,
      ),
      this.progress,
      this.toast,
      this.spoken,
    );
    this.dialogs = new Dialogs(this.root);
    this.back.addEventListener("click", () => this.show());
    this.outside.append(this.bar.root, this.back);
    this.choosers = new Choosers(this.outside, doors, (files) => void this.openFiles(files));
  }

  /* ---- coming and going ---------------------------------------------------------------------- */

  async start(): Promise<void> {
    this.pageSheets = [...document.styleSheets];
    document.head.append(html("style", {}, css));
    document.body.append(this.outside, this.root);
    takeDrops(this.outside, this.doors, (files) => void this.openFiles(files));
    document.addEventListener("keydown", (event) => this.key(event));
    this.desk.subscribe(() => this.update());
    window.addEventListener("resize", () => this.desk.changed());
    if (isNarrow()) {
      this.desk.isListShown = false;
    }
    if (window.matchMedia("(pointer: coarse)").matches) {
      this.desk.tool = "scroll";
    }
    await this.openDisc();
  }

  private async openDisc(): Promise<void> {
    this.bar.say(words.viewer, words.opening);
    try {
      const disc = await this.doors.openDisc();
      if (disc.quality === "none") {
        this.offer(words.noSidecar, words.noSidecarAdvice);
        return;
      }
      this.ownDisc = disc;
      this.enter(disc);
    } catch (error) {
      const reason = error instanceof ProblemError ? words.reasons[error.problem.reason] : "";
      this.offer(words.cannotOpen, `${reason} ${words.cannotOpenAdvice}`.trim());
    }
  }

  private offer(title: string, text: string): void {
    const actions: [string, () => void][] = [
      [words.openFolder, () => this.choosers.openFolder()],
      [words.openFiles, () => this.choosers.openFiles()],
    ];
    if (this.desk.disc !== null) {
      actions.push([words.backToViewer, () => this.show()]);
    } else {
      actions.push([words.close, () => this.bar.hide()]);
    }
    this.bar.say(title, text, actions);
  }

  private async openFiles(files: Promise<PickedFile[]>): Promise<void> {
    this.leave();
    try {
      const disc = await openPicked(this.doors, files, this.bar);
      if (disc === null) {
        this.offer(words.nothingToOpen, words.dropHere);
      } else {
        this.enter(disc);
      }
    } catch (error) {
      const reason = error instanceof ProblemError ? words.reasons[error.problem.reason] : "";
      this.offer(words.nothingToOpen, reason || words.dropHere);
    }
  }

  private enter(disc: Disc): void {
    this.desk.setDisc(disc);
    this.show();
  }

  /** In place of the plain page. */
  private show(): void {
    this.bar.hide();
    show(this.back, false);
    this.pageSheets.forEach((sheet) => (sheet.disabled = true));
    document.documentElement.classList.add(VIEWING);
    document.title = `${words.viewer} – ${words.notForDiagnosis}`;
    this.root.hidden = false;
    this.update();
    this.views[this.desk.active].focus();
  }

  /** Back to the plain page, which has been there all the time. */
  private leave(): void {
    this.desk.panes.forEach((pane) => (pane.isPlaying = false));
    this.pageSheets.forEach((sheet) => (sheet.disabled = false));
    document.documentElement.classList.remove(VIEWING);
    document.title = this.pageTitle;
    this.root.hidden = true;
    show(this.back, this.desk.disc !== null);
    this.back.focus();
  }

  /* ---- what is on the screen ------------------------------------------------------------------ */

  private update(): void {
    if (this.root.hidden) {
      return;
    }
    const { desk } = this;
    this.grid.dataset.layout = String(desk.layout);
    this.root.classList.toggle("with-list", desk.isListShown);
    this.banner.update();
    this.toolbar.update();
    this.list.update();
    const seen = desk.visiblePanes;
    this.views.forEach((view) => view.update(view.pane === desk.pane, seen.includes(view.pane)));
    this.updateProgress();
    this.updateToast();
    this.speakLater();
    this.play();
  }

  private updateProgress(): void {
    const now = this.desk.volumeProgress;
    show(this.progress, now !== null);
    if (now !== null) {
      setText(this.progress, words.planesLoading(String(now.done), String(now.all)));
      this.progress.style.setProperty("--part", `${(100 * now.done) / now.all}%`);
    }
  }

  private updateToast(): void {
    const { toast } = this.desk;
    if (toast !== null && toast.serial !== this.toastSerial) {
      const serial = (this.toastSerial = toast.serial);
      setText(this.toast, toast.text);
      show(this.toast, true);
      setTimeout(() => show(this.toast, this.toastSerial !== serial), TOAST_TIME);
    }
  }

  /* Read aloud what one has come to, not everything on the way. */
  private speakLater(): void {
    window.clearTimeout(this.speaking);
    this.speaking = window.setTimeout(() => {
      const { pane } = this.desk;
      if (pane.content.kind === "stack" && pane.isSettled && !pane.isPlaying) {
        setText(this.spoken, this.views[this.desk.active].spoken());
      }
    }, SPOKEN_AFTER);
  }

  /* ---- playing --------------------------------------------------------------------------------- */

  private readonly nextAt = new Map<Pane, number>();

  private play(): void {
    const playing = this.desk.visiblePanes.filter((pane) => pane.isPlaying);
    if (playing.length === 0) {
      this.nextAt.clear();
    } else if (this.reading === 0) {
      this.reading = requestAnimationFrame((now) => this.tick(now));
    }
  }

  private tick(now: number): void {
    this.reading = 0;
    for (const pane of this.desk.visiblePanes.filter((one) => one.isPlaying)) {
      const due = this.nextAt.get(pane) ?? now;
      if (now >= due) {
        this.desk.playOn(pane);
        this.nextAt.set(pane, Math.max(due + 1000 / pane.speed, now));
      }
    }
    this.play();
  }

  /* ---- keys ------------------------------------------------------------------------------------ */

  private key(event: KeyboardEvent): void {
    if (this.root.hidden || this.dialogs.isOpen || event.defaultPrevented || isForFocus(event)) {
      return;
    }
    if (!event.ctrlKey && !event.shiftKey && this.views[this.desk.active].takeKey(event.key)) {
      event.preventDefault();
      return;
    }
    if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      presetsOf(this.desk, this.desk.pane)[Number(event.key) - 1]?.choose();
      event.preventDefault();
      return;
    }
    const isSign = event.getModifierState("AltGraph");
    const command = commandForKey({
      key: event.key,
      shiftKey: event.shiftKey,
      ctrlKey: event.ctrlKey && !isSign,
      metaKey: event.metaKey,
      altKey: event.altKey && !isSign,
    });
    if (command !== null) {
      event.preventDefault();
      command.run(this.desk, this);
      this.followFocus(command.id);
    }
  }

  /* The focus goes along with the view that is meant. */
  private followFocus(id: string): void {
    if (id === "nextView" || id === "previousView") {
      requestAnimationFrame(() => this.views[this.desk.active].focus());
    }
  }

  /* ---- hands ------------------------------------------------------------------------------------ */

  sceneOf(pane: Pane): ReturnType<PaneView["scene"]> {
    return this.views[pane.number].scene();
  }

  showHelp(): void {
    showHelp(this.dialogs);
  }

  showHeader(): void {
    const { pane } = this.desk;
    const sheet = pane.content.kind === "sheets" ? this.views[this.desk.active].sheetImage() : null;
    const image = pane.stack?.slots[pane.index]?.image ?? sheet;
    if (image) {
      showHeader(this.dialogs, image);
    }
  }

  showAbout(): void {
    showAbout(this.dialogs, this.desk);
  }

  print(): void {
    const seen = this.desk.visiblePanes;
    const views = this.views.filter((view) => seen.includes(view.pane));
    void printViews(this.desk, views, this.root);
  }

  save(isNamed: boolean): void {
    savePicture(this.desk, this.views[this.desk.active], isNamed);
  }

  openFolder(): void {
    this.choosers.openFolder();
  }

  stepBack(): void {
    const view = this.views[this.desk.active];
    if (view.stepBack()) {
      return;
    }
    if (this.desk.volumeProgress !== null || this.desk.hasPlanes) {
      void this.desk.togglePlanes();
    } else if (this.desk.isListShown && isNarrow()) {
      this.desk.set("isListShown", false);
    }
    view.focus();
  }

  nudge(x: number, y: number): void {
    this.views[this.desk.active].nudge(x, y);
  }

  press(): void {
    this.views[this.desk.active].press();
  }
}

/* Keys that belong to what has the focus: text that is typed, a button that is pressed, a report
 * that is scrolled. */
function isForFocus(event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || !(target instanceof Element)) {
    return false;
  }
  if (target instanceof HTMLInputElement && target.type !== "range") {
    return true;
  }
  if (target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement) {
    return event.key === " " || event.key === "Enter";
  }
  const scrolls = ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " "];
  return target.closest(".sheet") !== null && scrolls.includes(event.key);
}

export function startFace(doors: Doors): void {
  void new Face(doors).start();
}
