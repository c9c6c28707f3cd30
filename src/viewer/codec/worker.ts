// SPDX-License-Identifier: GPL-3.0-or-later
// Decodes frames beside the page.
import { decodeMedPlane } from "./med";

onmessage = (event: MessageEvent<{ planes: Uint8Array; columns: number; rows: number }>) => {
  const { planes, columns, rows } = event.data;
  postMessage(decodeMedPlane(planes, 2, columns, rows));
};
