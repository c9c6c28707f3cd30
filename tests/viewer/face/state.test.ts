// SPDX-License-Identifier: GPL-3.0-or-later
// The state of the viewer: what a view shows while pixels are read, scrolling together, series,
// marks, and the table of commands.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  commandForKey,
  commands,
  nameOfStroke,
  presetsOf,
} from "../../../src/viewer/face/commands";
import { Desk } from "../../../src/viewer/face/desk";
import { Pane } from "../../../src/viewer/face/pane";
import { de } from "../../../src/viewer/face/messages-de";
import { en } from "../../../src/viewer/face/messages-en";
import { fr } from "../../../src/viewer/face/messages-fr";
import { languageFor } from "../../../src/viewer/face/messages";
import { dateText, figure, personText, reading } from "../../../src/viewer/face/numbers";
import { readReport } from "../../../src/viewer/face/report";
import { ListedAttributes } from "../../../src/viewer/header/listed-attributes";
import { SlowStack, axial, coronal, disc, grey, image, series, settle } from "./made-up";

function stroke(key: string, change = {}): Parameters<typeof nameOfStroke>[0] {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...change };
}

function deskWith(...all: ReturnType<typeof series>[]): Desk {
  const desk = new Desk((tell) => queueMicrotask(tell));
  desk.setDisc(disc(all, () => grey(8, 6, (x) => x)));
  return desk;
}

function stackSeries(depths: number[], uid: string, plane = axial): ReturnType<typeof series> {
  const images = depths.map((z, i) =>
    image(`${uid}/${i}`, { geometry: () => plane(z), isKey: i === 1 }),
  );
  return series(images, { uid });
}

test("what is said is of the picture that is shown, not of the one that is wanted", async () => {
  const pane = new Pane(0, () => undefined);
  const stack = new SlowStack([axial(0), axial(1), axial(2)]);
  stack.ready.set(
    0,
    grey(8, 6, () => 0),
  );
  pane.setStack(stack, 0);
  assert.equal(pane.shown, 0);
  pane.goTo(2);
  assert.deepEqual([pane.index, pane.shown, pane.isSettled], [2, 0, false]);
  stack.wishes.get(2)!.resolve(grey(8, 6, () => 2));
  await settle();
  assert.deepEqual([pane.shown, pane.isSettled], [2, true]);
});

test("of many pictures wanted in haste the last one is read", async () => {
  const pane = new Pane(0, () => undefined);
  const stack = new SlowStack([0, 1, 2, 3, 4].map((z) => axial(z)));
  pane.setStack(stack, 0);
  [1, 2, 3, 4].forEach((i) => pane.goTo(i));
  stack.wishes.get(0)!.resolve(grey(8, 6, () => 0));
  await settle();
  assert.deepEqual([...stack.wishes.keys()], [0, 4]);
  stack.wishes.get(4)!.resolve(grey(8, 6, () => 4));
  await settle();
  assert.equal(pane.shown, 4);
});

test("a picture that comes too late does not replace a newer one", async () => {
  const pane = new Pane(0, () => undefined);
  const stack = new SlowStack([axial(0), axial(1)]);
  pane.setStack(stack, 0);
  stack.ready.set(
    1,
    grey(8, 6, () => 1),
  );
  pane.goTo(1);
  assert.equal(pane.shown, 1);
  stack.wishes.get(0)!.resolve(grey(8, 6, () => 0));
  await settle();
  assert.equal(pane.shown, 1);
});

test("a picture that cannot be read says why, and the next one is shown", async () => {
  const pane = new Pane(0, () => undefined);
  const stack = new SlowStack([axial(0), axial(1)]);
  stack.ready.set(
    1,
    grey(8, 6, () => 1),
  );
  pane.setStack(stack, 0);
  stack.wishes.get(0)!.reject({ reason: "chunk-damaged", file: "DICOM/I0" });
  await settle();
  assert.deepEqual(pane.fault, { reason: "chunk-damaged", file: "DICOM/I0" });
  assert.equal(pane.frame, null);
  pane.goTo(1);
  assert.equal(pane.fault, null);
  assert.ok(pane.frame !== null);
});

test("playing goes from the last picture to the first, and waits for what is not there", () => {
  const pane = new Pane(0, () => undefined);
  const stack = new SlowStack([axial(0), axial(1)]);
  stack.ready.set(
    1,
    grey(8, 6, () => 1),
  );
  pane.setStack(stack, 1);
  pane.playOn();
  assert.equal(pane.index, 0);
  pane.playOn();
  assert.equal(pane.index, 0);
});

test("a series opens at its middle image", async () => {
  const desk = deskWith(stackSeries([0, 5, 10, 15, 20], "a"));
  await settle();
  assert.equal(desk.pane.shown, 2);
});

