// SPDX-License-Identifier: GPL-3.0-or-later
// What the practice patients do not have, on media that courierctl exports (make-kinds.py): overlays,
// previews, a medium without viewer, floating point, JPEG lossless where there is no WebAssembly, and
// what the viewer says of a medium that is not complete:
//   node --test-reporter=tap kinds.test.mjs chromium|firefox
// Environment: VIEWER_MODULES, IC_VIEWER_DIR and that of make-kinds.py.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { Viewer } from "./face/drive.mjs";
import { installed, launch, openPage } from "./browsers.mjs";
import { installTools } from "./page-tools.mjs";
import { compare } from "./pixels.mjs";

const [name] = process.argv.slice(2);
const here = path.dirname(new URL(import.meta.url).pathname);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "kinds-"));
const BASELINE = "1.2.840.10008.1.2.4.50"; // is compared with a bound for noise
let browser;

const disc = (quality) => path.join(scratch, quality);
const indexOf = (folder) => path.join(folder, "VIEWER/DATA/INDEX.JS");

async function open(folder, options) {
  const opened = await openPage(browser, path.join(folder, "INDEX.HTM"), options);
  await opened.page.evaluate(installTools);
  return opened;
}

/** A window on the disc as it opens by itself, in a language. */
async function look(folder, language = "en-GB") {
  const viewer = await Viewer.open(browser, path.join(folder, "INDEX.HTM"), { hash: "", language });
  await viewer.until(() => /\d/.test(document.querySelector(".pane .bottomLeft")?.textContent ?? ""));
  return viewer;
}

/** What the viewer shows of a series of that name: values and what measuring them gives. */
function readSeries(kind) {
  return IC.openDisc().then(async (opened) => {
    const series = opened.studies[0].series.find(({ description }) => description === kind);
    const [image] = await series.load();
    const frame = await opened.frames.get(image, 0).catch((error) => error.problem);
    return { file: image.file, reason: frame.reason, isPreview: frame.isPreview,
      type: frame.values?.constructor.name, values: Array.from(frame.values ?? []) };
  });
}

before(async () => {
  execFileSync("/usr/bin/python3", [path.join(here, "make-kinds.py"), scratch], { stdio: ["ignore", 2, 2] });
  browser = await launch(name);
});

after(async () => {
  await browser?.close();
  fs.rmSync(scratch, { recursive: true });
});

test(`${name}: overlays lie where DCMTK draws them, and only there`, async () => {
  const { page } = await open(disc("lossless"));
  const shown = await page.evaluate(async () => tools.showOverlays(await IC.openDisc()));
  assert.equal(shown.length, 4, "two frames, two planes, one embedded");
  const { wrong, compared } = await compare(page, shown, (file) => path.join(disc("lossless"), file),
    path.join(scratch, "truth"));
  assert.deepEqual(wrong, []);
  assert.equal(compared, shown.length);
  await page.close();
});

test(`${name}: a key hides the overlays and brings them back`, async () => {
  const viewer = await look(disc("lossless"));
  const white = () => viewer.page.evaluate(() => {
    const canvas = document.querySelector("canvas.picture");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value) => sum + (value === 255), 0) - data.length / 4;
  });
  await viewer.page.keyboard.press("ArrowRight");
  await viewer.until(() => document.querySelector('[data-command="overlays"]')
    .getAttribute("aria-disabled") === null);
  const button = () => viewer.page.evaluate(() =>
    document.querySelector('[data-command="overlays"]').getAttribute("aria-pressed"));
  assert.equal(await button(), "true");
  const drawn = await white();
  const toggle = async () => {
    await viewer.page.keyboard.down("Shift");
    await viewer.page.keyboard.press("o");
    await viewer.page.keyboard.up("Shift");
  };
  await toggle();
  await viewer.until(() => document.querySelector('[data-command="overlays"]')
    .getAttribute("aria-pressed") === "false");
  const hidden = await white();
  assert.ok(hidden < drawn, `${hidden} of ${drawn}`);
  await toggle();
  await viewer.until(() => document.querySelector('[data-command="overlays"]')
    .getAttribute("aria-pressed") === "true");
  assert.equal(await white(), drawn);
  await viewer.close();
});

