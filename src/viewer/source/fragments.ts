// SPDX-License-Identifier: GPL-3.0-or-later
// Encapsulated Pixel Data (PS3.5 A.4): where the fragments of each frame lie in the file.
import { DecodeError } from "../codec/messages";
import type { FileReaderAt } from "./file-reader";

export interface Fragment {
  /** Of its bytes in the file. */
  offset: number;
  length: number;
}

const ITEM = 0xe000fffe; // (FFFE,E000), as two little-endian words read at once
const DELIMITER = 0xe0ddfffe;

interface Items {
  /** Offsets of the frames, from the first fragment's item on; [] when none are given. */
  table: number[];
  fragments: Fragment[];
}

async function readItems(reader: FileReaderAt, start: number): Promise<Items> {
  const items: Fragment[] = [];
  for (let at = start; at + 8 <= reader.size;) {
    const head = await reader.peek(at, 8);
    const [tag, length] = [head.getUint32(0, true), head.getUint32(4, true)];
    if (tag === DELIMITER) {
      break;
    }
    if (tag !== ITEM || at + 8 + length > reader.size) {
      throw new DecodeError("damaged", "fragments");
    }
    items.push({ offset: at + 8, length });
    at += 8 + length;
  }
  const [first, ...fragments] = items;
  if (first === undefined) {
    throw new DecodeError("damaged", "no fragments");
  }
  const bytes = await reader.read(first.offset, first.length);
  const view = new DataView(bytes.buffer);
  const table = Array.from({ length: bytes.length >> 2 }, (_, i) => view.getUint32(4 * i, true));
  return { table, fragments };
}

/** JPEG and JPEG 2000 streams begin with a marker that no later fragment begins with. */
async function beginsStream(reader: FileReaderAt, fragment: Fragment): Promise<boolean> {
  const head = await reader.peek(fragment.offset, Math.min(3, fragment.length));
  const marker = head.byteLength >= 3 ? head.getUint16(0) : 0;
  return (marker === 0xffd8 || marker === 0xff4f) && head.getUint8(2) === 0xff;
}

function groupByTable({ table, fragments }: Items): Fragment[][] {
  const base = fragments[0].offset - 8;
  const frames: Fragment[][] = table.map(() => []);
  for (const fragment of fragments) {
    const at = fragment.offset - 8 - base;
    let frame = 0;
    while (frame + 1 < table.length && table[frame + 1] <= at) {
      frame++;
    }
    frames[frame].push(fragment);
  }
  return frames;
}

async function groupByMarkers(reader: FileReaderAt, fragments: Fragment[]): Promise<Fragment[][]> {
  const frames: Fragment[][] = [];
  for (const fragment of fragments) {
    if (frames.length === 0 || await beginsStream(reader, fragment)) {
      frames.push([]);
    }
    frames[frames.length - 1].push(fragment);
  }
  return frames;
}

/** The fragments of each frame. `start`: of the first item, which is the offset table. */
export async function framesOf(
  reader: FileReaderAt, start: number, frameCount: number,
): Promise<Fragment[][]> {
  const items = await readItems(reader, start);
  if (frameCount === 1) {
    return [items.fragments];
  }
  if (items.fragments.length === frameCount) {
    return items.fragments.map((fragment) => [fragment]);
  }
  return items.table.length === frameCount ? groupByTable(items)
    : groupByMarkers(reader, items.fragments);
}

export async function joinFragments(
  reader: FileReaderAt, fragments: Fragment[],
): Promise<Uint8Array> {
  const joined = new Uint8Array(fragments.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { offset, length } of fragments) {
    joined.set(await reader.read(offset, length), at);
    at += length;
  }
  return joined;
}