test("views scroll together by place in the patient, not by number", async () => {
  const desk = deskWith(stackSeries([0, 5, 10, 15, 20], "a"), stackSeries([20, 10, 0], "b"));
  await settle();
  desk.setLayout(2);
  await settle();
  desk.goTo(4);
  assert.equal(desk.panes[1].index, 0);
  desk.goTo(0);
  assert.equal(desk.panes[1].index, 2);
  desk.set("isSynced", false);
  desk.goTo(4);
  assert.equal(desk.panes[1].index, 2);
});

test("views that lie across one another do not scroll together", async () => {
  const desk = deskWith(stackSeries([0, 5, 10], "a"), stackSeries([-20, -18, -16], "b", coronal));
  await settle();
  desk.setLayout(2);
  await settle();
  desk.goTo(0);
  assert.equal(desk.panes[1].index, 1);
});

test("pointing at a place shows it in the other views", async () => {
  const desk = deskWith(stackSeries([0, 5, 10], "a"), stackSeries([-20, -18, -16], "b", coronal));
  await settle();
  desk.setLayout(2);
  await settle();
  assert.equal(desk.pointAt(desk.panes[0], { x: 4, y: 2.5 }), true);
  assert.equal(desk.panes[1].index, 2);
});

test("key images only: the others are left out, and a series without one says so", async () => {
  const plain = series([image("p")], { uid: "p" });
  const desk = deskWith(stackSeries([0, 5, 10], "a"), plain);
  await settle();
  desk.setKeysOnly(true);
  await settle();
  assert.equal(desk.pane.stack?.slots.length, 1);
  assert.equal(desk.pane.slot?.image.file, "a/1");
  await desk.open(plain);
  assert.equal(desk.pane.content.kind, "fault");
  desk.setKeysOnly(false);
  await settle();
  assert.equal(desk.pane.content.kind, "stack");
});

test("planes come into four views and go away again", async () => {
  const desk = deskWith(stackSeries([0, 5, 10, 15], "a"));
  await settle();
  desk.goTo(1);
  await desk.togglePlanes();
  assert.equal(desk.hasPlanes, true);
  assert.deepEqual(
    desk.panes.map((pane) => pane.stack?.computed),
    ["axial", "coronal", "sagittal", null],
  );
  assert.equal(desk.panes[0].index, 1);
  await desk.togglePlanes();
  await settle();
  assert.deepEqual([desk.hasPlanes, desk.layout, desk.panes[0].stack?.computed], [false, 1, null]);
});

test("a stack that is no volume is refused in words", async () => {
  const desk = deskWith(stackSeries([0, 5, 17], "a"));
  await settle();
  await desk.togglePlanes();
  assert.equal(desk.hasPlanes, false);
  assert.equal(desk.toast?.text, `${en.planesFault}. ${en.planeFaults.uneven}`);
});

test("marks stay with their image", async () => {
  const desk = deskWith(stackSeries([0, 5, 10], "a"));
  await settle();
  desk.setMarks(desk.pane, [{ kind: "probe", points: [{ x: 1, y: 1 }] }]);
  desk.step(1);
  assert.equal(desk.marksOf(desk.pane).length, 0);
  desk.step(-1);
  assert.equal(desk.marksOf(desk.pane).length, 1);
});

test("windows of the file, all values and those of CT can be chosen", async () => {
  const desk = deskWith(stackSeries([0], "a"));
  await settle();
  const names = (): string[] => presetsOf(desk, desk.pane).map((preset) => preset.name);
  assert.deepEqual(names(), [
    "Of the file",
    "All values",
    "Soft tissue",
    "Lung",
    "Bone",
    "Brain",
    "Angiography",
    "Liver",
  ]);
  presetsOf(desk, desk.pane)[3].choose();
  assert.deepEqual([desk.pane.windowInUse?.center, desk.pane.windowInUse?.width], [-600, 1500]);
  presetsOf(desk, desk.pane)[1].choose();
  assert.deepEqual([desk.pane.windowInUse?.center, desk.pane.windowInUse?.width], [4, 8]);
});

test("every command has a key, and no key has two commands", () => {
  const keys = commands.flatMap((command) => command.keys);
  assert.deepEqual(
    keys.filter((key, i) => keys.indexOf(key) !== i),
    [],
  );
  assert.ok(commands.every((command) => command.keys.length > 0));
});

test("keys are found with their modifiers, capital or not", () => {
  assert.equal(commandForKey(stroke("I"))?.id, "invert");
  assert.equal(commandForKey(stroke("T", { shiftKey: true }))?.id, "turnLeft");
  assert.equal(commandForKey(stroke("?", { shiftKey: true }))?.id, "help");
  assert.equal(commandForKey(stroke("s", { ctrlKey: true }))?.id, "save");
  assert.equal(commandForKey(stroke("S", { ctrlKey: true, shiftKey: true }))?.id, "saveNamed");
  assert.equal(commandForKey(stroke("i", { ctrlKey: true })), null);
  assert.equal(commandForKey(stroke("i", { altKey: true })), null);
});

