// SPDX-License-Identifier: GPL-3.0-or-later
// The one script of INDEX.HTM. With "#fake" behind the address a made-up disc is shown, for tests
// of the face. The doors stay reachable as IC.doors, for tests too.
import { startFace } from "./face/face";
import { openFakeDisc } from "./fake/fake";
import type { Doors } from "./model";
import { openPdfLibrary } from "./pdf";
import { paintOverlays } from "./pixels/overlay";
import { defaultVoi, render } from "./pixels/render";
import { filesOfDrop, filesOfInput } from "./source/dropped";
import { openFiles } from "./source/picked";
import { openDisc } from "./source/sidecar";

const doors: Doors = {
  openDisc: location.hash === "#fake" ? openFakeDisc : openDisc,
  openFiles,
  filesOfInput,
  filesOfDrop,
  openPdfLibrary,
};

Object.assign((globalThis as unknown as { IC: object }).IC, {
  doors, openDisc, render, defaultVoi, paintOverlays,
});
startFace(doors);
