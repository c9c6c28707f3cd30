// SPDX-License-Identifier: GPL-3.0-or-later
// Browsers for the tests of the viewer: headless, each with a profile of its own, without traffic.
// Needs VIEWER_MODULES, the node_modules folder that the build has filled.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(path.join(process.env.VIEWER_MODULES, "x.js"));
const puppeteer = require("puppeteer-core");

const CHROMIUM_FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--disable-dev-shm-usage",
];

const PATHS = {
  chromium: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
  firefox: ["/usr/bin/firefox-esr", "/usr/bin/firefox"],
};

/** Those of the two that are installed. */
export const installed = Object.keys(PATHS).filter((name) => PATHS[name].some(fs.existsSync));

/** Call close() when done; it ends this browser only. */
export function launch(name) {
  const executablePath = PATHS[name].find(fs.existsSync);
  return puppeteer.launch({
    browser: name === "firefox" ? "firefox" : "chrome",
    executablePath,
    headless: true,
    args: name === "firefox" ? [] : CHROMIUM_FLAGS,
    protocolTimeout: 600000,
    defaultViewport: { width: 1280, height: 800 },
  });
}

/** A page with its address, and the addresses of everything it asked for. */
export async function openPage(browser, file, { before, hash = "" } = {}) {
  const page = await browser.newPage();
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  if (before !== undefined) {
    await page.evaluateOnNewDocument(before);
  }
  await page.goto(pathToFileURL(file).href + hash, { waitUntil: "load" });
  return { page, requests };
}
