// SPDX-License-Identifier: GPL-3.0-or-later
// The worker of pdf.js, as a classic script.
import "pdfjs-dist/legacy/build/pdf.worker.min.mjs";
