// SPDX-License-Identifier: GPL-3.0-or-later
// Bundles the unit tests beside this file and runs them under node, as TAP:
//   node run-unit.mjs MODULES
// MODULES is the node_modules folder of the viewer.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import { run } from "node:test";
import { tap } from "node:test/reporters";

const modules = path.resolve(process.argv[2]);
const here = path.dirname(new URL(import.meta.url).pathname);
const esbuild = createRequire(path.join(modules, "x.js"))("esbuild");
const out = fs.mkdtempSync(path.join(os.tmpdir(), "face-unit-"));
process.on("exit", () => fs.rmSync(out, { recursive: true, force: true }));

const names = fs.readdirSync(here).filter((name) => name.endsWith(".test.ts"));
await esbuild.build({
  absWorkingDir: here,
  entryPoints: names,
  bundle: true,
  outdir: out,
  outExtension: { ".js": ".mjs" },
  format: "esm",
  platform: "node",
  target: "node18",
  nodePaths: [modules],
  define: { navigator: "undefined" }, // English, whatever the machine speaks
  logLevel: "warning",
});

let failed = false;
const stream = run({
  files: names.map((name) => path.join(out, name.replace(/ts$/, "mjs"))),
  concurrency: 1,
});
stream.on("test:fail", () => {
  failed = true;
});
stream.compose(tap).pipe(process.stdout);
stream.on("close", () => {
  process.exitCode = failed ? 1 : 0;
});
