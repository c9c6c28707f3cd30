// SPDX-License-Identifier: GPL-3.0-or-later
// Which images somebody has marked: those that Key Object Selection documents refer to
// (PS3.3 C.17.6.2).
import { Tag } from "../header/tags";
import type { Attributes } from "../model";
import type { DicomImage } from "./image";

type Reader = () => Promise<DicomImage[]>;

/** The instances of the content tree, not of the evidence, which lists more. */
function addReferences(attributes: Attributes, uids: Set<string>): void {
  for (const item of attributes.sequence(Tag.ContentSequence)) {
    item.sequence(Tag.ReferencedSopSequence).forEach((reference) =>
      uids.add(reference.text(Tag.ReferencedSopInstanceUid)));
    addReferences(item, uids);
  }
}

export class KeyImages {
  private readers: Reader[] = [];
  private reading: Promise<Set<string>> | null = null;

  /** `readers`: of the series that hold such documents; used when the first image asks. */
  readFrom(readers: Reader[]): void {
    this.readers = readers;
  }

  async mark(images: DicomImage[]): Promise<void> {
    this.reading ??= this.read();
    const uids = await this.reading;
    images.forEach((image) => {
      image.isKey = uids.has(image.sopInstanceUid);
    });
  }

  private async read(): Promise<Set<string>> {
    const uids = new Set<string>();
    for (const reader of this.readers) {
      const documents = await reader().catch(() => []);
      documents.forEach((document) => addReferences(document.attributes, uids));
    }
    return uids;
  }
}
