// SPDX-License-Identifier: GPL-3.0-or-later
// The second way in: files that somebody picked or dropped, grouped into studies and series by what
// they say of themselves. A DICOMDIR is not needed, and other files are passed over.
import { DecodedFrames } from "../frames/store";
import { Tag } from "../header/tags";
import { ProblemError } from "../model";
import type {
  Attributes, Disc, Image, Patient, PickedFile, Problem, ReadProgress, Reason, Series, SeriesKind,
  Study,
} from "../model";
import { DicomImage } from "./image";
import { KeyImages } from "./key-images";
import { compareText, newestFirst } from "./order";
import { Part10File } from "./part10";

const MEDIA_DIRECTORY = "1.2.840.10008.1.3.10";
const REPORTS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\./;
const DOCUMENTS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.104\./;
/** Headers that are read at a time. */
const AT_A_TIME = 8;

function patientOf(attributes: Attributes): Patient {
  return {
    name: attributes.text(Tag.PatientName),
    id: attributes.text(Tag.PatientId),
    birthDate: attributes.text(Tag.PatientBirthDate),
    sex: attributes.text(Tag.PatientSex),
  };
}

function samePatient(a: Patient, b: Patient): boolean {
  return a.id === b.id && a.name === b.name && a.birthDate === b.birthDate;
}

class PickedSeries implements Series {
  readonly uid: string;
  readonly number: string;
  readonly modality: string;
  readonly description: string;
  readonly bodyPart: string;
  readonly picture = null;
  readonly problems: Problem[] = [];
  private readonly images: DicomImage[] = [];

  constructor(attributes: Attributes, private readonly keys: KeyImages) {
    this.uid = attributes.text(Tag.SeriesInstanceUid);
    this.number = attributes.text(Tag.SeriesNumber);
    this.modality = attributes.text(Tag.Modality);
    this.description = attributes.text(Tag.SeriesDescription);
    this.bodyPart = attributes.text(Tag.BodyPart);
  }

  get imageCount(): number {
    return this.images.length;
  }

  get frameCount(): number {
    return this.images.reduce((sum, image) => sum + image.frameCount, 0);
  }

  get pixelBytes(): number {
    return this.images.reduce((sum, { columns, rows, frameCount, pixels }) =>
      sum + columns * rows * frameCount * pixels.samples * Math.ceil(pixels.bitsAllocated / 8), 0);
  }

  get kind(): SeriesKind {
    if (this.frameCount > 0) {
      return "images";
    }
    const uid = this.images[0]?.sopClassUid ?? "";
    return REPORTS.test(uid) ? "report" : DOCUMENTS.test(uid) ? "document" : "other";
  }

  add(path: string, file: Part10File): void {
    const { attributes } = file;
    this.images.push(new DicomImage({
      file: path,
      sopInstanceUid: attributes.text(Tag.SopInstanceUid),
      frameCount: file.frameCount,
      columns: file.columns,
      rows: file.rows,
      reason: file.reason(),
      isKey: false,
      isPreview: false,
      readAttributes: () => attributes,
      encoded: (frame) => file.encoded(frame),
      document: () => file.document(),
      report: (reason) => this.report(reason, path),
    }));
  }

  async load(): Promise<Image[]> {
    this.images.sort((a, b) => orderOf(a) - orderOf(b) || compareText(a.file, b.file));
    await this.keys.mark(this.images);
    return this.images;
  }

  documents(): Promise<DicomImage[]> {
    return Promise.resolve(this.images);
  }

  private report(reason: Reason, file: string): void {
    if (!this.problems.some((known) => known.file === file)) {
      this.problems.push({ reason, file, series: this.uid });
    }
  }
}

function orderOf(image: DicomImage): number {
  return image.attributes.number(Tag.InstanceNumber) ?? 0;
}

/** Gathers files one by one. */
class Picking {
  readonly problems: Problem[] = [];
  private readonly studies = new Map<string, Study>();
  private readonly series = new Map<string, PickedSeries>();
  private readonly keys = new KeyImages();

  async add({ path, file }: PickedFile): Promise<void> {
    try {
      const opened = await Part10File.open(file);
      if (opened !== null && opened.attributes.text(Tag.SopClassUid) !== MEDIA_DIRECTORY
        && !path.endsWith("DICOMDIR")) {
        this.seriesOf(opened.attributes).add(path, opened);
      }
    } catch {
      this.problems.push({ reason: "damaged", file: path });
    }
  }

  disc(): Disc {
    const studies = [...this.studies.values()].sort(newestFirst);
    if (studies.length === 0) {
      throw new ProblemError(this.problems[0] ?? { reason: "not-dicom", file: "" });
    }
    for (const study of studies) {
      study.series.sort((a, b) => Number(a.number) - Number(b.number) || 0);
    }
    const [{ patient }] = studies;
    if (studies.some((study) => !samePatient(study.patient, patient))) {
      this.problems.push({ reason: "several-patients", file: "" });
    }
    this.keys.readFrom([...this.series.values()].filter(({ modality }) => modality === "KO")
      .map((one) => () => one.documents()));
    return {
      index: {
        fileSet: "", transfer: "", volume: { number: 1, of: 1 }, created: "", institution: "",
        contact: "", recipient: "",
      },
      patient, studies, quality: "lossless", account: null, isPicked: true, problems: this.problems,
      frames: new DecodedFrames(),
    };
  }

  private seriesOf(attributes: Attributes): PickedSeries {
    const study = this.studyOf(attributes);
    const key = `${study.uid} ${attributes.text(Tag.SeriesInstanceUid)}`;
    let series = this.series.get(key);
    if (series === undefined) {
      series = new PickedSeries(attributes, this.keys);
      this.series.set(key, series);
      study.series.push(series);
    }
    return series;
  }

  /** By patient too: a study whose files name two is two studies. */
  private studyOf(attributes: Attributes): Study {
    const uid = attributes.text(Tag.StudyInstanceUid);
    const patient = patientOf(attributes);
    const key = [uid, patient.id, patient.name, patient.birthDate].join(" ");
    let study = this.studies.get(key);
    if (study === undefined) {
      study = {
        uid,
        date: attributes.text(Tag.StudyDate),
        time: attributes.text(Tag.StudyTime),
        description: attributes.text(Tag.StudyDescription),
        accession: attributes.text(Tag.AccessionNumber),
        patient,
        series: [],
      };
      this.studies.set(key, study);
    }
    return study;
  }
}

/** Rejects with a ProblemError "not-dicom" when there is nothing to show among them. */
export async function openFiles(files: PickedFile[], progress?: ReadProgress): Promise<Disc> {
  const picking = new Picking();
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  for (let done = 0; done < sorted.length; done += AT_A_TIME) {
    progress?.(done, sorted.length);
    await Promise.all(sorted.slice(done, done + AT_A_TIME).map((file) => picking.add(file)));
  }
  progress?.(sorted.length, sorted.length);
  return picking.disc();
}
