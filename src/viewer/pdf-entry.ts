// SPDX-License-Identifier: GPL-3.0-or-later
// VIEWER/PDF.JS: pdf.js with its worker as text, given to the viewer when it has been loaded.
import * as pdfjs from "pdfjs-dist/legacy/build/pdf.mjs";
import workerText from "pdf-worker-text";

const address = URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
pdfjs.GlobalWorkerOptions.workerPort = new Worker(address);
(globalThis as unknown as { IC: { pdf(library: unknown): void } }).IC.pdf(pdfjs);
