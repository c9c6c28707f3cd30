// SPDX-License-Identifier: GPL-3.0-or-later
// Reads parts of a picked file, so that large ones never stand in memory as a whole.
export class FileReaderAt {
  private window = new Uint8Array();
  private from = 0;

  constructor(private readonly file: Blob) {}

  get size(): number {
    return this.file.size;
  }

  /** Fewer bytes only where the file ends. A copy of one's own. */
  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.file.slice(offset, offset + length).arrayBuffer());
  }

  /** For many small reads one after the other: from a window that moves along. */
  async peek(offset: number, length: number): Promise<DataView> {
    const WINDOW = 1 << 16;
    if (offset < this.from || offset + length > this.from + this.window.length) {
      this.window = await this.read(offset, Math.max(length, WINDOW));
      this.from = offset;
    }
    const at = offset - this.from;
    return new DataView(this.window.buffer, at, Math.min(length, this.window.length - at));
  }
}
