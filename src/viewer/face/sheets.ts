// SPDX-License-Identifier: GPL-3.0-or-later
// Reports and documents in a view: a structured report as text with headings, a PDF page by page.
// Several objects of a series are leafed through.
import type { Image, PdfLibrary } from "../model";
import { ProblemError } from "../model";
import type { Desk } from "./desk";
import { html, setText, show } from "./dom";
import { words } from "./messages";
import { figure } from "./numbers";
import type { Pane } from "./pane";
import { fileName } from "./placard";
import type { ReportNode } from "./report";
import { readReport } from "./report";

const PAGE_WIDTH = 900;
const MIME_TYPE = 0x00420012;

export class Sheets {
  readonly root = html("div", { class: "sheets" });
  readonly focusable = html("div", { class: "sheet", tabindex: 0, role: "document" });
  private readonly leaf = html("div", { class: "leaf" });
  private readonly count = html("span", {});
  private shown: Image | null = null;
  private index = 0;
  private images: Image[] = [];

  constructor(
    private readonly desk: Desk,
    private readonly pane: Pane,
    private readonly openPdf: () => Promise<PdfLibrary>,
  ) {
    const step = (by: number) => (): void => {
      this.index = Math.min(this.images.length - 1, Math.max(0, this.index + by));
      this.update();
    };
    this.leaf.append(
      html("button", { type: "button", onclick: step(-1), "aria-label": words.previousImage }, "‹"),
      this.count,
      html("button", { type: "button", onclick: step(1), "aria-label": words.nextImage }, "›"),
    );
    this.root.append(this.leaf, this.focusable);
  }

  update(): void {
    const { content } = this.pane;
    show(this.root, content.kind === "sheets");
    if (content.kind !== "sheets") {
      this.shown = null;
      this.focusable.replaceChildren();
      return;
    }
    if (this.images !== content.images) {
      this.images = content.images;
      this.index = 0;
    }
    show(this.leaf, this.images.length > 1);
    setText(this.count, words.sheetOf(figure(this.index + 1), figure(this.images.length)));
    const image = this.images[this.index];
    if (image !== undefined && image !== this.shown) {
      this.shown = image;
      this.fill(image, content.series.kind);
    }
  }

  private fill(image: Image, kind: string): void {
    this.focusable.scrollTop = 0;
    if (kind === "report") {
      this.focusable.replaceChildren(...reportElements(image, this.desk));
    } else {
      this.focusable.replaceChildren(html("p", { class: "waiting" }, words.loading));
      void this.fillDocument(image);
    }
  }

  private async fillDocument(image: Image): Promise<void> {
    let bytes: Uint8Array | null = null;
    try {
      bytes = await image.document();
      const elements = await documentElements(bytes, image, await this.openPdf());
      this.put(image, elements);
    } catch (error) {
      const reason = error instanceof ProblemError ? error.problem.reason : "damaged";
      this.put(image, [
        html("h2", { role: "alert" }, words.documentFault),
        html("p", {}, words.reasons[reason]),
        html("p", {}, words.openElsewhere),
        fileName(this.desk, image.file),
        bytes === null ? null : saveButton(bytes, image),
      ]);
    }
  }

  private put(image: Image, elements: (HTMLElement | null)[]): void {
    if (this.shown === image) {
      this.focusable.replaceChildren(...elements.filter((one): one is HTMLElement => one !== null));
    }
  }

  get image(): Image | null {
    return this.shown;
  }

  printable(): HTMLElement | null {
    if (this.pane.content.kind !== "sheets") {
      return null;
    }
    const copy = html("div", { class: "sheet" });
    for (const child of this.focusable.children) {
      copy.append(child.cloneNode(true));
    }
    // A cloned canvas is empty.
    const from = this.focusable.querySelectorAll("canvas");
    copy.querySelectorAll("canvas").forEach((canvas, i) => {
      canvas.replaceWith(html("img", { src: from[i].toDataURL(), alt: "" }));
    });
    return copy;
  }
}

/* ---- structured reports -------------------------------------------------------------------- */

function imageButton(uid: string, desk: Desk): HTMLElement {
  const open = async (): Promise<void> => {
    if (desk.layout === 1) {
      desk.setLayout(2);
    }
    const other = desk.panes[(desk.active + 1) % desk.layout];
    if (!(await desk.openImage(uid, other))) {
      desk.say(words.referencedMissing);
    }
  };
  return html(
    "button",
    { type: "button", class: "plain", onclick: () => void open() },
    words.referencedImage,
  );
}

