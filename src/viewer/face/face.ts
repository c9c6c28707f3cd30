// SPDX-License-Identifier: GPL-3.0-or-later
// What is on the screen.
import type { Doors } from "../model";

export function startFace(doors: Doors): void {
  void doors;
}
