// SPDX-License-Identifier: GPL-3.0-or-later
// Decodes beside the page. Its first message says whether WebAssembly may be used.
import { decodeFrame } from "./decode";
import { DecodeError, type Answer, type Numbered, type Request } from "./messages";
import { forbidWasm } from "./wasm";

async function answerTo(request: Request): Promise<Answer> {
  try {
    return { kind: "frame", frame: await decodeFrame(request.frame, request.pixels, request.room) };
  } catch (error) {
    return { kind: "failed", reason: error instanceof DecodeError ? error.reason : "damaged" };
  }
}

/** What changes hands instead of being copied. */
function buffersOf(answer: Answer): Transferable[] {
  if (answer.kind === "failed") {
    return [];
  }
  const { frame } = answer;
  return [(frame.kind === "grey" ? frame.values : frame.rgba).buffer as ArrayBuffer];
}

const scope = self as unknown as {
  onmessage: (event: MessageEvent) => void;
  postMessage(message: unknown, transfer: Transferable[]): void;
};

scope.onmessage = (event: MessageEvent<{ wasm: boolean }>) => {
  if (!event.data.wasm) {
    forbidWasm();
  }
  scope.onmessage = async (next: MessageEvent<Numbered<Request>>) => {
    const content = await answerTo(next.data.content);
    scope.postMessage({ id: next.data.id, content }, buffersOf(content));
  };
};
