// SPDX-License-Identifier: GPL-3.0-or-later
// The viewer below its face, in a real browser, from file:// on a tree that nobody may write:
//   node --test-reporter=tap core.test.mjs chromium|firefox
// Environment: VIEWER_MODULES (node_modules), IC_VIEWER_DIR (folder of VIEWER.JS), and that of
// make-discs.py. Both browsers share what that makes, through the folder VIEWER_CACHE.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { installed, launch, openPage } from "./browsers.mjs";
import { installTools } from "./page-tools.mjs";
import { compare } from "./pixels.mjs";

const [name] = process.argv.slice(2);
const here = path.dirname(new URL(import.meta.url).pathname);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "viewer-"));
const asked = [];
let browser;
let discs; // with nothing wrong
let ct; // the one with a CT of several chunks
let listed; // what is on them
const rich = new Map(); // what a browser that lacks nothing shows of each

/* DCMTK takes green that was halved for green, and swaps the halves of big-endian numbers of 32 bits. */
const NOT_BELIEVED = ["SC_rgb_jpeg_lossy_gdcm.dcm", "rtdose_expb.dcm", "rtdose_expb_1frame.dcm"];
const BROKEN = ["JPEG2000-embedded-sequence-delimiter.dcm", "MR_truncated.dcm"];
const NEEDS_WASM = /\.4\.(50|51|80|81|90|91|20[123])$/;

function filesBelow(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const found = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(found) : [found];
  });
}

/** Size and time of everything below. */
function listing(folder) {
  return filesBelow(folder).map((file) => {
    const { size, mtimeMs } = fs.statSync(file);
    return `${path.relative(folder, file)} ${size} ${mtimeMs}`;
  }).sort();
}

/** What the viewer reads of a disc, copied so that `change` can do harm to it. */
function makeDisc(label, change) {
  const disc = path.join(scratch, label);
  for (const part of ["INDEX.HTM", "VIEWER"]) {
    fs.cpSync(path.join(ct, part), path.join(disc, part), { recursive: true });
  }
  execFileSync("chmod", ["-R", "u+w", disc]);
  change(disc);
  return disc;
}

function readSeries(disc, folder) {
  const text = fs.readFileSync(path.join(disc, "VIEWER/DATA", folder, "SERIES.JS"), "utf8");
  return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
}

/** Folder of a series that lies in several chunks. */
function foldersOfManyChunks(disc) {
  const data = path.join(disc, "VIEWER/DATA");
  return fs.readdirSync(data).filter((name) => /^S\d+$/.test(name))
    .filter((folder) => readSeries(disc, folder).chunks.length > 2).sort();
}

function fileOfCt() {
  return readSeries(ct, foldersOfManyChunks(ct)[0]).images[0].file;
}

async function open(disc, options) {
  const opened = await openPage(browser, path.join(disc, "INDEX.HTM"), options);
  asked.push(opened.requests);
  await opened.page.evaluate(installTools);
  return opened.page;
}

function pydicomFiles(folder) {
  const code = "import os, pydicom; print(os.path.dirname(pydicom.__file__))";
  const home = execFileSync("/usr/bin/python3", ["-c", code], { encoding: "utf8" }).trim();
  const top = path.join(home, "data", folder);
  const files = fs.readdirSync(top).map((file) => path.join(top, file));
  return files.filter((file) => fs.statSync(file).isFile());
}

/** Picks files through an input, as a person does. */
async function pick(page, files, attribute = "multiple") {
  const handle = await page.evaluateHandle((what) => {
    const input = document.createElement("input");
    input.type = "file";
    input.setAttribute(what, "");
    input.id = "pick";
    document.querySelector("#pick")?.remove();
    document.body.append(input);
    return input;
  }, attribute);
  await handle.uploadFile(...files);
}

const openPicked = () => IC.doors.openFiles(IC.doors.filesOfInput(document.querySelector("#pick")));

before(async () => {
  const cache = process.env.VIEWER_CACHE;
  execFileSync("/usr/bin/python3", [path.join(here, "make-discs.py"), cache], { stdio: ["ignore", 2, 2] });
  const top = path.join(cache, "discs");
  discs = fs.readdirSync(top).map((patient) => path.join(top, patient));
  ct = discs.find((disc) => foldersOfManyChunks(disc).length > 0);
  listed = discs.map(listing);
  browser = await launch(name);
});

