// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the viewer is on a disc, in milliseconds and megabytes:  node bench.mjs BROWSER DISC
// Environment: VIEWER_MODULES. The face shows its made-up disc meanwhile. Tells the times from navigation to the first image of the largest series,
// from opening that series to its last frame, and of drawing; memory is that of the browser's largest
// process; CPU seconds are those of all its processes from navigation on.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browsers.mjs";

const TICKS = 100; // a second, on every Linux we know
const [name, disc] = process.argv.slice(2);

/** Of the processes below `pid`: the largest resident set in MB, and the CPU seconds of all. */
function usageOf(pid) {
  const parents = new Map();
  const sizes = new Map();
  const ticks = new Map();
  for (const entry of fs.readdirSync("/proc").filter((found) => /^\d+$/.test(found))) {
    try {
      const status = fs.readFileSync(`/proc/${entry}/status`, "utf8");
      parents.set(Number(entry), Number(/^PPid:\s+(\d+)/m.exec(status)[1]));
      const times = fs.readFileSync(`/proc/${entry}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
      ticks.set(Number(entry), Number(times[11]) + Number(times[12]));
      sizes.set(Number(entry), Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      continue; // it has ended
    }
  }
  const isBelow = (process) => process === pid || (parents.has(process) && isBelow(parents.get(process)));
  const own = [...sizes.keys()].filter(isBelow);
  return {
    largest: Math.max(...own.map((process) => sizes.get(process))),
    cpu: own.reduce((sum, process) => sum + ticks.get(process), 0) / TICKS,
  };
}

async function measure() {
  const disc = await IC.openDisc();
  const series = disc.studies.flatMap((study) => study.series)
    .sort((a, b) => b.frameCount - a.frameCount)[0];
  const opened = performance.now();
  const images = await series.load();
  const loaded = performance.now();
  const first = await disc.frames.get(images[images.length >> 1], 0);
  const out = new ImageData(first.columns, first.rows);
  IC.render(first, IC.defaultVoi(first), false, out);
  const shown = performance.now();
  await Promise.all(images.flatMap((image) => Array.from({ length: image.frameCount }, (_, frame) =>
    disc.frames.get(image, frame, "later").then(() => undefined))));
  const complete = performance.now();
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
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, usageOf(browser.process().pid).largest);
  }, 200);
  const before = usageOf(browser.process().pid).cpu;
  await page.goto(pathToFileURL(path.join(disc, "INDEX.HTM")).href + "#fake", { waitUntil: "load" });
  const found = await page.evaluate(measure);
  clearInterval(watch);
  const cpu = Math.round((usageOf(browser.process().pid).cpu - before) * 10) / 10;
  const load = os.loadavg()[0].toFixed(1);
  console.log(JSON.stringify({ browser: await browser.version(), ...found, peak: Math.round(peak), cpu, load }));
} finally {
  await browser.close();
}
