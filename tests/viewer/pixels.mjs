// SPDX-License-Identifier: GPL-3.0-or-later
// Holds the pictures of a page against those of DCMTK (truth.py): equal, but for what is lossy.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const LOSSY = new Set(["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51",
  "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91"]);

/** Least signal-to-noise ratio in dB between two decoders of the same lossy stream. */
const LEAST_PSNR = 40;

function askDcmtk(orders, folder) {
  const script = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "truth.py");
  const answer = execFileSync("/usr/bin/python3", [script, folder],
    { input: JSON.stringify(orders), encoding: "utf8", maxBuffer: 1 << 26 });
  return new Map(answer.split("\n").filter(Boolean).map((line) => JSON.parse(line))
    .map((found) => [found.id, found]));
}

function difference(ours, theirs) {
  let most = 0;
  let squares = 0;
  for (let i = 0; i < theirs.length; i++) {
    const d = Math.abs(ours[i] - theirs[i]);
    most = Math.max(most, d);
    squares += d * d;
  }
  const psnr = squares === 0 ? Infinity : 10 * Math.log10((255 * 255 * theirs.length) / squares);
  return { most, psnr };
}

/** Shades that DCMTK loses by cutting modality values to whole numbers. */
function allowedShades(picture) {
  return picture.isWhole ? 0 : Math.ceil(255 / Math.max(1, picture.voi[1] - 1)) + 1;
}

function isRight(picture, { most, psnr }) {
  return LOSSY.has(picture.syntax) ? psnr >= LEAST_PSNR : most <= allowedShades(picture);
}

/** Lines that tell what differs, and how many pictures were held against DCMTK's. */
export async function compare(page, shown, pathOf, folder) {
  fs.mkdirSync(folder, { recursive: true });
  const orders = shown.map(({ id, file, frame, voi, overlays }) =>
    ({ id, path: pathOf(file), frame, voi, overlays }));
  const truth = askDcmtk(orders, folder);
  const wrong = [];
  for (const picture of shown) {
    const theirs = truth.get(picture.id);
    if (theirs === undefined || theirs.crc32 === picture.crc32) {
      continue;
    }
    const name = `${picture.file} frame ${picture.frame} ${JSON.stringify(picture.voi)}`;
    if (theirs.columns !== picture.columns || theirs.rows !== picture.rows
      || theirs.channels !== picture.channels) {
      wrong.push(`${name}: ${picture.columns}x${picture.rows}x${picture.channels}, DCMTK `
        + `${theirs.columns}x${theirs.rows}x${theirs.channels}`);
      continue;
    }
    const ours = Buffer.from(await page.evaluate((id) => tools.picture(id), picture.id), "base64");
    const found = difference(ours, fs.readFileSync(theirs.pixels));
    if (!isRight(picture, found)) {
      wrong.push(`${name} (${picture.syntax}): up to ${found.most} shades, ${found.psnr.toFixed(1)} dB`);
    }
  }
  return { wrong, compared: truth.size };
}