after(async () => {
  await browser?.close();
  fs.rmSync(scratch, { recursive: true });
});

test(`${name}: every series of every disc looks as DCMTK shows it`, async () => {
  let pictures = 0;
  for (const disc of discs) {
    const page = await open(disc);
    const { shown, problems } = await page.evaluate(async () =>
      tools.showDisc(await IC.doors.openDisc()));
    rich.set(disc, shown);
    const { wrong, compared } = await compare(page, shown, (file) => path.join(disc, file),
      path.join(scratch, "truth", path.basename(disc)));
    assert.deepEqual(wrong, []);
    assert.equal(compared, shown.length);
    assert.deepEqual(problems.filter(({ reason }) => reason !== "no-pixels"), []);
    pictures += compared;
    await page.close();
  }
  assert.ok(pictures > 40, `${pictures} pictures`);
});

test(`${name}: picked files look as DCMTK shows them, or say why not`, async () => {
  const files = pydicomFiles("test_files");
  const byName = new Map(files.map((file) => [path.basename(file), file]));
  const page = await open(ct);
  await pick(page, files);
  const { shown, problems, discProblems } = await page.evaluate(`(${openPicked})()
    .then((disc) => tools.showEverything(disc))`);
  const believed = shown.filter(({ file }) => !NOT_BELIEVED.includes(file));
  const { wrong, compared } = await compare(page, believed, (file) => byName.get(file),
    path.join(scratch, "truth-picked"));
  assert.deepEqual(wrong, []);
  assert.ok(compared > 60, `${compared} pictures`);
  const damaged = problems.filter(({ reason }) => reason === "damaged").map(({ file }) => file);
  assert.deepEqual(damaged.sort(), BROKEN);
  const reasons = new Set(problems.map(({ reason }) => reason));
  assert.deepEqual([...reasons].sort(), ["damaged", "no-pixels", "unsupported-syntax"]);
  assert.ok(discProblems.some(({ reason }) => reason === "several-patients"));
  await page.close();
});

test(`${name}: names are read in their character sets`, async () => {
  const files = pydicomFiles("charset_files").filter((file) => file.endsWith(".dcm"));
  const script = path.join(here, "patient-names.py");
  const expected = JSON.parse(execFileSync("/usr/bin/python3", [script, ...files], { encoding: "utf8" }));
  const page = await open(ct);
  await pick(page, files);
  const names = await page.evaluate(`(${openPicked})().then(async (disc) => {
    const series = disc.studies.flatMap((study) => study.series);
    const images = (await Promise.all(series.map((one) => one.load()))).flat();
    return Object.fromEntries(images.map((image) => [image.file, image.attributes.text(0x00100010)]));
  })`);
  assert.ok(Object.keys(names).length > 15);
  for (const [file, found] of Object.entries(names)) {
    assert.equal(found.replace(/=+$/, ""), expected[file].replace(/=+$/, ""), file);
  }
  await page.close();
});

test(`${name}: a damaged chunk costs its own images only, and they are named`, async () => {
  const [folder] = foldersOfManyChunks(ct);
  const damaged = makeDisc("damaged", (disc) => {
    const first = path.join(disc, "VIEWER/DATA", folder, "C0001.JS");
    const text = fs.readFileSync(first, "latin1");
    const at = Math.floor(text.length / 2);
    fs.writeFileSync(first, text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1));
    fs.rmSync(path.join(disc, "VIEWER/DATA", folder, "C0003.JS"));
  });
  const { images } = readSeries(damaged, folder);
  const expected = Object.fromEntries(images.map(({ file, frames }) => [file,
    frames[0][0] === 0 ? "chunk-damaged" : frames[0][0] === 2 ? "chunk-missing" : "shown"]));
  const page = await open(damaged);
  const { outcome, problems } = await page.evaluate(async (first) => {
    const disc = await IC.doors.openDisc();
    const series = await tools.seriesOf(disc, first);
    const outcome = {};
    for (const image of await series.load()) {
      outcome[image.file] = await disc.frames.get(image, 0).then(() => "shown",
        (error) => error.problem.file === image.file ? error.problem.reason : "not named");
    }
    return { outcome, problems: series.problems };
  }, images[0].file);
  assert.deepEqual(outcome, expected);
  assert.deepEqual(new Set(Object.values(outcome)), new Set(["shown", "chunk-damaged", "chunk-missing"]));
  const named = problems.map(({ file }) => file).sort();
  assert.deepEqual(named, Object.keys(expected).filter((file) => expected[file] !== "shown").sort());
  await page.close();
});

