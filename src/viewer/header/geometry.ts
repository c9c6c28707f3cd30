// SPDX-License-Identifier: GPL-3.0-or-later
// Where a frame lies in the patient, and how large its pixels are (PS3.3 C.7.6.2, C.10.7.1.3,
// C.8.5.5).
import type { Attributes, Geometry, PixelSpacing, Vector } from "../model";
import { macroOf } from "./functional-groups";
import { Tag } from "./tags";

const CM = 3; // physical units of an ultrasound region
const PROJECTIONS = new Set(["CR", "DX", "MG", "XA", "RF", "RG", "IO", "PX", "DR"]);

function vector(numbers: number[]): Vector | null {
  return numbers.length >= 3 && numbers.slice(0, 3).every(Number.isFinite)
    ? [numbers[0], numbers[1], numbers[2]] : null;
}

function pair(attributes: Attributes, tag: number): [number, number] | null {
  const numbers = attributes.numbers(tag);
  return numbers.length >= 2 && numbers[0] > 0 && numbers[1] > 0 ? [numbers[0], numbers[1]] : null;
}

function spacingOfFrame(attributes: Attributes, frame: number): [number, number] | null {
  return pair(macroOf(attributes, frame, Tag.PixelMeasuresSequence), Tag.PixelSpacing);
}

/** Null for what has no place in a patient. */
export function geometryOf(attributes: Attributes, frame: number): Geometry | null {
  const place = macroOf(attributes, frame, Tag.PlanePositionSequence);
  const plane = macroOf(attributes, frame, Tag.PlaneOrientationSequence);
  const position = vector(place.numbers(Tag.ImagePosition));
  const directions = plane.numbers(Tag.ImageOrientation);
  const rowDirection = vector(directions);
  const columnDirection = vector(directions.slice(3));
  const spacing = spacingOfFrame(attributes, frame);
  if (position === null || rowDirection === null || columnDirection === null || spacing === null) {
    return null;
  }
  return {
    position, rowDirection, columnDirection, spacing,
    frameOfReference: attributes.text(Tag.FrameOfReference),
  };
}

function regionSize(region: Attributes): number {
  const span = (from: number, to: number) => (region.number(to) ?? 0) - (region.number(from) ?? 0);
  return span(Tag.RegionMinX, Tag.RegionMaxX) * span(Tag.RegionMinY, Tag.RegionMaxY);
}

/** Of the largest region in which both directions are lengths. */
function ultrasoundSpacing(attributes: Attributes): PixelSpacing | null {
  const regions = attributes.sequence(Tag.UltrasoundRegions)
    .filter((region) => region.number(Tag.RegionUnitsX) === CM
      && region.number(Tag.RegionUnitsY) === CM)
    .sort((a, b) => regionSize(b) - regionSize(a));
  const [x, y] = [Tag.RegionDeltaX, Tag.RegionDeltaY].map((tag) =>
    Math.abs(regions[0]?.number(tag) ?? 0) * 10);
  return x > 0 && y > 0 ? { row: y, column: x, source: "ultrasound" } : null;
}

function isNear(a: [number, number], b: [number, number]): boolean {
  return Math.abs(a[0] - b[0]) < 1e-6 && Math.abs(a[1] - b[1]) < 1e-6;
}

function spacing(pair: [number, number], source: PixelSpacing["source"]): PixelSpacing {
  return { row: pair[0], column: pair[1], source };
}

/** A projection's Pixel Spacing is trusted only when it was calibrated: else it is the detector's. */
function projectionSpacing(attributes: Attributes): PixelSpacing | null {
  const detector = pair(attributes, Tag.ImagerPixelSpacing)
    ?? pair(attributes, Tag.NominalScannedPixelSpacing);
  const patient = pair(attributes, Tag.PixelSpacing);
  if (patient === null) {
    return detector && spacing(detector, "detector");
  }
  const isCalibrated = attributes.has(Tag.PixelSpacingCalibration)
    || (detector !== null && !isNear(patient, detector));
  return spacing(patient, isCalibrated ? "calibrated" : "detector");
}

export function pixelSpacingOf(attributes: Attributes, frame: number): PixelSpacing | null {
  const patient = spacingOfFrame(attributes, frame);
  const isProjection = PROJECTIONS.has(attributes.text(Tag.Modality));
  if (patient !== null && !isProjection) {
    return spacing(patient, "patient");
  }
  return projectionSpacing(attributes) ?? ultrasoundSpacing(attributes);
}
