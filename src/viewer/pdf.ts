// SPDX-License-Identifier: GPL-3.0-or-later
// Loads VIEWER/PDF.JS, which is as large as the viewer itself, when the first document is opened.
import { scriptFolder, whenScriptSays } from "./source/script-door";
import type { PdfLibrary } from "./model";

let loading: Promise<PdfLibrary> | null = null;

export function openPdfLibrary(): Promise<PdfLibrary> {
  loading ??= whenScriptSays<PdfLibrary>(scriptFolder() + "PDF.JS", "pdf");
  return loading;
}
