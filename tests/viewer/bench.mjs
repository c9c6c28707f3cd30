// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the viewer is on a disc, in milliseconds and megabytes:  node bench.mjs BROWSER DISC
// Environment: VIEWER_MODULES. The face shows its made-up disc meanwhile. Tells the times from navigation to the first image of the largest series,
// from opening that series to its last frame, and of drawing. Memory: the proportional set size (what
// processes share is divided among them) of all processes of the browser and of the largest, before the
// disc is opened and at most; CPU seconds are those of all its processes from navigation on.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browsers.mjs";

const TICKS = 100; // a second, on every Linux we know
const SETTLE_MS = 1500;
const WATCH_MS = 300;
const [name, disc] = process.argv.slice(2);

/** Of the processes below `pid`: MB of all and of the largest, and the CPU seconds of all. */
function usageOf(pid) {
  const parents = new Map();
  for (const entry of fs.readdirSync("/proc").filter((found) => /^\d+$/.test(found))) {
    try {
      const status = fs.readFileSync(`/proc/${entry}/status`, "utf8");
      parents.set(Number(entry), Number(/^PPid:\s+(\d+)/m.exec(status)[1]));
    } catch {
      continue; // it has ended
    }
  }
  const isBelow = (process) => process === pid || (parents.has(process) && isBelow(parents.get(process)));
  const usage = { all: 0, largest: 0, cpu: 0 };
  for (const process of [...parents.keys()].filter(isBelow)) {
    try {
      const times = fs.readFileSync(`/proc/${process}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
      const sizes = fs.readFileSync(`/proc/${process}/smaps_rollup`, "utf8");
      const megabytes = Number(/^Pss:\s+(\d+)/m.exec(sizes)[1]) / 1024;
      usage.cpu += (Number(times[11]) + Number(times[12])) / TICKS;
      usage.all += megabytes;
      usage.largest = Math.max(usage.largest, megabytes);
    } catch {
      continue;
    }
  }
  return usage;
}

async function measure() {
  const disc = await IC.openDisc();
  const series = disc.studies.flatMap((study) => study.series)
    .sort((a, b) => b.frameCount - a.frameCount)[0];
  disc.frames.isHeld = () => false; // as the face does, which keeps what it shows
  const opened = performance.now();
  const images = await series.load();
  const loaded = performance.now();
  const middle = images[images.length >> 1];
  let first = await disc.frames.get(middle, 0);
  const out = new ImageData(first.columns, first.rows);
  IC.render(first, IC.defaultVoi(first), false, out);
  const shown = performance.now();
  await Promise.all(images.flatMap((image) => Array.from({ length: image.frameCount }, (_, frame) =>
    disc.frames.get(image, frame, "later").then(() => undefined))));
  const complete = performance.now();
  first = await disc.frames.get(middle, 0);
  const canvas = new OffscreenCanvas(first.columns, first.rows).getContext("2d");
  const draws = [];
  for (let i = 0; i < 50; i++) {
    const start = performance.now();
    const voi = { ...IC.defaultVoi(first), center: 40 + i };
    IC.render(first, voi, false, out);
    canvas.putImageData(out, 0, 0);
    draws.push(performance.now() - start);
  }
  draws.sort((a, b) => a - b);
  const round = (value) => Math.round(value * 10) / 10;
  return {
    frames: series.frameCount, firstImage: round(shown), seriesLoaded: round(loaded - opened),
    complete: round(complete - opened), draw: round(draws[25]), slowestDraw: round(draws[49]),
    used: round(disc.frames.usedBytes / (1 << 20)),
  };
}

const browser = await launch(name);
try {
  const page = await browser.newPage();
  const usage = () => usageOf(browser.process().pid);
  await new Promise((go) => setTimeout(go, SETTLE_MS));
  const empty = usage();
  const peak = { all: 0, largest: 0 };
  const watch = setInterval(() => {
    const { all, largest } = usage();
    peak.all = Math.max(peak.all, all);
    peak.largest = Math.max(peak.largest, largest);
  }, WATCH_MS);
  await page.goto(pathToFileURL(path.join(disc, "INDEX.HTM")).href + "#fake", { waitUntil: "load" });
  const found = await page.evaluate(measure);
  clearInterval(watch);
  const megabytes = {
    empty: Math.round(empty.all), peak: Math.round(peak.all),
    emptyLargest: Math.round(empty.largest), peakLargest: Math.round(peak.largest),
  };
  const cpu = Math.round((usage().cpu - empty.cpu) * 10) / 10;
  const load = os.loadavg()[0].toFixed(1);
  console.log(JSON.stringify({ browser: await browser.version(), ...found, megabytes, cpu, load }));
} finally {
  await browser.close();
}