test(`${name}: floating point pixels keep every value`, async () => {
  const { page } = await open(disc("lossless"));
  for (const [kind, type, rounded] of [["float", "Float32Array", Math.fround],
    ["double", "Float64Array", (value) => value]]) {
    const found = await page.evaluate(readSeries, kind);
    assert.equal(found.type, type);
    assert.deepEqual(found.values, found.values.map((_, i) => rounded(i / 3 - 100)));
  }
  await page.close();
});

test(`${name}: JPEG lossless needs no WebAssembly`, async () => {
  const poor = await open(disc("lossless"), { before: () => { delete globalThis.WebAssembly; } });
  const [plain, packed] = [await poor.page.evaluate(readSeries, "plain"),
    await poor.page.evaluate(readSeries, "JPEG lossless")];
  assert.ok(packed.values.length > 0, packed.reason);
  assert.deepEqual(packed.values, plain.values);
  await poor.page.close();
});

test(`${name}: previews look like their images, and the screen says what they are`, async () => {
  const { page } = await open(disc("preview"));
  const { shown } = await page.evaluate(async () => tools.showDisc(await IC.openDisc()));
  const first = shown.filter(({ file, voi }) => /SE0001/.test(file) && voi?.[0] === 128)
    .map((picture) => ({ ...picture, voi: [0, 1600, "linear"], syntax: BASELINE }));
  assert.equal(first.length, 1);
  const { wrong, compared } = await compare(page, first, (file) => path.join(disc("preview"), file),
    path.join(scratch, "truth-preview"));
  assert.deepEqual(wrong, []);
  assert.equal(compared, 1);
  assert.equal((await page.evaluate(readSeries, "plain")).isPreview, true);
  await page.close();
  const viewer = await look(disc("preview"), "de-DE");
  assert.ok((await viewer.texts(".notices button")).includes("Vorschauqualität"));
  assert.match((await viewer.corner("bottomRight")).join(" "), /Vorschau/);
  await viewer.close();
});

test(`${name}: without a viewer the page is whole, says so and asks for nothing but its pictures`, async () => {
  const { page, requests } = await openPage(browser, path.join(disc("none"), "INDEX.HTM"));
  const text = await page.evaluate(() => document.body.innerText);
  assert.match(text, /No viewer was put on this medium/);
  for (const kind of ["plain", "overlays", "float"]) {
    assert.ok(text.includes(kind), kind);
  }
  assert.equal(await page.evaluate(() => document.scripts.length), 0);
  assert.deepEqual(requests.filter((address) => !/(INDEX\.HTM|\.JPG)$/.test(address)), []);
  await page.close();
});

test(`${name}: whether a medium is complete is said in the language of its reader`, async () => {
  const account = { state: "incomplete", basis: "count-only", expected: 1212, offered: 0, missing: 608,
    extra: 0, damaged: 1 };
  const cut = disc("cut");
  fs.cpSync(disc("lossless"), cut, { recursive: true });
  const text = fs.readFileSync(indexOf(cut), "utf8");
  assert.ok(text.includes('"account":null'));
  fs.writeFileSync(indexOf(cut), text.replace('"account":null', `"account":${JSON.stringify(account)}`));
  const sayings = { "en-GB": /^Not complete: 608 of 1,212 images are missing, 1 image came damaged\. The source/,
    "de-DE": /^Nicht vollständig: 608 von 1\.?212 Bildern fehlen, 1 Bild kam beschädigt an\. Die Quelle/,
    "fr-FR": /^Incomplet\s: 608 images sur 1\s?212 manquent, 1 image est arrivée endommagée\. La source/ };
  for (const [language, saying] of Object.entries(sayings)) {
    const viewer = await look(cut, language);
    assert.match((await viewer.texts(".notices button"))[0], saying);
    await viewer.close();
  }
});

if (!installed.includes(name)) {
  console.log(`1..0 # SKIP ${name} is not installed`);
  process.exit(0);
}
