// SPDX-License-Identifier: GPL-3.0-or-later
// The row of buttons, all from the table of commands, and the menus of windows and of saving. One
// stop for Tab; arrow keys move within.
import type { Hands, Preset } from "./commands";
import { commandOf, presetsOf, sayKey, titleOf } from "./commands";
import type { Desk } from "./desk";
import { html, rove, setAttribute, setText } from "./dom";
import type { IconName } from "./icons";
import { icon } from "./icons";
import { words } from "./messages";

type Item = [command: string, icon: IconName];

const GROUPS: readonly Item[][] = [
  [["list", "list"]],
  [
    ["tool-window", "window"],
    ["tool-scroll", "scroll"],
    ["tool-pan", "pan"],
    ["tool-zoom", "zoom"],
    ["tool-point", "point"],
  ],
  [
    ["tool-length", "length"],
    ["tool-angle", "angle"],
    ["tool-rectangle", "rectangle"],
    ["tool-ellipse", "ellipse"],
    ["tool-probe", "probe"],
  ],
];

const AFTER_WINDOWS: readonly Item[][] = [
  [
    ["fit", "fit"],
    ["actual", "actual"],
    ["turnRight", "turnRight"],
    ["flip", "flip"],
    ["invert", "invert"],
    ["overlays", "overlays"],
    ["reset", "reset"],
  ],
  [
    ["cine", "play"],
    ["keys", "keys"],
  ],
  [
    ["layout1", "layout1"],
    ["layout2", "layout2"],
    ["layout4", "layout4"],
    ["planes", "planes"],
    ["sync", "sync"],
    ["lines", "lines"],
  ],
];

const LAST: readonly Item[] = [
  ["header", "header"],
  ["print", "print"],
];

interface Entry {
  key: string;
  name: string;
  detail: string;
  isOn: boolean;
  choose(): void;
}

let lastMenu = 0;

/** A button that opens a list of choices; made anew each time it is opened. */
class Menu {
  readonly root: HTMLElement;
  readonly button: HTMLButtonElement;
  private readonly list: HTMLElement;

  constructor(
    title: string,
    face: Node[],
    private readonly entries: () => Entry[],
    private readonly nothing: string,
  ) {
    const id = `ic-menu-${++lastMenu}`;
    this.list = html("div", { class: "menu", role: "menu", id, "aria-label": title, hidden: true });
    this.button = html(
      "button",
      {
        type: "button",
        class: "tool",
        title,
        "aria-label": title,
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        "aria-controls": id,
        onclick: () => this.toggle(),
      },
      ...face,
    );
    this.root = html("div", { class: "menu-place" }, this.button, this.list);
    rove(this.list, "[role^=menuitem]");
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("focusout", (event) => {
      if (!this.root.contains(event.relatedTarget as Node | null)) {
        this.close();
      }
    });
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !this.list.hidden) {
      this.close();
      this.button.focus();
      event.stopPropagation();
    } else if (event.key === "ArrowDown" && event.target === this.button) {
      this.open();
      event.stopPropagation();
      event.preventDefault();
    }
  }

  private toggle(): void {
    if (this.list.hidden) {
      this.open();
    } else {
      this.close();
    }
  }

  private open(): void {
    const entries = this.entries();
    const items = entries.map((entry) => this.item(entry));
    this.list.replaceChildren(...(items.length > 0 ? items : [html("p", {}, this.nothing)]));
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.place();
    (items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0])?.focus();
  }

  /* Below the button, or above where the toolbar is at the foot; within the screen. */
  private place(): void {
    const box = this.button.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.list;
    const left = Math.max(4, Math.min(box.left, window.innerWidth - offsetWidth - 4));
    const below = box.bottom + offsetHeight + 4 <= window.innerHeight;
    this.list.style.left = `${left}px`;
    this.list.style.top = `${below ? box.bottom + 4 : Math.max(4, box.top - offsetHeight - 4)}px`;
  }

  private item(entry: Entry): HTMLElement {
    const choose = (): void => {
      this.close();
      this.button.focus();
      entry.choose();
    };
    return html(
      "button",
      {
        type: "button",
        role: "menuitemradio",
        "aria-checked": String(entry.isOn),
        tabindex: -1,
        onclick: choose,
      },
      html(
        "span",
        { class: "choice" },
        entry.key === "" ? null : html("kbd", {}, entry.key),
        entry.name,
      ),
      html("span", { class: "detail" }, entry.detail),
    );
  }

  private close(): void {
    if (!this.list.hidden) {
      this.list.hidden = true;
      this.button.setAttribute("aria-expanded", "false");
    }
  }
}

