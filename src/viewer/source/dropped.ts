// SPDX-License-Identifier: GPL-3.0-or-later
// Files out of an <input> or a drop. A dropped folder is walked through its file system handle first:
// below file:// Chromium's older entries cannot be read; the other browsers know only those.
import type { PickedFile } from "../model";

interface FileHandle {
  kind: "file";
  name: string;
  getFile(): Promise<File>;
}

interface FolderHandle {
  kind: "directory";
  name: string;
  values(): AsyncIterable<FileHandle | FolderHandle>;
}

type Handle = FileHandle | FolderHandle;
type HandleItem = DataTransferItem & { getAsFileSystemHandle?(): Promise<Handle | null> };

/** A disc holds tens of thousands at most; more is somebody's whole home folder. */
const MAX_FILES = 200000;

export function filesOfInput(input: HTMLInputElement): PickedFile[] {
  return [...(input.files ?? [])].map((file) =>
    ({ path: file.webkitRelativePath || file.name, file }));
}

async function walkHandle(handle: Handle, path: string, found: PickedFile[]): Promise<void> {
  if (found.length >= MAX_FILES) {
    return;
  }
  if (handle.kind === "file") {
    found.push({ path, file: await handle.getFile() });
    return;
  }
  for await (const below of handle.values()) {
    await walkHandle(below, `${path}/${below.name}`, found);
  }
}

function readEntries(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

async function walkEntry(entry: FileSystemEntry, found: PickedFile[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  if (found.length >= MAX_FILES) {
    return;
  }
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (let some = await readEntries(reader); some.length > 0; some = await readEntries(reader)) {
    for (const below of some) {
      await walkEntry(below, found);
    }
  }
}

/** What one dropped item gives; all its doors must be knocked at before the event is over. */
interface Doorway {
  handle: Promise<Handle | null> | undefined;
  entry: FileSystemEntry | null;
  file: File | null;
}

async function walkDoorway({ handle, entry, file }: Doorway, found: PickedFile[]): Promise<void> {
  const opened = await handle?.catch(() => null);
  if (opened) {
    await walkHandle(opened, opened.name, found);
  } else if (entry?.isDirectory) {
    await walkEntry(entry, found);
  } else if (file !== null) {
    found.push({ path: file.name, file });
  }
}

/** Must be called in the drop event itself. */
export async function filesOfDrop(transfer: DataTransfer): Promise<PickedFile[]> {
  const doorways = [...transfer.items].filter((item) => item.kind === "file")
    .map((item: HandleItem): Doorway => ({
      handle: item.getAsFileSystemHandle?.(),
      entry: item.webkitGetAsEntry?.() ?? null,
      file: item.getAsFile(),
    }));
  const found: PickedFile[] = [];
  for (const doorway of doorways) {
    await walkDoorway(doorway, found);
  }
  return found;
}