test("the language is the first one preferred that is known", () => {
  assert.equal(languageFor(["it-IT", "de-CH", "fr"]), "de");
  assert.equal(languageFor(["fr-CA"]), "fr");
  assert.equal(languageFor(["it"]), "en");
});

/** Everything a table says, functions with made-up figures. */
function sentences(table: object): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(table)) {
    if (typeof value === "function") {
      all.set(key, String(value(2, "2", "3", 4)));
    } else if (typeof value === "string") {
      all.set(key, value);
    } else {
      sentences(value).forEach((text, inner) => all.set(`${key}.${inner}`, text));
    }
  }
  return all;
}

test("every sentence is translated", () => {
  const same = new Set([
    "id",
    "windowLevel",
    "deviation",
    "leastMost",
    "vr",
    "name",
    "tag",
    "patient",
    "position",
    "zoomedBy",
    "about",
    "isPreview",
    "toolZoom",
    "angleMark",
    "toolAngle",
    "document",
    "documentPage",
    "axial",
    "sagittal",
    "volume",
    "ofTheFile",
    "imageCount",
    "imageOf",
    "contact",
    "isShownIn",
  ]);
  for (const table of [de, fr]) {
    const texts = sentences(table);
    sentences(en).forEach((text, key) => {
      assert.ok(texts.get(key), `${key} is missing`);
      const isName = key.startsWith("keyNames.") || same.has(key);
      assert.ok(isName || text.length < 3 || texts.get(key) !== text, `${key} is English: ${text}`);
    });
  }
});

test("one image is spoken of as one in every language, and none as that language has it", () => {
  const counted = (n: number) => [en, de, fr].map((table) => {
    const text = String(n);
    return [
      table.completeSelection(n, text, "36", 1), table.missingImages(n, text, "36"),
      table.damagedImages(n, text), table.extraImages(n, text),
      table.onlySelection(n, text, "36"), table.imageCount(n, text), table.frameCount(n, text),
      table.cineSpeed(n, text), table.problemCount(n, text), table.lineCount(n, text),
    ];
  });
  assert.deepEqual(counted(1), [
    [
      "Complete selection: the one image that was selected is there, of the 36 that the source listed.",
      "1 of 36 images is missing", "1 image came damaged",
      "1 image came that the source had not listed", "Only a selection of 1 of 36 images was to go.",
      "1 image", "1 frame", "1 image a second", "1 object cannot be shown", "1 line",
    ],
    [
      "Vollständige Auswahl: das eine ausgewählte Bild ist da, von 36, die die Quelle nannte.",
      "1 von 36 Bildern fehlt", "1 Bild kam beschädigt an",
      "1 Bild kam, das die Quelle nicht genannt hatte",
      "Nur 1 der 36 Bilder sollte weitergegeben werden.",
      "1 Bild", "1 Einzelbild", "1 Bild je Sekunde", "1 Objekt kann nicht gezeigt werden", "1 Zeile",
    ],
    [
      "Sélection complète\u00a0: l’unique image sélectionnée est là, sur les 36 annoncées par la source.",
      "1 image sur 36 manque", "1 image est arrivée endommagée",
      "1 image est arrivée que la source n’avait pas annoncée",
      "Seule une sélection de 1 image sur 36 devait être transmise.",
      "1 image", "1 trame", "1 image par seconde", "1 objet ne peut pas être affiché", "1 ligne",
    ],
  ]);
  const [english, german, french] = counted(0);
  assert.deepEqual(english.slice(5), [
    "0 images", "0 frames", "0 images a second", "0 objects cannot be shown", "0 lines",
  ]);
  assert.deepEqual(german.slice(5), [
    "0 Bilder", "0 Einzelbilder", "0 Bilder je Sekunde", "0 Objekte können nicht gezeigt werden",
    "0 Zeilen",
  ]);
  assert.deepEqual(french.slice(1), [
    "0 image sur 36 manque", "0 image est arrivée endommagée",
    "0 image est arrivée que la source n’avait pas annoncée",
    "Seule une sélection de 0 image sur 36 devait être transmise.",
    "0 image", "0 trame", "0 image par seconde", "0 objet ne peut pas être affiché", "0 ligne",
  ]);
  assert.deepEqual([en, de, fr].map((table) => table.missingImages(1, "1", "1")),
    ["1 of 1 image is missing", "1 von 1 Bild fehlt", "1 image sur 1 manque"]);
});

