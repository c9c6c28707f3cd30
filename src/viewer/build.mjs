// SPDX-License-Identifier: GPL-3.0-or-later
// Builds the scripts of the disc:  node build.mjs MODULES OUT [DEPFILE]
//   VIEWER.JS    one classic script: the worker is bundled first and lies in it as text
//   PDF.JS       pdf.js, loaded when a document is opened
//   LICENSE.TXT  what the packages ask to be passed on
// MODULES is the node_modules folder. The same input gives the same bytes.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { collectLicences } from "./licences.mjs";

const [modules, out, depfile] = process.argv.slice(2);
const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const require = createRequire(path.join(path.resolve(modules), "x.js"));
const esbuild = require("esbuild");
const inputs = new Set();

/* The codecs ask for parts of node that they use under node only. */
const withoutNode = {
  name: "without-node",
  setup(build) {
    build.onResolve({ filter: /^(fs|path|module|url|crypto|zlib|node:.*)$/ }, (found) =>
      ({ path: found.path, namespace: "without-node" }));
    build.onLoad({ filter: /.*/, namespace: "without-node" }, () =>
      ({ contents: "export default {}", loader: "js" }));
  },
};

/* WebAssembly squeezed: the bytes of a module are inflated when a frame needs it. */
const squeezed = {
  name: "squeezed",
  setup(build) {
    build.onLoad({ filter: /\.wasm$/ }, (found) => ({
      contents: zlib.deflateRawSync(fs.readFileSync(found.path), { level: 9 }),
      loader: "binary",
    }));
  },
};

function asText(name, text) {
  return {
    name: "text " + name,
    setup(build) {
      build.onResolve({ filter: new RegExp("^" + name + "$") }, () => ({ path: name, namespace: name }));
      build.onLoad({ filter: /.*/, namespace: name }, () => ({ contents: text, loader: "text" }));
    },
  };
}

async function bundle(entry, options = {}) {
  const { plugins = [], ...others } = options;
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: "iife",
    target: ["es2020"],
    charset: "ascii",
    minify: true,
    legalComments: "none",
    loader: { ".css": "text" },
    nodePaths: [path.resolve(modules)],
    plugins: [withoutNode, squeezed, ...plugins],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
    ...others,
  });
  Object.keys(result.metafile.inputs).filter((name) => !name.includes(":") && !name.startsWith("("))
    .forEach((name) => inputs.add(path.resolve(here, name)));
  return result.outputFiles[0].text;
}

function write(name, text) {
  fs.writeFileSync(path.join(out, name), text);
}

/* Names of data elements, "GGGGEEEE VR Name" a line; of repeating groups the first. */
function dictionaryText() {
  const name = "@iwharris/dicom-data-dictionary";
  inputs.add(require.resolve(name));
  return Object.values(require(name).elements)
    .map(({ tag, vr, name }) => [tag.slice(1, -1).replace(",", "").replace(/xx/g, "00"), vr, name])
    .filter(([tag, vr]) => /^[0-9A-F]{8}$/.test(tag) && /^[A-Z]{2}/.test(vr))
    .map(([tag, vr, name]) => `${tag} ${vr.slice(0, 2)} ${name.replace(/[^ -~]/g, "")}`)
    .sort().join("\n");
}

async function main() {
  const worker = await bundle("codec/worker.ts");
  write("VIEWER.JS", await bundle("main.ts", {
    plugins: [asText("worker-text", worker), asText("dictionary-text", dictionaryText())],
  }));
  const pdfWorker = await bundle("pdf-worker.ts");
  write("PDF.JS", await bundle("pdf-entry.ts", { plugins: [asText("pdf-worker-text", pdfWorker)] }));
  write("LICENSE.TXT", collectLicences(inputs));
  if (depfile !== undefined) {
    const targets = ["VIEWER.JS", "PDF.JS", "LICENSE.TXT"].map((name) => path.join(out, name));
    const escaped = [...inputs].sort().map((name) => name.replace(/ /g, "\\ "));
    fs.writeFileSync(depfile, `${targets.join(" ")}: ${escaped.join(" ")}\n`);
  }
}

await main();
