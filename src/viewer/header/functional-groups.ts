// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for one frame: its own functional groups, those shared by all, else the data set itself
// (PS3.3 C.7.6.16).
import type { Attributes } from "../model";
import { Tag } from "./tags";

/** The macro `sequence` for a frame that counts from 0; the data set where there are no groups. */
export function macroOf(attributes: Attributes, frame: number, sequence: number): Attributes {
  const own = attributes.sequence(Tag.PerFrameGroups)[frame]?.sequence(sequence)[0];
  return own ?? attributes.sequence(Tag.SharedGroups)[0]?.sequence(sequence)[0] ?? attributes;
}
