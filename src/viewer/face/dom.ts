// SPDX-License-Identifier: GPL-3.0-or-later
// Makes elements: one function for HTML, one for SVG. Text always goes in as text, never as markup.
export type Child = Node | string | null | undefined | false;
type Properties = Record<string, string | number | boolean | null | undefined | EventHandler>;
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type EventHandler = (event: any) => void;

function setProperty(element: Element, name: string, value: Properties[string]): void {
  if (typeof value === "function") {
    element.addEventListener(name.slice(2).toLowerCase(), value);
  } else if (value === true) {
    element.setAttribute(name, "");
  } else if (value !== false && value !== null && value !== undefined) {
    element.setAttribute(name, String(value));
  }
}

function fill<E extends Element>(element: E, properties: Properties, children: Child[]): E {
  for (const [name, value] of Object.entries(properties)) {
    setProperty(element, name, value);
  }
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

/** An HTML element; `on…` properties are listeners, true is an empty attribute, false none. */
export function html<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  // INDEX.HTM may be read as XHTML, where createElement() alone would do too; be explicit.
  const element = document.createElementNS("http://www.w3.org/1999/xhtml", tag);
  return fill(element as HTMLElementTagNameMap[Tag], properties, children);
}

export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return fill(element, properties, children);
}

/** Changes the text only when it is another: what has the focus or is read aloud stays calm. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function setAttribute(element: Element, name: string, value: string | null): void {
  if (value === null) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

export function show(element: HTMLElement, isShown: boolean): void {
  if (element.hidden === isShown) {
    element.hidden = !isShown;
  }
}

/** Arrow keys move within a row or column of buttons, Tab leaves it: one of them is in the order. */
export function rove(group: HTMLElement, selector: string): void {
  const members = (): HTMLElement[] =>
    [...group.querySelectorAll<HTMLElement>(selector)].filter(
      (one) => !one.hidden && one.getClientRects().length > 0,
    );
  const enter = (to: HTMLElement | undefined): void => {
    if (to !== undefined) {
      members().forEach((one) => (one.tabIndex = one === to ? 0 : -1));
      to.focus();
    }
  };
  group.addEventListener("focusin", (event) => {
    const all = members();
    if (all.includes(event.target as HTMLElement)) {
      all.forEach((one) => (one.tabIndex = one === event.target ? 0 : -1));
    }
  });
  group.addEventListener("keydown", (event) => {
    const all = members();
    const at = all.indexOf(event.target as HTMLElement);
    const next = nextMember(event.key, at, all.length);
    if (at >= 0 && next !== null && !event.ctrlKey && !event.metaKey && !event.altKey) {
      enter(all[next]);
      event.preventDefault();
      event.stopPropagation();
    }
  });
}

function nextMember(key: string, at: number, count: number): number | null {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return Math.min(count - 1, at + 1);
    case "ArrowLeft":
    case "ArrowUp":
      return Math.max(0, at - 1);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
