// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that can be done by a key or a button, each once: its words, its keys, what it does and
// whether it is on. Help, keyboard and toolbar are made from this table.
import type { Desk, Layout, Tool } from "./desk";
import { MARK_TOOLS } from "./desk";
import type { Messages } from "./messages";
import { words } from "./messages";
import type { Pane } from "./pane";
import { isLut } from "../pixels/render";
import { figure } from "./numbers";
import type { Look, Scene } from "./transform";
import * as transform from "./transform";
import type { Window } from "./windows";
import { CT_WINDOWS, digitsFor, isSameWindow } from "./windows";

/** What commands need of the views on the screen. */
export interface Hands {
  sceneOf(pane: Pane): Scene | null;
  showHelp(): void;
  showHeader(): void;
  showAbout(): void;
  print(): void;
  save(isNamed: boolean): void;
  openFolder(): void;
  stepBack(): void;
  /** The keyboard's way of what a drag with the mouse does. */
  nudge(x: number, y: number): void;
  /** Starts the cross for marks, or sets a point with it. */
  press(): void;
}

type Word = { [Key in keyof Messages]: Messages[Key] extends string ? Key : never }[keyof Messages];
export type Group = "helpMoving" | "helpLooking" | "helpTools" | "helpViews" | "helpRest";

export interface Command {
  id: string;
  label: Word;
  group: Group;
  /** As KeyboardEvent.key, letters small, with "Ctrl+" and "Shift+" before. */
  keys: string[];
  run(desk: Desk, hands: Hands): void;
  isOn?(desk: Desk): boolean;
}

function changeLook(desk: Desk, change: (look: Look) => Look): void {
  desk.pane.look = change(desk.pane.look);
  desk.changed();
}

function zoomBy(factor: number): Command["run"] {
  return (desk, hands) => {
    const scene = hands.sceneOf(desk.pane);
    if (scene !== null) {
      const middle = { x: scene.width / 2, y: scene.height / 2 };
      changeLook(desk, (look) => transform.zoomAt(look, scene, factor, middle));
    }
  };
}

const ZOOM_STEP = 1.25;
const FAR = 1e9;

const moving: Command[] = [
  {
    id: "previous",
    label: "previousImage",
    group: "helpMoving",
    keys: ["ArrowUp"],
    run: (desk) => desk.step(-1),
  },
  {
    id: "next",
    label: "nextImage",
    group: "helpMoving",
    keys: ["ArrowDown"],
    run: (desk) => desk.step(1),
  },
  {
    id: "back10",
    label: "tenBack",
    group: "helpMoving",
    keys: ["PageUp"],
    run: (desk) => desk.step(-10),
  },
  {
    id: "forward10",
    label: "tenForward",
    group: "helpMoving",
    keys: ["PageDown"],
    run: (desk) => desk.step(10),
  },
  {
    id: "first",
    label: "firstImage",
    group: "helpMoving",
    keys: ["Home"],
    run: (desk) => desk.step(-FAR),
  },
  {
    id: "last",
    label: "lastImage",
    group: "helpMoving",
    keys: ["End"],
    run: (desk) => desk.step(FAR),
  },
  {
    id: "previousSeries",
    label: "previousSeries",
    group: "helpMoving",
    keys: ["ArrowLeft"],
    run: (desk) => desk.stepSeries(-1),
  },
  {
    id: "nextSeries",
    label: "nextSeries",
    group: "helpMoving",
    keys: ["ArrowRight"],
    run: (desk) => desk.stepSeries(1),
  },
  {
    id: "cine",
    label: "cine",
    group: "helpMoving",
    keys: [" "],
    run: (desk) => desk.togglePlaying(),
    isOn: (desk) => desk.pane.isPlaying,
  },
  {
    id: "slower",
    label: "slower",
    group: "helpMoving",
    keys: [","],
    run: (desk) => desk.pane.setSpeed(desk.pane.speed / 1.3),
  },
  {
    id: "faster",
    label: "faster",
    group: "helpMoving",
    keys: ["."],
    run: (desk) => desk.pane.setSpeed(desk.pane.speed * 1.3 + 0.5),
  },
  {
    id: "keys",
    label: "keyOnly",
    group: "helpMoving",
    keys: ["k"],
    run: (desk) => desk.setKeysOnly(!desk.keysOnly),
    isOn: (desk) => desk.keysOnly,
  },
];

