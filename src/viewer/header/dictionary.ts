// SPDX-License-Identifier: GPL-3.0-or-later
// Names and value representations of the data elements (PS3.6), from a table that is made when the
// viewer is built: lines "GGGGEEEE VR Name" in the order of their tags.
import table from "dictionary-text";

interface Entry {
  vr: string;
  name: string;
}

/** The file meta information (PS3.10 7.1), which the table does not have. */
const META = `00020001 OB File Meta Information Version
00020002 UI Media Storage SOP Class UID
00020003 UI Media Storage SOP Instance UID
00020010 UI Transfer Syntax UID
00020012 UI Implementation Class UID
00020013 SH Implementation Version Name
00020016 AE Source Application Entity Title
00020017 AE Sending Application Entity Title
00020018 AE Receiving Application Entity Title
00020100 UI Private Information Creator UID
00020102 OB Private Information
`;

let entries: Map<number, Entry> | null = null;

function read(): Map<number, Entry> {
  const read = new Map<number, Entry>();
  for (const line of (META + table).split("\n")) {
    read.set(parseInt(line.slice(0, 8), 16), { vr: line.slice(9, 11), name: line.slice(12) });
  }
  return read;
}

/** Overlays and curves repeat their group: 6000, 6002 … */
function baseOf(tag: number): number {
  const group = tag >>> 16;
  const isRepeating = group >= 0x5000 && group <= 0x60ff && (group & 0xff00) % 0x1000 === 0;
  return isRepeating ? (((group & 0xff00) << 16) | (tag & 0xffff)) >>> 0 : tag;
}

function find(tag: number): Entry | undefined {
  entries ??= read();
  return entries.get(baseOf(tag));
}

/** "" for what is private or unknown. */
export function nameOf(tag: number): string {
  if ((tag & 0xffff) === 0) {
    return "Group Length";
  }
  return find(tag)?.name ?? "";
}

export function vrOf(tag: number): string {
  if ((tag >>> 16) & 1) {
    return (tag & 0xffff) <= 0xff ? "LO" : "UN";
  }
  return (tag & 0xffff) === 0 ? "UL" : find(tag)?.vr ?? "UN";
}
