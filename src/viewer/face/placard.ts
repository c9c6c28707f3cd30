// SPDX-License-Identifier: GPL-3.0-or-later
// What a view says in place of a picture: that it is empty, that something is being read, or why
// something cannot be shown and what to do about it.
import type { Desk } from "./desk";
import { html } from "./dom";
import { words } from "./messages";
import type { Pane } from "./pane";
import type { Problem } from "../model";

export interface Placard {
  /** The same for the same words. */
  key: string;
  make(): HTMLElement[];
}

/** The file of a problem, to be selected and copied. */
export function fileName(desk: Desk, file: string): HTMLElement {
  const copy = (): void => {
    navigator.clipboard
      ?.writeText(file)
      .then(() => desk.say(words.copied))
      .catch(() => undefined);
  };
  return html(
    "p",
    { class: "file-name" },
    html("code", {}, file),
    navigator.clipboard
      ? html("button", { class: "plain", type: "button", onclick: copy }, words.copyName)
      : null,
  );
}

function faultPlacard(desk: Desk, pane: Pane, problem: Problem, headline: string): Placard {
  const canRetry = problem.reason === "chunk-missing";
  return {
    key: `fault ${headline} ${problem.reason} ${problem.file}`,
    make: () => [
      html("h2", { role: "alert" }, headline),
      html("p", {}, words.reasons[problem.reason]),
      ...(problem.file === ""
        ? []
        : [html("p", {}, words.openElsewhere), fileName(desk, problem.file)]),
      ...(canRetry
        ? [html("button", { type: "button", onclick: () => pane.retry() }, words.tryAgain)]
        : []),
    ],
  };
}

/** Null when the view shows something. */
export function placard(desk: Desk, pane: Pane): Placard | null {
  const { content } = pane;
  switch (content.kind) {
    case "none":
      if (desk.allSeries.length === 0) {
        return { key: "no series", make: () => [html("h2", {}, words.noSeries)] };
      }
      return {
        key: "none",
        make: () => [html("h2", {}, words.emptyView), html("p", {}, words.emptyViewAdvice)],
      };
    case "loading":
      return { key: "loading", make: () => [html("p", { class: "waiting" }, words.loading)] };
    case "fault":
      if (content.problem !== null) {
        return faultPlacard(desk, pane, content.problem, words.cannotShowSeries);
      }
      return {
        key: `advice ${content.advice}`,
        make: () => [html("h2", {}, words.cannotShowSeries), html("p", {}, content.advice)],
      };
    case "sheets":
      return null;
    case "stack":
      if (pane.fault !== null) {
        return faultPlacard(desk, pane, pane.fault, words.cannotShow);
      }
      return pane.frame === null
        ? { key: "first", make: () => [html("p", { class: "waiting" }, words.loading)] }
        : null;
  }
}