const looking: Command[] = [
  {
    id: "invert",
    label: "invert",
    group: "helpLooking",
    keys: ["i"],
    run: (desk) => {
      desk.pane.negative = !desk.pane.negative;
      desk.changed();
    },
    isOn: (desk) => desk.pane.negative,
  },
  {
    id: "reset",
    label: "reset",
    group: "helpLooking",
    keys: ["r"],
    run: (desk) => desk.pane.reset(),
  },
  {
    id: "fit",
    label: "fit",
    group: "helpLooking",
    keys: ["f"],
    run: (desk) => changeLook(desk, (look) => ({ ...look, zoom: 0, pan: { x: 0, y: 0 } })),
  },
  {
    id: "actual",
    label: "actual",
    group: "helpLooking",
    keys: ["o"],
    run: (desk) => changeLook(desk, (look) => ({ ...look, zoom: 1, pan: { x: 0, y: 0 } })),
  },
  { id: "zoomIn", label: "zoomIn", group: "helpLooking", keys: ["+", "="], run: zoomBy(ZOOM_STEP) },
  {
    id: "zoomOut",
    label: "zoomOut",
    group: "helpLooking",
    keys: ["-"],
    run: zoomBy(1 / ZOOM_STEP),
  },
  {
    id: "turnRight",
    label: "turnRight",
    group: "helpLooking",
    keys: ["t"],
    run: (desk) => changeLook(desk, (look) => transform.turn(look, 1)),
  },
  {
    id: "turnLeft",
    label: "turnLeft",
    group: "helpLooking",
    keys: ["Shift+t"],
    run: (desk) => changeLook(desk, (look) => transform.turn(look, -1)),
  },
  {
    id: "flip",
    label: "flip",
    group: "helpLooking",
    keys: ["x"],
    run: (desk) => changeLook(desk, transform.flipSideways),
  },
  {
    id: "flipOver",
    label: "flipOver",
    group: "helpLooking",
    keys: ["y"],
    run: (desk) => changeLook(desk, transform.flipUpsideDown),
  },
  {
    id: "texts",
    label: "texts",
    group: "helpLooking",
    keys: ["n"],
    run: (desk) => desk.set("hasTexts", !desk.hasTexts),
    isOn: (desk) => desk.hasTexts,
  },
  {
    id: "overlays",
    label: "overlays",
    group: "helpLooking",
    keys: ["Shift+o"],
    run: (desk) => desk.set("hasOverlays", !desk.hasOverlays),
    isOn: (desk) => desk.hasOverlays,
  },
];

function tool(tool: Tool, label: Word, key: string): Command {
  return {
    id: `tool-${tool}`,
    label,
    group: "helpTools",
    keys: [key],
    run: (desk) => desk.set("tool", tool),
    isOn: (desk) => desk.tool === tool,
  };
}

function nudge(key: string, x: number, y: number): Command {
  return {
    id: `nudge-${key}`,
    label: "toolByKeys",
    group: "helpTools",
    keys: [`Shift+${key}`],
    run: (_desk, hands) => hands.nudge(x, y),
  };
}

