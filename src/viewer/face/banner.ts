// SPDX-License-Identifier: GPL-3.0-or-later
// Whose pictures these are, always in view, with "not for diagnosis"; below it what everybody should
// know of this disc: that it is one of several, that something is missing, that it is a preview.
import { sexText } from "./corners";
import type { Desk } from "./desk";
import { html, setText, show } from "./dom";
import { icon } from "./icons";
import { words } from "./messages";
import { dateText, figure, personText } from "./numbers";
import type { Account } from "../model";

export class Banner {
  readonly root: HTMLElement;
  private readonly name = html("strong", { class: "name" });
  private readonly facts = html("span", { class: "facts" });
  private readonly problems = html("button", { type: "button", class: "problems" });
  private readonly notices = html("div", { class: "notices" });
  private shown = "";

  constructor(
    private readonly desk: Desk,
    private readonly showAbout: () => void,
  ) {
    this.problems.addEventListener("click", showAbout);
    this.root = html(
      "header",
      { class: "banner" },
      html(
        "div",
        { class: "patient", role: "group", "aria-label": words.patient },
        this.name,
        this.facts,
      ),
      this.problems,
      html("span", { class: "not-for-diagnosis" }, words.notForDiagnosis),
      this.notices,
    );
  }

  update(): void {
    const patient = this.desk.patientOf(this.desk.pane);
    if (patient !== null) {
      setText(this.name, personText(patient.name) || words.noName);
      const facts = [
        patient.id === "" ? words.noId : words.id(patient.id),
        patient.birthDate === "" ? "" : words.born(dateText(patient.birthDate)),
        patient.sex === "" ? "" : sexText(patient.sex),
      ];
      this.setFacts(facts.filter((fact) => fact !== ""));
    }
    this.updateProblems();
    this.updateNotices();
  }

  private setFacts(facts: string[]): void {
    if (this.facts.dataset.said !== facts.join("|")) {
      this.facts.dataset.said = facts.join("|");
      this.facts.replaceChildren(...facts.map((fact) => html("span", {}, fact)));
    }
  }

  private updateProblems(): void {
    const count = this.desk.problems.length;
    show(this.problems, count > 0);
    const text = words.problemCount(count, figure(count));
    if (count > 0 && this.problems.textContent !== text) {
      this.problems.replaceChildren(icon("warn"), text);
    }
  }

  private updateNotices(): void {
    const notices = noticesOf(this.desk);
    const key = notices.map((notice) => notice.text).join("|");
    show(this.notices, notices.length > 0);
    if (key !== this.shown) {
      this.shown = key;
      this.notices.replaceChildren(
        ...notices.map(({ text, advice }) =>
          html("button", { type: "button", title: advice, onclick: this.showAbout }, text),
        ),
      );
    }
  }
}

export interface Notice {
  text: string;
  advice: string;
}

/** Whether this is all that the source has, as the plain page says it. */
function accountText(account: Account, volumes: number): string {
  const { state, basis, expected, offered, missing, extra, damaged } = account;
  if (state === "complete") {
    return words.completeSelection(expected, figure(expected), figure(offered), volumes);
  }
  const total = Math.max(expected, missing);
  const faults = [
    missing > 0 ? words.missingImages(missing, figure(missing), figure(total)) : "",
    damaged > 0 ? words.damagedImages(damaged, figure(damaged)) : "",
    extra > 0 ? words.extraImages(extra, figure(extra)) : "",
  ].filter((fault) => fault !== "").join(", ");
  const verdict = missing > 0 ? words.notComplete(faults) : words.notProved(faults);
  return [
    state === "incomplete" ? verdict : "",
    basis === "none" ? words.sourceGaveNothing : basis === "count-only" ? words.sourceGaveCount : "",
    offered > 0 ? words.onlySelection(expected, figure(expected), figure(offered)) : "",
  ].filter((sentence) => sentence !== "").join(" ");
}

/** What everybody should know of the disc. */
export function noticesOf(desk: Desk): Notice[] {
  const { disc } = desk;
  if (disc === null) {
    return [];
  }
  const { number, of } = disc.index.volume;
  const notices: Notice[] = [];
  if (disc.account !== null) {
    notices.push({ text: accountText(disc.account, of), advice: "" });
  }
  if (of > 1) {
    notices.push({
      text: words.volume(figure(number), figure(of)),
      advice: words.volumeAdvice(figure(of)),
    });
  }
  if (disc.quality === "preview") {
    notices.push({ text: words.previewNotice, advice: words.previewAdvice });
  }
  if (disc.isPicked) {
    notices.push({ text: words.picked, advice: words.dropAdvice });
  }
  if (desk.patientCount > 1) {
    notices.push({ text: words.severalPatients(desk.patientCount), advice: "" });
  }
  return notices;
}
