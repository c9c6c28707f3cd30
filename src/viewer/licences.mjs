// SPDX-License-Identifier: GPL-3.0-or-later
// VIEWER/LICENSE.TXT: the notices of everything that is inside the scripts of the disc.
import fs from "node:fs";
import path from "node:path";

const here = path.dirname(new URL(import.meta.url).pathname);
const LINE = "=".repeat(78);

const HEAD = `The viewer on this disc (VIEWER.JS) is part of Imaging Courier.
It is free software under the GNU General Public License, version 3 or later:
you may use, copy, change and pass it on; there is no warranty. The licence's
text: <https://www.gnu.org/licenses/gpl-3.0.html>. The source code is that of
Imaging Courier.

It contains the packages below, whose authors ask that their notices be passed
on.
`;

/* C libraries that were compiled into the packages, which do not all say so themselves. */
const INSIDE = {
  "@cornerstonejs/codec-charls": ["charls.txt"],
  "@cornerstonejs/codec-openjpeg": ["openjpeg.txt"],
  "@cornerstonejs/codec-openjph": ["openjph.txt"],
  "@cornerstonejs/codec-libjpeg-turbo-8bit": ["libjpeg-turbo.txt"],
};

/** Folder of the package that a file belongs to. */
function folderOf(input) {
  return /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function readPackage(folder) {
  const about = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  const name = about.name;
  const files = fs.readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file));
  const texts = files.sort().map((file) => fs.readFileSync(path.join(folder, file), "utf8"));
  const own = path.join(here, "licences", name.replace("@", "").replace("/", "-") + ".txt");
  if (texts.length === 0 && fs.existsSync(own)) {
    texts.push(fs.readFileSync(own, "utf8"));
  }
  if (texts.length === 0) {
    throw new Error(`no licence text for ${name}`);
  }
  for (const file of INSIDE[name] ?? []) {
    texts.push(fs.readFileSync(path.join(here, "licences", file), "utf8"));
  }
  return `${LINE}\n${name} ${about.version} (${about.license})\n${LINE}\n${texts.join("\n")}`;
}

/** `inputs`: every file that went into a bundle. */
export function collectLicences(inputs) {
  const folders = [...new Set([...inputs].map(folderOf).filter(Boolean))];
  return [HEAD, ...folders.map(readPackage).sort()].join("\n").replace(/\r/g, "");
}