const tools: Command[] = [
  tool("window", "toolWindow", "w"),
  tool("scroll", "toolScroll", "g"),
  tool("pan", "toolPan", "p"),
  tool("zoom", "toolZoom", "z"),
  tool("point", "toolPoint", "j"),
  tool("length", "toolLength", "m"),
  tool("angle", "toolAngle", "a"),
  tool("rectangle", "toolRectangle", "b"),
  tool("ellipse", "toolEllipse", "e"),
  tool("probe", "toolProbe", "d"),
  nudge("ArrowLeft", -1, 0),
  nudge("ArrowRight", 1, 0),
  nudge("ArrowUp", 0, -1),
  nudge("ArrowDown", 0, 1),
  {
    id: "press",
    label: "markByKeys",
    group: "helpTools",
    keys: ["Enter"],
    run: (_desk, hands) => hands.press(),
  },
  {
    id: "removeMark",
    label: "removeMark",
    group: "helpTools",
    keys: ["Delete", "Backspace"],
    run: (desk) => desk.setMarks(desk.pane, desk.marksOf(desk.pane).slice(0, -1)),
  },
  {
    id: "removeMarks",
    label: "removeMarks",
    group: "helpTools",
    keys: ["Shift+Delete"],
    run: (desk) => desk.setMarks(desk.pane, []),
  },
];

function layout(layout: Layout, label: Word, keys: string[]): Command {
  return {
    id: `layout${layout}`,
    label,
    group: "helpViews",
    keys,
    run: (desk) => desk.setLayout(desk.layout === layout && !desk.hasPlanes ? 1 : layout),
    isOn: (desk) => desk.layout === layout && !desk.hasPlanes,
  };
}

const views: Command[] = [
  layout(1, "layout1", ["0"]),
  layout(2, "layout2", ["c"]),
  layout(4, "layout4", ["q"]),
  {
    id: "planes",
    label: "planes",
    group: "helpViews",
    keys: ["v"],
    run: (desk) => void desk.togglePlanes(),
    isOn: (desk) => desk.hasPlanes,
  },
  {
    id: "nextView",
    label: "nextView",
    group: "helpViews",
    keys: ["]", "F6"],
    run: (desk) => desk.activate(desk.active + 1),
  },
  {
    id: "previousView",
    label: "previousView",
    group: "helpViews",
    keys: ["[", "Shift+F6"],
    run: (desk) => desk.activate(desk.active - 1),
  },
  {
    id: "sync",
    label: "synchronise",
    group: "helpViews",
    keys: ["s"],
    run: (desk) => desk.set("isSynced", !desk.isSynced),
    isOn: (desk) => desk.isSynced,
  },
  {
    id: "lines",
    label: "lines",
    group: "helpViews",
    keys: ["l"],
    run: (desk) => desk.set("hasLines", !desk.hasLines),
    isOn: (desk) => desk.hasLines,
  },
];

const rest: Command[] = [
  {
    id: "list",
    label: "showSeries",
    group: "helpRest",
    keys: ["F9"],
    run: (desk) => desk.set("isListShown", !desk.isListShown),
    isOn: (desk) => desk.isListShown,
  },
  {
    id: "header",
    label: "header",
    group: "helpRest",
    keys: ["h"],
    run: (_desk, hands) => hands.showHeader(),
  },
  {
    id: "about",
    label: "aboutDisc",
    group: "helpRest",
    keys: ["u"],
    run: (_desk, hands) => hands.showAbout(),
  },
  {
    id: "save",
    label: "save",
    group: "helpRest",
    keys: ["Ctrl+s"],
    run: (_desk, hands) => hands.save(false),
  },
  {
    id: "saveNamed",
    label: "saveNamed",
    group: "helpRest",
    keys: ["Ctrl+Shift+s"],
    run: (_desk, hands) => hands.save(true),
  },
  {
    id: "print",
    label: "print",
    group: "helpRest",
    keys: ["Ctrl+p"],
    run: (_desk, hands) => hands.print(),
  },
  {
    id: "open",
    label: "openFolder",
    group: "helpRest",
    keys: ["Ctrl+o"],
    run: (_desk, hands) => hands.openFolder(),
  },
  {
    id: "escape",
    label: "escapeKey",
    group: "helpRest",
    keys: ["Escape"],
    run: (_desk, hands) => hands.stepBack(),
  },
  {
    id: "help",
    label: "help",
    group: "helpRest",
    keys: ["?", "F1"],
    run: (_desk, hands) => hands.showHelp(),
  },
];

