// SPDX-License-Identifier: GPL-3.0-or-later
// The texts in the corners of a picture: whose it is, what it is, where it lies, how it is shown.
// Pure; the same lines go to the screen, to paper and into saved pictures.
import type { Attributes, Patient, Study } from "../model";
import { isLut } from "../pixels/render";
import { depthOf, nameOfPlane, normalOf } from "./geometry";
import { words } from "./messages";
import { dateText, figure, personText } from "./numbers";
import type { Pane } from "./pane";
import type { Slot } from "./stack";
import type { Scene } from "./transform";
import { scaleOf } from "./transform";
import { digitsFor } from "./windows";

const LATERALITY = 0x00200060;
const IMAGE_LATERALITY = 0x00200062;
const VIEW_POSITION = 0x00185101;
const SLICE_THICKNESS = 0x00180050;
const INSTANCE_NUMBER = 0x00200013;
const LOSSY = 0x00282110;
const LOSSY_RATIO = 0x00282112;
const PATIENT_NAME = 0x00100010;
const PATIENT_ID = 0x00100020;
const BIRTH_DATE = 0x00100030;
const SEX = 0x00100040;

export type Lines = string[];

const filled = (lines: (string | false | undefined)[]): Lines =>
  lines.filter((line): line is string => typeof line === "string" && line !== "");

export function sexText(sex: string): string {
  const known: Record<string, string> = { F: words.sexF, M: words.sexM, O: words.sexO };
  return known[sex] ?? sex;
}

export function patientLines(patient: Patient): Lines {
  return filled([
    personText(patient.name) || words.noName,
    patient.id ? words.id(patient.id) : words.noId,
    patient.birthDate && words.born(dateText(patient.birthDate)),
    patient.sex && sexText(patient.sex),
  ]);
}

/** As the image itself says, which need not be what the disc says. */
export function patientOf(attributes: Attributes): Patient {
  return {
    name: attributes.text(PATIENT_NAME),
    id: attributes.text(PATIENT_ID),
    birthDate: attributes.text(BIRTH_DATE),
    sex: attributes.text(SEX),
  };
}

export function studyLines(study: Study | undefined, pane: Pane): Lines {
  const series = pane.series;
  if (study === undefined || series === null) {
    return [];
  }
  return filled([
    study.description || words.studyWithoutName,
    study.date ? dateText(study.date) : words.noDate,
    study.accession && words.accession(study.accession),
    `${series.modality} ${series.description || words.seriesNumber(series.number)}`,
  ]);
}

/** "12 of 36" in words, of what is on the screen. */
export function countText(pane: Pane): string {
  const stack = pane.stack;
  if (stack === null || pane.shown < 0) {
    return "";
  }
  const [at, all] = [figure(pane.shown + 1), figure(stack.slots.length)];
  if (stack.computed !== null) {
    return words.sliceOf(at, all);
  }
  const isOneFilm =
    stack.slots.length > 1 && stack.slots[0].image.frameCount === stack.slots.length;
  return isOneFilm ? words.frameOf(at, all) : words.imageOf(at, all);
}

function placeText(slot: Slot): string {
  if (slot.plane === null) {
    return "";
  }
  // Along the patient's axis that the plane cuts, with its sign, as the table of a scanner says it.
  const normal = normalOf(slot.plane);
  const axis = { sagittal: 0, coronal: 1, axial: 2 }[nameOfPlane(normal)];
  const depth = depthOf(slot.plane) * (normal[axis] < 0 ? -1 : 1);
  return words.position(figure(depth, 1));
}

/* "U" is a thing that has no side. */
function sideOf(attributes: Attributes): string {
  const side = attributes.text(IMAGE_LATERALITY) || attributes.text(LATERALITY);
  return side === "U" ? "" : side;
}

function lossText(attributes: Attributes): string {
  if (attributes.text(LOSSY) !== "01") {
    return "";
  }
  const ratio = attributes.numbers(LOSSY_RATIO).reduce((all, one) => all * one, 1);
  return words.isLossy(ratio > 1 ? figure(ratio, 0) : "");
}

function ownPlace(slot: Slot, pane: Pane): Lines {
  const { attributes, frameCount } = slot.image;
  const thickness = attributes.number(SLICE_THICKNESS);
  const number = attributes.text(INSTANCE_NUMBER);
  const count = pane.stack?.slots.length ?? 0;
  return filled([
    slot.image.isKey && `★ ${words.isKeyImage}`,
    lossText(attributes),
    sideOf(attributes),
    attributes.text(VIEW_POSITION),
    placeText(slot),
    thickness !== undefined && thickness > 0 && words.thickness(figure(thickness, 1)),
    frameCount > 1 &&
      frameCount < count &&
      words.frameOf(figure(slot.frame + 1), figure(frameCount)),
    number !== "" && count > frameCount && words.number(number),
    countText(pane),
  ]);
}

function computedPlace(slot: Slot, pane: Pane): Lines {
  const stack = pane.stack;
  if (stack === null || stack.computed === null) {
    return [];
  }
  return filled([
    words[stack.computed],
    words.isComputed,
    stack.shrink > 1 && words.planesHalved(figure(stack.shrink)),
    placeText(slot),
    countText(pane),
  ]);
}

export function placeLines(pane: Pane): Lines {
  const slot = pane.slot;
  if (slot === null) {
    return [];
  }
  return pane.stack?.computed ? computedPlace(slot, pane) : ownPlace(slot, pane);
}

export function windowText(pane: Pane): string {
  const voi = pane.voi;
  if (voi === null) {
    return "";
  }
  if (isLut(voi)) {
    return words.tableOfFile;
  }
  const digits = digitsFor(voi);
  return words.windowLevel(figure(voi.width, digits), figure(voi.center, digits));
}

/** The same to be read aloud. */
export function spokenWindow(pane: Pane): string {
  const window = pane.windowInUse;
  if (window === null) {
    return "";
  }
  const digits = digitsFor(window);
  return words.windowSpoken(figure(window.width, digits), figure(window.center, digits));
}

export function lookLines(pane: Pane, scene: Scene): Lines {
  const { look, frame } = pane;
  return filled([
    frame?.isPreview && words.isPreview,
    pane.negative && words.isInverted,
    look.flipped && words.isFlipped,
    look.turns !== 0 && words.turnedBy(figure(look.turns * 90)),
    pane.isPlaying && words.cineSpeed(pane.speed, figure(pane.speed)),
    windowText(pane),
    frame !== null && words.zoomedBy(figure(scaleOf(look, scene) * 100)),
  ]);
}
