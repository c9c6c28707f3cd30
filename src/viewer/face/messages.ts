// SPDX-License-Identifier: GPL-3.0-or-later
// The language of the viewer: one of three, by the browser's preference, chosen once.
import type { Messages } from "./messages-en";
import { en } from "./messages-en";
import { de } from "./messages-de";
import { fr } from "./messages-fr";

export type { Messages } from "./messages-en";
export type Language = "en" | "de" | "fr";

export const tables: Readonly<Record<Language, Messages>> = { en, de, fr };

export function languageFor(preferences: readonly string[]): Language {
  const known = preferences
    .map((tag) => tag.toLowerCase().split("-")[0]!)
    .find((tag): tag is Language => tag in tables);
  return known ?? "en";
}

const preferred =
  typeof navigator === "undefined" ? [] : (navigator.languages ?? [navigator.language]);

export const language: Language = languageFor(preferred);
export const words: Messages = tables[language];