export const commands: readonly Command[] = [...moving, ...looking, ...tools, ...views, ...rest];
const byId = new Map(commands.map((command) => [command.id, command]));

export function commandOf(id: string): Command {
  const command = byId.get(id);
  if (command === undefined) {
    throw new Error(`no command ${id}`);
  }
  return command;
}

export interface Stroke {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const isLetter = (key: string): boolean => /^\p{L}$/u.test(key);

/** As in the table: "Ctrl+Shift+s". Where a key gives a sign, Shift is in the sign already. */
export function nameOfStroke(stroke: Stroke): string {
  const key = isLetter(stroke.key) ? stroke.key.toLowerCase() : stroke.key;
  const isSign = key.length === 1 && !isLetter(key) && key !== " ";
  const ctrl = stroke.ctrlKey || stroke.metaKey ? "Ctrl+" : "";
  return ctrl + (stroke.shiftKey && !isSign ? "Shift+" : "") + key;
}

/** The command of a key; null when it has none and the browser should have it. */
export function commandForKey(stroke: Stroke): Command | null {
  if (stroke.altKey) {
    return null;
  }
  const name = nameOfStroke(stroke);
  return commands.find((command) => command.keys.includes(name)) ?? null;
}

/** For people: "Strg+Umschalt+S". */
export function sayKey(key: string): string {
  const parts = key === "+" ? ["+"] : key.split("+");
  return parts.map((part) => words.keyNames[part] ?? part.toUpperCase()).join("+");
}

/** "Invert (I)": what a button is called. */
export function titleOf(command: Command): string {
  return `${words[command.label]} (${sayKey(command.keys[0])})`;
}

/* ---- windows ------------------------------------------------------------------------------- */

export interface Preset {
  name: string;
  detail: string;
  isOn: boolean;
  choose(): void;
}

function detailOf(window: Window): string {
  const digits = digitsFor(window);
  return words.windowLevel(figure(window.width, digits), figure(window.center, digits));
}

/** The windows one can choose for what a view shows; none for colour. Keys 1 to 9 take them. */
export function presetsOf(desk: Desk, pane: Pane): Preset[] {
  const frame = pane.frame;
  if (frame === null || frame.kind === "colour") {
    return [];
  }
  const choose = (choice: Pane["window"]) => (): void => {
    pane.window = choice;
    desk.changed();
  };
  const { window } = pane;
  const proposals = [...frame.voiLuts, ...frame.windows];
  const own = proposals.map<Preset>((voi, index) => ({
    name:
      voi.explanation ||
      (proposals.length > 1 ? words.ofTheFileN(figure(index + 1)) : words.ofTheFile),
    detail: isLut(voi) ? words.tableOfFile : detailOf(voi),
    isOn: window.kind === "file" && window.index === index,
    choose: choose({ kind: "file", index }),
  }));
  const all: Preset = {
    name: words.allValues,
    detail: "",
    isOn: window.kind === "all" || (window.kind === "file" && proposals.length === 0),
    choose: choose({ kind: "all" }),
  };
  const isCt = pane.series?.modality === "CT" && !frame.isPreview;
  const usual = (isCt ? CT_WINDOWS : []).map<Preset>(({ name, center, width }) => ({
    name: words[name],
    detail: detailOf({ center, width }),
    isOn: window.kind === "chosen" && isSameWindow(window.window, { center, width }),
    choose: choose({ kind: "chosen", window: { center, width } }),
  }));
  return [...own.slice(0, 2), all, ...usual, ...own.slice(2)];
}

/** Whether the left button makes marks. */
export function isMarkTool(tool: Tool): boolean {
  return MARK_TOOLS.includes(tool);
}