test(`${name}: a disc whose chunks say their bytes in a string is read as one of today`, async () => {
  const [folder] = foldersOfManyChunks(ct);
  const earlier = makeDisc("earlier", (disc) => {
    const data = path.join(disc, "VIEWER/DATA", folder);
    for (const chunk of fs.readdirSync(data).filter((file) => file.startsWith("C"))) {
      const text = fs.readFileSync(path.join(data, chunk), "latin1");
      const said = text.replace(/function\(\)\{\/\*([A-Za-z0-9+/=]+)\*\/\}/, '"$1"');
      assert.notEqual(said, text);
      fs.writeFileSync(path.join(data, chunk), said);
    }
  });
  const shown = [];
  for (const disc of [ct, earlier]) {
    const page = await open(disc);
    shown.push(await page.evaluate(async () => tools.showDisc(await IC.doors.openDisc())));
    await page.close();
  }
  assert.ok(shown[0].shown.length > 2);
  assert.deepEqual(shown[1], shown[0]);
});

test(`${name}: a disc without its index, and one whose index is cut, say so`, async () => {
  const index = (disc) => path.join(disc, "VIEWER/DATA/INDEX.JS");
  const missing = makeDisc("missing", (disc) => fs.rmSync(index(disc)));
  const cut = makeDisc("cut", (disc) => fs.truncateSync(index(disc), 400));
  for (const [disc, reason] of [[missing, "index-missing"], [cut, "index-damaged"]]) {
    const page = await open(disc);
    const found = await page.evaluate(() => IC.doors.openDisc().catch((error) => error.problem.reason));
    assert.equal(found, reason);
    await page.close();
  }
});

test(`${name}: without WebAssembly all but four compressions are shown`, async () => {
  const sumOf = ({ file, frame, voi, crc32 }) => `${file} ${frame} ${voi} ${crc32}`;
  const syntaxes = new Set();
  let missing = 0;
  for (const disc of discs) {
    const page = await open(disc, { before: () => { delete globalThis.WebAssembly; } });
    const { shown, problems } = await page.evaluate(async () =>
      tools.showDisc(await IC.doors.openDisc()));
    const expected = rich.get(disc).filter(({ syntax }) => !NEEDS_WASM.test(syntax));
    assert.deepEqual(shown.map(sumOf), expected.map(sumOf));
    const reasons = problems.filter(({ frame }) => frame >= 0).map(({ reason }) => reason);
    assert.deepEqual(reasons.filter((reason) => reason !== "needs-wasm"), []);
    shown.forEach(({ syntax }) => syntaxes.add(syntax));
    missing += reasons.length;
    await page.close();
  }
  assert.ok(missing > 0);
  const native = "1.2.840.10008.1.2.1";
  const rle = "1.2.840.10008.1.2.5";
  assert.ok(syntaxes.has(native) && syntaxes.has(rle), [...syntaxes].join());
});

test(`${name}: frames stay within their limit of memory and come back`, async () => {
  const page = await open(ct);
  const { most, limit, same, kept } = await page.evaluate(async (file) => {
    const disc = await IC.doors.openDisc();
    const series = await tools.seriesOf(disc, file);
    const images = await series.load();
    const first = (await disc.frames.get(images[0], 0)).values.slice();
    const limit = 4 * first.byteLength + 1;
    disc.frames.limitBytes = limit;
    let most = 0;
    for (const image of images) {
      await disc.frames.get(image, 0, "later");
      most = Math.max(most, disc.frames.usedBytes);
    }
    const again = (await disc.frames.get(images[0], 0)).values;
    const kept = images.filter((image) => disc.frames.peek(image, 0) !== undefined).length;
    return { most, limit, kept, same: again.every((value, i) => value === first[i]) };
  }, fileOfCt());
  assert.ok(most <= limit, `${most} of ${limit}`);
  assert.ok(same);
  assert.equal(kept, 4);
  await page.close();
});