test("French has a no-break space before double signs", () => {
  const wrong = [...sentences(fr)].filter(
    ([key, text]) => !key.startsWith("isLossy") && / [:;?]/.test(text),
  );
  assert.deepEqual(wrong, []);
});

test("figures, dates and names are written as people read them", () => {
  assert.equal(figure(-1234.56, 1), "\u22121,234.6");
  assert.equal(figure(-0.01, 0), "0");
  assert.equal(reading(60), "60");
  assert.equal(reading(0.01234), "0.0123");
  assert.equal(dateText("20260214"), "14 Feb 2026");
  assert.equal(dateText("2026"), "2026");
  assert.equal(personText("Müller^Jürgen^^Dr."), "Müller, Dr. Jürgen");
  assert.equal(personText("=山田^太郎"), "山田, 太郎");
  assert.equal(personText("^^"), "");
});

function code(meaning: string, value = "1"): ListedAttributes[] {
  return [new ListedAttributes({ 0x00080100: value, 0x00080104: meaning })];
}

test("a report is read as a tree of names and values", () => {
  const length = new ListedAttributes({
    0x0040a040: "NUM",
    0x0040a010: "CONTAINS",
    0x0040a043: code("Diameter"),
    0x0040a300: [
      new ListedAttributes({ 0x0040a30a: "42.7", 0x004008ea: code("millimeter", "mm") }),
    ],
  });
  const picture = new ListedAttributes({
    0x0040a040: "IMAGE",
    0x00081199: [new ListedAttributes({ 0x00081155: "1.2.3" })],
  });
  const empty = new ListedAttributes({ 0x0040a040: "TEXT", 0x0040a043: code("Nothing") });
  const part = new ListedAttributes({
    0x0040a040: "CONTAINER",
    0x0040a043: code("Findings"),
    0x0040a730: [length, picture, empty],
  });
  const report = readReport(
    new ListedAttributes({
      0x0040a043: code("CT report"),
      0x0040a491: "COMPLETE",
      0x0040a493: "VERIFIED",
      0x0040a073: [new ListedAttributes({ 0x0040a075: "Doe^Jane", 0x0040a030: "202602141530" })],
      0x0040a730: [part],
    }),
  );
  assert.deepEqual([report.title, report.isComplete, report.isVerified], ["CT report", true, true]);
  assert.deepEqual(report.verifiers, ["Doe, Jane, 14 Feb 2026, 15:30"]);
  assert.equal(report.nodes[0].name, "Findings");
  assert.deepEqual(
    report.nodes[0].children.map((node) => [node.name, node.value, node.image]),
    [
      ["Diameter", "42.7 mm", ""],
      ["", "", "1.2.3"],
    ],
  );
});

test("a report that nests without end is read to a depth only", () => {
  let item = new ListedAttributes({ 0x0040a040: "TEXT", 0x0040a160: "deep" });
  for (let i = 0; i < 100; i++) {
    item = new ListedAttributes({
      0x0040a040: "CONTAINER",
      0x0040a043: code("In"),
      0x0040a730: [item],
    });
  }
  assert.equal(readReport(new ListedAttributes({ 0x0040a730: [item] })).nodes.length, 0);
});

test("a new view shows nobody else's images", async () => {
  const [own, strange] = [stackSeries([0, 5], "a"), stackSeries([0, 5], "b")];
  const desk = new Desk((tell) => queueMicrotask(tell));
  const both = disc([own], () => grey(8, 6, (x) => x));
  const other = { ...both.patient, id: "2" };
  desk.setDisc({
    ...both,
    studies: [...both.studies, { ...both.studies[0], uid: "2", patient: other, series: [strange] }],
  });
  await settle();
  desk.setLayout(2);
  await settle();
  assert.equal(desk.patientCount, 2);
  assert.equal(desk.panes[1].content.kind, "none");
  await desk.open(strange, desk.panes[1]);
  assert.equal(desk.patientOf(desk.panes[1])?.id, "2");
});

test("any of several views is shown alone, and goes back to its place", async () => {
  const desk = deskWith(stackSeries([0, 5], "a"), stackSeries([0, 5], "b"));
  await settle();
  desk.toggleSingle();
  assert.equal(desk.layout, 1);
  desk.setLayout(2);
  await settle();
  desk.activate(1);
  desk.toggleSingle();
  assert.deepEqual([desk.layout, desk.visiblePanes.map((pane) => pane.series?.uid)], [1, ["b"]]);
  desk.activate(desk.pane.number);
  assert.equal(desk.pane.series?.uid, "b");
  desk.toggleSingle();
  const seen = desk.visiblePanes.map((pane) => pane.series?.uid);
  assert.deepEqual([desk.layout, desk.active, seen], [2, 1, ["a", "b"]]);
});
