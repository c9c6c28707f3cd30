// SPDX-License-Identifier: GPL-3.0-or-later
// What comes over the viewer and goes away again: keys and help, the header of an image, what is to
// be known of the disc with everything that cannot be shown.
import type { HeaderLine, Image } from "../model";
import { noticesOf } from "./banner";
import type { Group } from "./commands";
import { commands, sayKey } from "./commands";
import type { Desk } from "./desk";
import { html, setText } from "./dom";
import { icon } from "./icons";
import { words } from "./messages";
import { dateText, figure } from "./numbers";

/** One dialog with a headline; Escape and the button close it, the focus goes back by itself. */
export class Dialogs {
  private readonly dialog = html("dialog", {
    class: "dialog",
    "aria-labelledby": "ic-dialog-title",
  });

  constructor(host: HTMLElement) {
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) {
        this.dialog.close();
      }
    });
    host.append(this.dialog);
  }

  get isOpen(): boolean {
    return this.dialog.open;
  }

  show(title: string, ...content: (HTMLElement | null)[]): void {
    const close = html(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": words.close,
        title: words.close,
        onclick: () => this.dialog.close(),
      },
      icon("close"),
    );
    this.dialog.replaceChildren(
      html("div", { class: "dialog-head" }, html("h2", { id: "ic-dialog-title" }, title), close),
      html("div", { class: "dialog-body" }, ...content),
    );
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
    this.dialog.querySelector<HTMLElement>("input, .dialog-body [tabindex]")?.focus();
  }
}

/* ---- help ----------------------------------------------------------------------------------- */

const HELP_GROUPS: readonly Group[] = [
  "helpMoving",
  "helpLooking",
  "helpTools",
  "helpViews",
  "helpRest",
];

function keyElements(keys: readonly string[]): HTMLElement {
  return html(
    "td",
    {},
    ...keys.flatMap((key, i) => [i > 0 ? " " : null, html("kbd", {}, sayKey(key))]),
  );
}

interface HelpRow {
  keys: readonly string[];
  text: string;
}

function helpRows(group: Group): HelpRow[] {
  const rows = commands
    .filter((command) => command.group === group && !command.id.startsWith("nudge-"))
    .map((command) => ({ keys: command.keys, text: words[command.label] }));
  if (group === "helpTools") {
    rows.push({ keys: ["Shift+Arrows"], text: words.toolByKeys });
  }
  if (group === "helpLooking") {
    rows.push({ keys: ["1–9"], text: words.preset });
  }
  return rows;
}

function helpTable(group: Group): HTMLElement {
  const rows = helpRows(group).map(({ keys, text }) =>
    html("tr", {}, keyElements(keys), html("td", {}, text)),
  );
  return html(
    "section",
    {},
    html("h3", {}, words[group]),
    html("table", {}, html("tbody", {}, ...rows)),
  );
}

export function showHelp(dialogs: Dialogs): void {
  const mouse = [
    words.mouseLeft,
    words.mouseWheel,
    words.mouseMiddle,
    words.mouseRight,
    words.mouseDouble,
    words.touchOne,
    words.touchTwo,
  ];
  dialogs.show(
    words.help,
    html(
      "div",
      { class: "help", tabindex: 0 },
      ...HELP_GROUPS.map(helpTable),
      html(
        "section",
        {},
        html("h3", {}, words.helpMouse),
        html("ul", {}, ...mouse.map((line) => html("li", {}, line))),
      ),
    ),
  );
}

/* ---- about the disc -------------------------------------------------------------------------- */

function factRow(name: string, value: string): (HTMLElement | null)[] {
  return value === "" ? [] : [html("dt", {}, name), html("dd", {}, value)];
}

function problemTable(desk: Desk): HTMLElement[] {
  const { problems } = desk;
  if (problems.length === 0) {
    return [html("p", { class: "good" }, words.noProblems)];
  }
  const rows = problems.map((problem) =>
    html(
      "tr",
      {},
      html("td", {}, html("code", {}, problem.file || "–")),
      html("td", {}, words.reasons[problem.reason]),
    ),
  );
  return [
    html("p", {}, words.problemsAdvice),
    html(
      "table",
      { class: "wide" },
      html(
        "thead",
        {},
        html(
          "tr",
          {},
          html("th", { scope: "col" }, words.file),
          html("th", { scope: "col" }, words.reason),
        ),
      ),
      html("tbody", {}, ...rows),
    ),
  ];
}

export function showAbout(dialogs: Dialogs, desk: Desk): void {
  const index = desk.disc?.index;
  const notices = noticesOf(desk).map(({ text, advice }) =>
    html("p", { class: "notice" }, html("strong", {}, text), advice === "" ? null : ` ${advice}`),
  );
  const created = (index?.created ?? "").slice(0, 10).replace(/-/g, "");
  dialogs.show(
    desk.disc?.isPicked ? words.aboutFiles : words.aboutDisc,
    html(
      "div",
      { class: "about-disc", tabindex: 0 },
      html(
        "dl",
        {},
        ...factRow(words.institution, index?.institution ?? ""),
        ...factRow(words.contact, index?.contact ?? ""),
        ...factRow(words.transferNumber, index?.transfer ?? ""),
        ...factRow(words.created, created === "" ? "" : dateText(created)),
      ),
      ...notices,
      html("h3", {}, words.problems),
      ...problemTable(desk),
      html("p", { class: "caution" }, words.notForDiagnosis),
    ),
  );
}

/* ---- header ----------------------------------------------------------------------------------- */

function tagText(tag: number): string {
  const digits = tag.toString(16).toUpperCase().padStart(8, "0");
  return `(${digits.slice(0, 4)},${digits.slice(4)})`;
}

function headerRow(line: HeaderLine): { row: HTMLElement; text: string } {
  const tag = tagText(line.tag);
  const row = html(
    "tr",
    {},
    html(
      "td",
      { class: "tag", style: `padding-left:${0.5 + line.depth * 1.2}em` },
      html("code", {}, tag),
    ),
    html("td", {}, line.vr),
    html("td", {}, line.name),
    html("td", { class: "value" }, line.value),
  );
  return {
    row,
    text: `${tag} ${tag.replace(/[(),]/g, "")} ${line.name} ${line.value}`.toLowerCase(),
  };
}

export function showHeader(dialogs: Dialogs, image: Image): void {
  const rows = [...image.attributes.elements()].map(headerRow);
  const count = html("p", { class: "count", role: "status" });
  const search = html("input", {
    type: "text",
    role: "searchbox",
    placeholder: words.searchHeader,
    "aria-label": words.search,
  });
  const filter = (): void => {
    const wanted = search.value.trim().toLowerCase();
    let found = 0;
    for (const { row, text } of rows) {
      row.hidden = !text.includes(wanted);
      found += row.hidden ? 0 : 1;
    }
    setText(count, found === 0 ? words.noMatch : words.lineCount(found, figure(found)));
  };
  search.addEventListener("input", filter);
  filter();
  const heads = [words.tag, words.vr, words.name, words.value];
  dialogs.show(
    words.headerOf(image.file),
    html("div", { class: "header-search" }, search, count),
    html(
      "div",
      { class: "scroller", tabindex: 0 },
      html(
        "table",
        { class: "wide header" },
        html(
          "thead",
          {},
          html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head))),
        ),
        html("tbody", {}, ...rows.map(({ row }) => row)),
      ),
    ),
  );
}
