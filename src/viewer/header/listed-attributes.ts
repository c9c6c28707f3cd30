// SPDX-License-Identifier: GPL-3.0-or-later
// Attributes that stand in a table instead of a file: what is made up, for the face and its tests.
import type { Attributes, HeaderLine } from "../model";

export type ListedValue = string | string[] | number | number[] | Attributes[];

function isSequence(value: ListedValue | undefined): value is Attributes[] {
  return Array.isArray(value) && typeof value[0] === "object";
}

export class ListedAttributes implements Attributes {
  private readonly values: Map<number, ListedValue>;

  constructor(values: Record<number, ListedValue>) {
    this.values = new Map(Object.entries(values).map(([tag, value]) => [Number(tag), value]));
  }

  text(tag: number): string {
    return this.texts(tag)[0] ?? "";
  }

  texts(tag: number): string[] {
    const value = this.values.get(tag);
    if (value === undefined || isSequence(value)) {
      return [];
    }
    return (Array.isArray(value) ? value : [value]).map(String);
  }

  number(tag: number, index = 0): number | undefined {
    return this.numbers(tag)[index];
  }

  numbers(tag: number): number[] {
    return this.texts(tag).map(Number);
  }

  sequence(tag: number): Attributes[] {
    const value = this.values.get(tag);
    return isSequence(value) ? value : [];
  }

  has(tag: number): boolean {
    return this.values.has(tag);
  }

  bytes(): Uint8Array | undefined {
    return undefined;
  }

  vr(tag: number): string {
    return isSequence(this.values.get(tag)) ? "SQ" : "LO";
  }

  *elements(): Iterable<HeaderLine> {
    for (const tag of [...this.values.keys()].sort((a, b) => a - b)) {
      const value = this.texts(tag).join("\\");
      yield { tag, vr: this.vr(tag), depth: 0, name: "", value };
      for (const item of this.sequence(tag)) {
        for (const line of item.elements()) {
          yield { ...line, depth: line.depth + 1 };
        }
      }
    }
  }
}
