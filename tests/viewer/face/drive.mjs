// SPDX-License-Identifier: GPL-3.0-or-later
// Drives the viewer as a person would, in a headless browser, on the made-up disc: keys, mouse, and
// what can be read on the screen. Needs VIEWER_MODULES (see ../browsers.mjs) and VIEWER_BUILD, the
// folder with VIEWER.JS and PDF.JS.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { launch, openPage } from "../browsers.mjs";

const PAGE = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>Disc</title>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<style type="text/css">body { max-width: 60em; padding: 1em; } td { border: 1px solid #767676; }</style></head>
<body><h1 id="plain">The plain page</h1>
<script type="text/javascript" src="VIEWER/VIEWER.JS" charset="utf-8"></script></body></html>
`;

/** A disc that has nothing but the page and the scripts. */
export function makeDisc() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "face-disc-"));
  fs.mkdirSync(path.join(folder, "VIEWER"));
  fs.writeFileSync(path.join(folder, "INDEX.HTM"), PAGE);
  for (const name of ["VIEWER.JS", "PDF.JS"]) {
    fs.copyFileSync(path.join(process.env.VIEWER_BUILD, name), path.join(folder, "VIEWER", name));
  }
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "INDEX.HTM");
}

function speak(language) {
  Object.defineProperty(navigator, "languages", { get: () => [language] });
}

export class Viewer {
  constructor(page, faults) {
    this.page = page;
    this.faults = faults;
  }

  /** Opens the made-up disc, or the disc itself with hash "". */
  static async open(
    browser,
    file,
    { width = 1366, height = 768, language = "en-GB", hash = "#fake" } = {},
  ) {
    const { page } = await openPage(browser, "/dev/null");
    const faults = [];
    page.on("pageerror", (error) => faults.push(error.message));
    await page.setViewport({ width, height });
    await page.evaluateOnNewDocument(speak, language);
    await page.goto(`file://${file}${hash}`, { waitUntil: "load" });
    const viewer = new Viewer(page, faults);
    if (hash === "#fake") {
      await viewer.until(() =>
        /\d/.test(document.querySelector(".pane .bottomLeft")?.textContent ?? ""),
      );
    }
    return viewer;
  }

  close() {
    return this.page.close();
  }

  until(what, ...given) {
    return this.page.waitForFunction(what, { timeout: 60000, polling: 50 }, ...given);
  }

  /** Two drawn frames later everything that was done is on the screen. */
  drawn() {
    return this.page.evaluate(
      () =>
        new Promise((done) => {
          requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));
        }),
    );
  }

  async keys(...names) {
    for (const name of names) {
      await this.page.keyboard.press(name);
    }
    await this.drawn();
  }

  async withShift(name, times = 1) {
    await this.page.keyboard.down("Shift");
    for (let i = 0; i < times; i++) {
      await this.page.keyboard.press(name);
    }
    await this.page.keyboard.up("Shift");
    await this.drawn();
  }

  text(selector) {
    return this.page.evaluate((one) => document.querySelector(one)?.textContent ?? "", selector);
  }

  texts(selector) {
    return this.page.evaluate(
      (one) => [...document.querySelectorAll(one)].map((e) => e.textContent),
      selector,
    );
  }

  count(selector) {
    return this.page.evaluate((one) => document.querySelectorAll(one).length, selector);
  }

  /** One corner of a view, in lines. */
  async corner(name, pane = 0) {
    const all = await this.texts(`.pane .${name}`);
    return all[pane].split("\n");
  }

  box(pane = 0) {
    return this.page.evaluate((i) => {
      const stage = document.querySelectorAll(".pane .stage")[i];
      const { x, y } = stage.getBoundingClientRect();
      return { x, y, width: stage.clientWidth, height: stage.clientHeight };
    }, pane);
  }

  /** Where the middle of a pixel is on the screen, while the whole picture is fitted in. */
  async pixel(column, row, size = { columns: 128, rows: 128 }, pane = 0) {
    const { x, y, width, height } = await this.box(pane);
    const scale = Math.min(width / size.columns, height / size.rows);
    return {
      x: x + width / 2 + (column + 0.5 - size.columns / 2) * scale,
      y: y + height / 2 + (row + 0.5 - size.rows / 2) * scale,
    };
  }

  /** From the middle of the picture, in screen pixels. */
  async middle(pane = 0) {
    const box = await this.box(pane);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  async drag(from, to) {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
    await mouse.move(to.x, to.y);
    await mouse.up();
    await this.drawn();
  }

  async click(spot) {
    await this.page.mouse.click(spot.x, spot.y);
    await this.drawn();
  }

  /** Opens a series by what stands in the list. */
  async openSeries(title) {
    await this.page.evaluate((wanted) => {
      const buttons = [...document.querySelectorAll("button.series")];
      buttons.find((button) => button.querySelector(".title").textContent === wanted).click();
    }, title);
    await this.drawn();
  }

  /** What the newest mark says. */
  async reading(pane = 0) {
    return this.page.evaluate((i) => {
      const labels = document.querySelectorAll(".pane")[i].querySelectorAll(".label");
      return [...(labels[labels.length - 1]?.children ?? [])].map((line) => line.textContent);
    }, pane);
  }
}

export { launch };
