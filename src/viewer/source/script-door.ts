// SPDX-License-Identifier: GPL-3.0-or-later
// How data reach a page that may not read files: each lies in a script that calls a function of the
// global object IC, and is loaded by a script element (PS3.10 files lie beside them untouched).
import { ProblemError } from "../model";

interface Wait {
  heard(value: unknown): void;
}

const waits = new Map<string, Wait>();

/** Where VIEWER.JS was loaded from, with a slash at its end. */
const folder = (document.currentScript as HTMLScriptElement | null)?.src.replace(/[^/]*$/, "") ?? "";

export function scriptFolder(): string {
  return folder;
}

/** A chunk is the comment in a function that nobody calls: a browser passes over it once and keeps the
 * text of the script alone, where a string would be taken apart and kept a second time. Earlier discs
 * say it as a string. */
function textOf(chunk: unknown): unknown {
  if (typeof chunk !== "function") {
    return chunk;
  }
  const source = Function.prototype.toString.call(chunk);
  return source.slice(source.indexOf("/*") + 2, source.lastIndexOf("*/"));
}

function hear(key: string, value: unknown): void {
  waits.get(key)?.heard(value);
}

(globalThis as unknown as Record<string, unknown>).IC = {
  index: (value: unknown) => hear("index", value),
  series: (name: string, value: unknown) => hear("series/" + name, value),
  chunk: (name: string, value: unknown) => hear("chunk/" + name, textOf(value)),
  pdf: (value: unknown) => hear("pdf", value),
};

/** What the script at `address` says under `key`. Rejects with "chunk-missing" when it cannot be
 * loaded, with "chunk-damaged" when it was loaded and did not say it. */
export function whenScriptSays<T>(address: string, key: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    let said = false;
    waits.set(key, {
      heard(value) {
        said = true;
        resolve(value as T);
      },
    });
    const end = () => {
      waits.delete(key);
      script.remove();
    };
    script.onload = () => {
      end();
      if (!said) {
        reject(new ProblemError({ reason: "chunk-damaged", file: "" }));
      }
    };
    script.onerror = () => {
      end();
      reject(new ProblemError({ reason: "chunk-missing", file: "" }));
    };
    script.charset = "utf-8";
    script.src = address;
    document.head.append(script);
  });
}
