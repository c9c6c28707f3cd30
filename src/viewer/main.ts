// SPDX-License-Identifier: GPL-3.0-or-later
// The one script of INDEX.HTM. With "#fake" behind the address a made-up disc is shown, for tests
// of the face.
import { startFace } from "./face/face";
import { openFakeDisc } from "./fake/fake";
import { openPdfLibrary } from "./pdf";

startFace({
  openDisc: openFakeDisc,
  openFiles: openFakeDisc,
  filesOfInput: () => [],
  filesOfDrop: () => Promise.resolve([]),
  openPdfLibrary,
});
