// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a structured report (PS3.3 C.17.3, C.18) into a tree of names and values in words. Pure;
// what is shown of it and how is sheets.ts's affair.
import type { Attributes } from "../model";
import { words } from "./messages";
import { dateText, personText, timeText } from "./numbers";

const CONTENT = 0x0040a730;
const VALUE_TYPE = 0x0040a040;
const RELATION = 0x0040a010;
const CONCEPT_NAME = 0x0040a043;
const CONCEPT_CODE = 0x0040a168;
const CODE_MEANING = 0x00080104;
const CODE_VALUE = 0x00080100;
const TEXT = 0x0040a160;
const DATE = 0x0040a121;
const TIME = 0x0040a122;
const DATE_TIME = 0x0040a120;
const PERSON = 0x0040a123;
const UID = 0x0040a124;
const MEASURED = 0x0040a300;
const NUMERIC = 0x0040a30a;
const UNITS = 0x004008ea;
const REFERENCED = 0x00081199;
const REFERENCED_UID = 0x00081155;
const COMPLETION = 0x0040a491;
const VERIFICATION = 0x0040a493;
const OBSERVERS = 0x0040a073;
const OBSERVER_NAME = 0x0040a075;
const OBSERVED_AT = 0x0040a030;

/** Deeper than this nobody nests a report; who does wants to harm. */
const DEEPEST = 32;

export interface ReportNode {
  name: string;
  value: string;
  isContainer: boolean;
  /** Says more of what is above it: "has concept modifier", "has observation context". */
  isModifier: boolean;
  /** SOP instance that is referred to; "" for none. */
  image: string;
  children: ReportNode[];
}

export interface Report {
  title: string;
  isComplete: boolean;
  isVerified: boolean;
  /** Who verified it, and when. */
  verifiers: string[];
  nodes: ReportNode[];
}

function meaningOf(codes: Attributes[]): string {
  return codes.map((code) => code.text(CODE_MEANING) || code.text(CODE_VALUE)).join(", ");
}

function momentText(moment: string): string {
  return [dateText(moment.slice(0, 8)), timeText(moment.slice(8))]
    .filter((part) => part !== "")
    .join(", ");
}

function numberText(item: Attributes): string {
  return item
    .sequence(MEASURED)
    .map((measured) => {
      const unit = measured.sequence(UNITS)[0];
      const name =
        unit === undefined
          ? ""
          : unit.text(CODE_VALUE) === "1"
            ? ""
            : unit.text(CODE_VALUE) || meaningOf([unit]);
      return `${measured.text(NUMERIC)} ${name}`.trim();
    })
    .join(", ");
}

function valueOf(item: Attributes): string {
  switch (item.text(VALUE_TYPE)) {
    case "TEXT":
      return item.text(TEXT);
    case "CODE":
      return meaningOf(item.sequence(CONCEPT_CODE));
    case "NUM":
      return numberText(item);
    case "DATE":
      return dateText(item.text(DATE));
    case "TIME":
      return timeText(item.text(TIME));
    case "DATETIME":
      return momentText(item.text(DATE_TIME));
    case "PNAME":
      return personText(item.text(PERSON));
    case "UIDREF":
      return item.text(UID);
    default:
      return "";
  }
}

function nodeOf(item: Attributes, depth: number): ReportNode {
  const relation = item.text(RELATION);
  return {
    name: meaningOf(item.sequence(CONCEPT_NAME)),
    value: valueOf(item),
    isContainer: item.text(VALUE_TYPE) === "CONTAINER",
    isModifier: relation === "HAS CONCEPT MOD" || relation === "HAS OBS CONTEXT",
    image: item.sequence(REFERENCED)[0]?.text(REFERENCED_UID) ?? "",
    children: nodesOf(item, depth + 1),
  };
}

function isTelling(node: ReportNode): boolean {
  return node.value !== "" || node.image !== "" || node.children.length > 0;
}

function nodesOf(item: Attributes, depth: number): ReportNode[] {
  if (depth > DEEPEST) {
    return [];
  }
  return item
    .sequence(CONTENT)
    .map((one) => nodeOf(one, depth))
    .filter(isTelling);
}

export function readReport(attributes: Attributes): Report {
  return {
    title: meaningOf(attributes.sequence(CONCEPT_NAME)) || words.report,
    isComplete: attributes.text(COMPLETION) !== "PARTIAL",
    isVerified: attributes.text(VERIFICATION) === "VERIFIED",
    verifiers: attributes
      .sequence(OBSERVERS)
      .map((one) => [personText(one.text(OBSERVER_NAME)), momentText(one.text(OBSERVED_AT))])
      .map((parts) => parts.filter((part) => part !== "").join(", ")),
    nodes: nodesOf(attributes, 0),
  };
}
