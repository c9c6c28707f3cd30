// SPDX-License-Identifier: GPL-3.0-or-later
// Installs the packages of the lock file:  node install.mjs NPM ANSWER INPUT...
// The inputs are copied beside ANSWER, a file that says "ok" or what went wrong. Nothing is installed
// when what is there was made from the same inputs. No package's own scripts are run.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const [npm, answer, ...inputs] = process.argv.slice(2);
const folder = path.dirname(path.resolve(answer));
const stamp = path.join(folder, "node_modules", ".courier-stamp");

function copyAndHash() {
  const hash = createHash("sha256");
  for (const input of inputs) {
    fs.copyFileSync(input, path.join(folder, path.basename(input)));
    hash.update(fs.readFileSync(input));
  }
  return hash.digest("hex");
}

function install(wanted) {
  const words = ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  const done = spawnSync(npm, words, { cwd: folder, encoding: "utf8" });
  if (done.status !== 0) {
    const lines = (done.stderr ?? String(done.error)).trim().split("\n");
    return `npm ci: ${lines.filter((line) => !line.includes("warn")).slice(0, 5).join("; ")}`;
  }
  fs.writeFileSync(stamp, wanted);
  return "ok";
}

const wanted = copyAndHash();
const isThere = fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted;
fs.writeFileSync(answer, isThere ? "ok" : install(wanted));