export class Toolbar {
  readonly root = html("div", { class: "toolbar", role: "toolbar", "aria-label": words.tools });
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private readonly windowName = html("span", { class: "window-name" });

  constructor(
    private readonly desk: Desk,
    private readonly hands: Hands,
  ) {
    const windows = new Menu(
      `${words.preset} (1–9)`,
      [this.windowName, icon("down")],
      () => this.windows(),
      words.noWindows,
    );
    windows.button.classList.add("wide");
    const saving = new Menu(words.saveAdvice, [icon("save")], () => this.savings(), "");
    saving.button.title = `${words.save} …`;
    saving.button.setAttribute("aria-label", `${words.save} …`);
    this.root.append(
      ...GROUPS.map((items) => this.group(items)),
      html("div", { class: "group windows" }, windows.root),
      ...AFTER_WINDOWS.map((items) => this.group(items)),
      html(
        "div",
        { class: "group last" },
        ...LAST.map((item) => this.button(item)),
        saving.root,
        this.button(["about", "info"]),
        this.button(["help", "help"]),
      ),
    );
    rove(this.root, "button.tool");
    this.root
      .querySelectorAll<HTMLElement>("button.tool")
      .forEach((one, i) => (one.tabIndex = i === 0 ? 0 : -1));
  }

  private windows(): Entry[] {
    return presetsOf(this.desk, this.desk.pane).map((preset, i) => ({
      ...preset,
      key: i < 9 ? String(i + 1) : "",
    }));
  }

  private savings(): Entry[] {
    return ["save", "saveNamed"].map((id) => {
      const command = commandOf(id);
      return {
        key: "",
        name: words[command.label],
        detail: sayKey(command.keys[0]),
        isOn: false,
        choose: () => command.run(this.desk, this.hands),
      };
    });
  }

  private group(items: readonly Item[]): HTMLElement {
    return html("div", { class: "group" }, ...items.map((item) => this.button(item)));
  }

  private button([id, face]: Item): HTMLElement {
    const command = commandOf(id);
    const title = titleOf(command);
    const button = html(
      "button",
      {
        type: "button",
        class: "tool",
        title,
        "aria-label": title,
        "data-command": id,
        onclick: () => command.run(this.desk, this.hands),
      },
      icon(face),
    );
    this.buttons.set(id, button);
    return button;
  }

  update(): void {
    for (const [id, button] of this.buttons) {
      const { isOn } = commandOf(id);
      if (isOn !== undefined) {
        setAttribute(button, "aria-pressed", String(isOn(this.desk)));
      }
    }
    this.updateState();
  }

  private updateState(): void {
    const { pane, layout, hasPlanes } = this.desk;
    const count = pane.stack?.slots.length ?? 0;
    this.able("cine", count > 1);
    this.able("planes", hasPlanes || count > 2);
    this.able("sync", layout > 1);
    this.able("lines", layout > 1);
    this.able("tool-point", layout > 1);
    this.able("overlays", (pane.frame?.overlays.length ?? 0) > 0);
    this.able("header", pane.series !== null);
    this.swapCine(pane.isPlaying);
    const presets: Preset[] = presetsOf(this.desk, pane);
    setText(this.windowName, presets.find((preset) => preset.isOn)?.name ?? words.windowsOf);
  }

  private swapCine(isPlaying: boolean): void {
    const button = this.buttons.get("cine")!;
    const name = isPlaying ? "stop" : "play";
    if (button.dataset.face !== name) {
      button.dataset.face = name;
      button.replaceChildren(icon(name));
    }
  }

  private able(id: string, isAble: boolean): void {
    setAttribute(this.buttons.get(id)!, "aria-disabled", isAble ? null : "true");
  }
}
