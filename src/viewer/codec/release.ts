// SPDX-License-Identifier: GPL-3.0-or-later
// Memory given back at once: what thousands of frames leave behind waits for a collector by the
// hundred megabytes.

/** What Chromium has handed to a script stays with its wrapper until that is collected, and the engine
 * no longer counts it once it is let go: two gigabytes pile up before it looks. */
const letsGoOfItsOwn = /\bGecko\//.test(navigator.userAgent);

/** Of bytes that the script has made itself. Nobody may look into their buffer afterwards. */
export function release(bytes: Uint8Array): void {
  (bytes.buffer as { transfer?(size: number): ArrayBuffer }).transfer?.(0);
}

/** The same of bytes that came in a message or from a stream. */
export function releaseReceived(bytes: Uint8Array): void {
  if (letsGoOfItsOwn) {
    release(bytes);
  }
}
