// SPDX-License-Identifier: GPL-3.0-or-later
// Figures, dates and names of persons as people read them, in the viewer's language.
import { language } from "./messages";

const formats = new Map<number, Intl.NumberFormat>();

function formatFor(digits: number): Intl.NumberFormat {
  let format = formats.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat(language === "en" ? "en-GB" : language, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(digits, format);
  }
  return format;
}

/** With so many figures after the point, and a true minus; never "-0". */
export function figure(value: number, digits = 0): string {
  const rounded = Number(value.toFixed(digits)) + 0;
  return formatFor(digits)
    .format(Object.is(rounded, -0) ? 0 : rounded)
    .replace("-", "\u2212");
}

/** As many figures as a value of this size deserves. */
export function reading(value: number): string {
  const size = Math.abs(value);
  return figure(
    value,
    Number.isInteger(value) || size >= 1000 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4,
  );
}

/** "14 Feb 2026" of "20260214"; what is no date stays as it is. */
export function dateText(date: string): string {
  const parts = /^(\d{4})\.?(\d\d)\.?(\d\d)$/.exec(date);
  if (parts === null) {
    return date;
  }
  const day = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(day);
}

/** "10:15" of "101500.000". */
export function timeText(time: string): string {
  const parts = /^(\d\d):?(\d\d)/.exec(time);
  return parts === null ? "" : `${parts[1]}:${parts[2]}`;
}

/** "Müller, Jürgen" of "Müller^Jürgen"; the first of several ways to write it that is not empty. */
export function personText(name: string): string {
  const group = name.split("=").find((part) => part.replace(/[\^ ]/g, "") !== "") ?? "";
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = group
    .split("^")
    .map((part) => part.trim());
  const own = [prefix, given, middle].filter((part) => part !== "").join(" ");
  const parts = [family, own, suffix].filter((part) => part !== "");
  return parts.join(", ");
}
