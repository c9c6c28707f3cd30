// SPDX-License-Identifier: GPL-3.0-or-later
// Puts decoded values and what the data set says of them together to a frame: rescale or modality
// LUT, windows, VOI LUTs, unit (PS3.3 C.11.1, C.11.2, C.7.6.16.2.9 and .10).
import type { DecodedFrame, PixelDescription } from "../codec/messages";
import { macroOf } from "../header/functional-groups";
import { Tag } from "../header/tags";
import type { Attributes, Frame, GreyFrame, Lut, VoiWindow, WindowFunction } from "../model";
import { overlaysOf } from "./overlay";
import { lookUp } from "./render";
import { lutOf } from "./tables";

const FUNCTIONS: Record<string, WindowFunction> = {
  LINEAR_EXACT: "linear-exact",
  SIGMOID: "sigmoid",
};

function isValid(window: VoiWindow): boolean {
  const least = window.function === "linear" ? 1 : Number.MIN_VALUE;
  return Number.isFinite(window.center) && window.width >= least;
}

/** Those that the file proposes and that are defined. */
export function windowsOf(attributes: Attributes): VoiWindow[] {
  const centers = attributes.numbers(Tag.WindowCenter);
  const widths = attributes.numbers(Tag.WindowWidth);
  const explanations = attributes.texts(Tag.WindowExplanation);
  return centers.map((center, i) => ({
    center,
    width: widths[i] ?? NaN,
    function: FUNCTIONS[attributes.text(Tag.VoiLutFunction)] ?? "linear",
    explanation: explanations[i] ?? "",
  })).filter(isValid);
}

function unitOf(attributes: Attributes, rescale: Attributes): string {
  const type = rescale.text(Tag.RescaleType);
  if (type !== "" && type !== "US") {
    return type;
  }
  if (attributes.text(Tag.Modality) === "CT" && rescale.has(Tag.RescaleSlope)) {
    return "HU";
  }
  return attributes.text(Tag.Units);
}

function slopeOf(rescale: Attributes): { slope: number; intercept: number } {
  const slope = rescale.number(Tag.RescaleSlope);
  const intercept = rescale.number(Tag.RescaleIntercept);
  return {
    slope: slope !== undefined && Number.isFinite(slope) && slope !== 0 ? slope : 1,
    intercept: intercept !== undefined && Number.isFinite(intercept) ? intercept : 0,
  };
}

function modalityRange(low: number, high: number, slope: number, intercept: number,
  lut: Lut | null): [number, number] {
  const ends = lut !== null ? [lookUp(lut, low), lookUp(lut, high)]
    : [low * slope + intercept, high * slope + intercept];
  return [Math.min(...ends), Math.max(...ends)];
}

function luts(attributes: Attributes, sequence: number, isSigned: boolean): Lut[] {
  return attributes.sequence(sequence).map((item) => lutOf(item, isSigned))
    .filter((lut) => lut !== null);
}

type GreyDecoded = DecodedFrame & { kind: "grey" };
type OwnParts = Omit<GreyFrame, "columns" | "rows" | "overlays">;

function assembleGrey(attributes: Attributes, frame: number, decoded: GreyDecoded,
  pixels: PixelDescription): OwnParts {
  const rescale = macroOf(attributes, frame, Tag.PixelTransformationSequence);
  const voi = macroOf(attributes, frame, Tag.FrameVoiLutSequence);
  const { slope, intercept } = slopeOf(rescale);
  const modalityLut = luts(attributes, Tag.ModalityLutSequence, pixels.isSigned)[0] ?? null;
  return {
    kind: "grey",
    bytes: decoded.values.byteLength,
    isPreview: false,
    values: decoded.values,
    slope,
    intercept,
    modalityLut,
    unit: unitOf(attributes, rescale),
    inverted: pixels.photometric === "MONOCHROME1",
    padding: pixels.padding,
    windows: windowsOf(voi),
    voiLuts: luts(voi, Tag.VoiLutSequence, pixels.isSigned || intercept < 0),
    range: modalityRange(decoded.low, decoded.high, slope, intercept, modalityLut),
  };
}

function assemblePreview(decoded: GreyDecoded): OwnParts {
  return {
    kind: "grey", bytes: decoded.values.byteLength, isPreview: true, values: decoded.values,
    slope: 1, intercept: 0, modalityLut: null, unit: "", inverted: false, padding: null,
    windows: [{ center: 128, width: 256, function: "linear", explanation: "" }], voiLuts: [],
    range: [0, 255],
  };
}

export interface Size {
  columns: number;
  rows: number;
}

/** `frame` counts from 0. */
export function assembleFrame(attributes: Attributes, frame: number, decoded: DecodedFrame,
  pixels: PixelDescription, size: Size, isPreview: boolean): Frame {
  const { columns, rows } = size;
  const overlays = overlaysOf(attributes, frame);
  if (decoded.kind === "colour") {
    const { rgba } = decoded;
    return { kind: "colour", columns, rows, overlays, bytes: rgba.byteLength, isPreview, rgba };
  }
  const embedded = decoded.overlays.map((bits) => ({ ...size, left: 0, top: 0, bits, firstBit: 0 }));
  return {
    columns, rows, overlays: [...overlays, ...embedded],
    ...isPreview ? assemblePreview(decoded) : assembleGrey(attributes, frame, decoded, pixels),
  };
}
