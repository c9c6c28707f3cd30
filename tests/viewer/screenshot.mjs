// SPDX-License-Identifier: GPL-3.0-or-later
// Takes a picture of the viewer on a medium:  node screenshot.mjs INDEX.HTM PNG
// Needs VIEWER_MODULES (see browsers.mjs).
import { installed, launch } from "./browsers.mjs";
import { Viewer } from "./face/drive.mjs";

const [file, picture] = process.argv.slice(2);
const browser = await launch(installed[0]);
try {
  const viewer = await Viewer.open(browser, file, { hash: "" });
  const isDrawn = (n) =>
    [...document.querySelectorAll(".pane .bottomLeft")].filter((e) => /\d/.test(e.textContent)).length >= n;
  await viewer.until(isDrawn, 1);
  await viewer.page.evaluate(() =>
    [...document.querySelectorAll("button.series")]
      .find((button) => /Chest 5.0 soft.*36/s.test(button.textContent))
      .click(),
  );
  const isSoft = () => document.querySelector(".pane .bottomRight")?.textContent.includes("W 400");
  await viewer.until(isSoft);
  await viewer.keys("v");
  await viewer.until(isDrawn, 3);
  await viewer.drawn();
  await viewer.page.screenshot({ path: picture });
} finally {
  await browser.close();
}