function headingOf(text: string, level: number): HTMLElement {
  return html(`h${Math.min(6, level)}` as "h2", {}, text);
}

function itemElement(node: ReportNode, desk: Desk): HTMLElement {
  const name = node.name === "" ? null : html("span", { class: "item-name" }, node.name);
  return html(
    "p",
    { class: node.isModifier ? "item modifier" : "item" },
    name,
    name !== null && node.value !== "" ? " " : null,
    html("span", { class: "item-value" }, node.value),
    node.image === "" ? null : imageButton(node.image, desk),
  );
}

function nodeElements(node: ReportNode, level: number, desk: Desk): HTMLElement[] {
  const children = node.children.flatMap((child) =>
    nodeElements(child, node.isContainer ? level + 1 : level, desk),
  );
  if (node.isContainer) {
    return [...(node.name === "" ? [] : [headingOf(node.name, level)]), ...children];
  }
  const nested = children.length === 0 ? [] : [html("div", { class: "nested" }, ...children)];
  return [itemElement(node, desk), ...nested];
}

function reportElements(image: Image, desk: Desk): HTMLElement[] {
  const report = readReport(image.attributes);
  const state = [
    report.isComplete ? words.reportCompleted : words.reportPartial,
    report.isVerified ? words.reportVerified : words.reportUnverified,
    ...report.verifiers,
  ].join(" · ");
  const body = report.nodes.flatMap((node) => nodeElements(node, 3, desk));
  return [
    html("h2", {}, report.title),
    html("p", { class: report.isComplete && report.isVerified ? "state" : "state open" }, state),
    ...(body.length > 0 ? body : [html("p", {}, words.reportEmpty)]),
  ];
}

/* ---- documents ------------------------------------------------------------------------------ */

function saveButton(bytes: Uint8Array, image: Image): HTMLElement {
  const save = (): void => {
    const type = image.attributes.text(MIME_TYPE) || "application/pdf";
    const address = URL.createObjectURL(new Blob([bytes.slice()], { type }));
    html("a", {
      href: address,
      download: type === "application/pdf" ? "document.pdf" : "document",
    }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  };
  return html(
    "button",
    { type: "button", class: "save-document", onclick: save },
    words.saveDocument,
  );
}

type PdfPage = Awaited<
  ReturnType<Awaited<ReturnType<PdfLibrary["getDocument"]>["promise"]>["getPage"]>
>;

async function paintPage(
  page: PdfPage,
  canvas: HTMLCanvasElement,
  text: HTMLElement,
): Promise<void> {
  const natural = page.getViewport({ scale: 1 });
  const ratio = Math.min(2, Math.max(1, window.devicePixelRatio || 1));
  const viewport = page.getViewport({ scale: (PAGE_WIDTH * ratio) / natural.width });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({ canvas, viewport }).promise;
  const content = await page.getTextContent();
  text.textContent = content.items.map((item) => ("str" in item ? item.str : "")).join(" ");
}

async function documentElements(
  bytes: Uint8Array,
  image: Image,
  library: PdfLibrary,
): Promise<HTMLElement[]> {
  const pdf = await library.getDocument({ data: bytes.slice(), isEvalSupported: false }).promise;
  const pages: HTMLElement[] = [];
  for (let i = 1; i <= pdf.numPages; i++) {
    const name = words.documentPage(figure(i), figure(pdf.numPages));
    const canvas = html("canvas", { role: "img", "aria-label": name });
    const text = html("p", { class: "spoken" });
    pages.push(html("figure", { class: "page" }, canvas, text, html("figcaption", {}, name)));
    const page = await pdf.getPage(i);
    const { width, height } = page.getViewport({ scale: 1 });
    canvas.style.aspectRatio = `${width} / ${height}`;
    whenSeen(canvas, () => void paintPage(page, canvas, text).catch(() => undefined));
  }
  return [saveButton(bytes, image), ...pages];
}

/* A page is painted when it comes near to the screen. */
function whenSeen(element: Element, paint: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        observer.disconnect();
        paint();
      }
    },
    { rootMargin: "500px" },
  );
  observer.observe(element);
}