test(`${name}: frames in memory that others had are whole, and what is held stays as it was`, async () => {
  const kinds = new Set();
  let handedOver = 0, frames = 0;
  for (const disc of discs) {
    const page = await open(disc);
    const found = await page.evaluate(() => tools.goRound());
    assert.deepEqual(found.changed, [], path.basename(disc));
    assert.ok(found.wasHeldDropped, path.basename(disc));
    assert.ok(found.isHeldWhole, path.basename(disc));
    handedOver += found.handedOver;
    frames += found.frames;
    found.kinds.forEach((kind) => kinds.add(kind));
    await page.close();
  }
  assert.ok(handedOver > frames, `${handedOver} for ${frames} frames`);
  assert.ok(["grey 2", "colour 4"].every((kind) => kinds.has(kind)), [...kinds].join());
});

test(`${name}: frames ahead are decoded before they are asked for`, async () => {
  const page = await open(ct);
  const ahead = await page.evaluate(async (file) => {
    const disc = await IC.doors.openDisc();
    const series = await tools.seriesOf(disc, file);
    const stack = (await series.load()).map((image) => ({ image, frame: 0 }));
    disc.frames.prefetch(stack, 10, 1);
    const until = performance.now() + 60000;
    const isThere = ({ image }) => disc.frames.peek(image, 0) !== undefined;
    while (performance.now() < until && stack.filter(isThere).length < stack.length - 1) {
      await new Promise((go) => setTimeout(go, 20));
    }
    return stack.map(isThere);
  }, fileOfCt());
  assert.deepEqual(ahead.map((isThere, i) => isThere || i === 10), ahead.map(() => true));
  await page.close();
});

function seriesOf(disc) {
  return fs.readdirSync(path.join(disc, "VIEWER/DATA")).filter((name) => /^S\d+$/.test(name)).length;
}

async function countSeries(page, expression) {
  return page.evaluate(`(${expression})().then((disc) =>
    disc.studies.map((study) => study.series.length).reduce((a, b) => a + b, 0))`);
}

test(`${name}: a folder is picked as a whole`, async (context) => {
  if (name === "firefox") {
    context.skip("a folder cannot be picked by a program here");
    return;
  }
  const page = await open(ct);
  await pick(page, [path.join(ct, "DICOM")], "webkitdirectory");
  await page.waitForFunction(() => document.querySelector("#pick").files.length > 0);
  assert.equal(await countSeries(page, openPicked), seriesOf(ct));
  await page.close();
});

test(`${name}: a dropped folder is walked through`, async (context) => {
  if (name === "firefox") {
    context.skip("a folder cannot be dropped by a program here");
    return;
  }
  const page = await open(ct);
  await page.evaluate(() => {
    document.body.replaceChildren();
    document.body.style.height = "500px";
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      globalThis.dropped = IC.doors.filesOfDrop(event.dataTransfer);
    });
  });
  const session = await page.createCDPSession();
  const data = { items: [], files: [path.join(ct, "DICOM")], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.send("Input.dispatchDragEvent", { type, x: 100, y: 100, data });
  }
  await page.waitForFunction(() => globalThis.dropped !== undefined);
  const expression = async () => IC.doors.openFiles(await globalThis.dropped);
  assert.equal(await countSeries(page, expression), seriesOf(ct));
  await page.close();
});

test(`${name}: nothing is asked of anybody but the disc`, () => {
  const addresses = asked.flat();
  assert.deepEqual(addresses.filter((address) => !/^(file|blob|data):/.test(address)), []);
  if (name === "chromium") {
    assert.ok(addresses.length > 50, `${addresses.length} requests seen`);
  }
});

test(`${name}: nothing was written to the discs`, () => {
  assert.deepEqual(discs.map(listing), listed);
});

if (!installed.includes(name)) {
  console.log(`1..0 # SKIP ${name} is not installed`);
  process.exit(0);
}
