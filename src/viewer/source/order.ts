// SPDX-License-Identifier: GPL-3.0-or-later
// In which order things are listed.
import type { Study } from "../model";

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function newestFirst(a: Study, b: Study): number {
  return compareText(b.date + b.time, a.date + a.time);
}
