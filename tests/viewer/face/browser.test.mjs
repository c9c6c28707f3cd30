// SPDX-License-Identifier: GPL-3.0-or-later
// The viewer's tools by their values, in each installed browser, on the made-up disc: a ball of 60 HU
// in water in air, 128 × 128 × 40, pixels of 300/128 mm, slices 5 mm apart. An argument names one of
// the browsers.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { installed } from "../browsers.mjs";
import { Viewer, launch, makeDisc } from "./drive.mjs";

const PIXEL = 300 / 128;
const disc = makeDisc();

/* As the made-up disc paints it. */
function ball(x, y, slice) {
  const distance = Math.hypot(x - 63.5, y - 63.5, (slice - 19.5) * 3.2);
  return distance < 128 / 6 ? 60 : distance < 128 / 2.2 ? 0 : -1000;
}

const wanted = process.argv[2];
const browsers = installed.filter((name) => wanted === undefined || name === wanted);

for (const name of browsers) {
  let browser;
  let viewer;

  after(() => browser?.close());

  /** One story in a window of its own; an error on the page is a failure. */
  function story(title, tell, options) {
    test(`${title} (${name})`, async () => {
      browser ??= await launch(name);
      viewer = await Viewer.open(browser, disc, options);
      try {
        await tell(viewer);
        assert.deepEqual(viewer.faults, []);
      } finally {
        await viewer.close();
      }
    });
  }

  story("the patient is always in view, and the plain page a step away", async () => {
    assert.equal(await viewer.text(".banner .name"), "Müller, Jürgen");
    assert.deepEqual(await viewer.texts(".facts span"), ["ID F-1", "born 14 Mar 1958", "male"]);
    assert.equal(await viewer.text(".not-for-diagnosis"), "Not for diagnosis");
    assert.deepEqual(await viewer.texts(".notices button"), ["Not complete: 1 of 61 images is missing.", "Disc 1 of 2"]);
    const isPlainShown = () =>
      viewer.page.evaluate(() => document.querySelector("#plain").getClientRects().length > 0);
    assert.equal(await isPlainShown(), false);
    await viewer.page.evaluate(() => [...document.querySelectorAll(".foot button")].pop().click());
    assert.equal(await isPlainShown(), true);
    await viewer.page.click(".back-to-viewer");
    assert.equal(await isPlainShown(), false);
  });

  story("wheel, keys and slider scroll the stack to its ends and no further", async () => {
    const number = async () => (await viewer.corner("bottomLeft")).pop();
    assert.equal(await number(), "Image 21 of 40");
    const middle = await viewer.middle();
    await viewer.page.mouse.move(middle.x, middle.y);
    for (let i = 0; i < 3; i++) {
      await viewer.page.mouse.wheel({ deltaY: 120 });
    }
    await viewer.until(() =>
      document.querySelector(".bottomLeft").textContent.includes("Image 24 of 40"),
    );
    await viewer.keys("ArrowUp");
    assert.equal(await number(), "Image 23 of 40");
    await viewer.keys("PageUp", "PageUp", "PageUp");
    assert.equal(await number(), "Image 1 of 40");
    await viewer.keys("End", "ArrowDown");
    assert.equal(await number(), "Image 40 of 40");
    await viewer.page.evaluate(() => {
      const slider = document.querySelector(".slider");
      slider.value = "6";
      slider.dispatchEvent(new Event("input"));
    });
    await viewer.drawn();
    assert.equal(await number(), "Image 7 of 40");
    assert.deepEqual((await viewer.corner("bottomLeft"))[0], "Position −70.0 mm");
  });

  story("a drag changes window and level by known steps, presets set them", async () => {
    const window = async () => (await viewer.corner("bottomRight"))[0];
    assert.equal(await window(), "W 400 L 40");
    const middle = await viewer.middle();
    await viewer.drag(middle, { x: middle.x + 100, y: middle.y + 50 });
    assert.equal(await window(), "W 560 L 120");
    await viewer.keys("5");
    assert.equal(await window(), "W 1,500 L −600");
    await viewer.keys("3");
    assert.equal(await window(), "W 1,061 L −470");
    await viewer.keys("r");
    assert.equal(await window(), "W 400 L 40");
    await viewer.withShift("ArrowRight", 2);
    assert.equal(await window(), "W 433 L 40"); // 400 + 16 + 16.64
  });

  story("shades on the screen are those of the window", async () => {
    const shade = (x, y) =>
      viewer.page.evaluate(
        ([at, over]) => {
          const canvas = document.querySelector(".picture");
          return [...canvas.getContext("2d").getImageData(at, over, 1, 1).data].slice(0, 3);
        },
        [x, y],
      );
    const { width, height } = await viewer.box();
    const middle = await shade(Math.round(width / 2), Math.round(height / 2));
    // 60 HU in a window of 400 around 40: ((60 − 39.5) / 399 + 0.5) × 255 = 140.6; whether that is
    // rounded or cut is the affair of the pixels' own tests.
    assert.ok(
      middle.every((part) => part === middle[0]) && [140, 141].includes(middle[0]),
      String(middle),
    );
    assert.deepEqual(await shade(2, Math.round(height / 2)), [0, 0, 0]);
    await viewer.keys("i");
    const [inverted] = await shade(Math.round(width / 2), Math.round(height / 2));
    assert.ok([114, 115].includes(inverted), String(inverted));
  });

  story("a length is in millimetres of the patient, an angle in degrees", async () => {
    await viewer.keys("o", "m");
    const { x, y } = await viewer.middle();
    await viewer.drag({ x: x - 32, y }, { x: x + 32, y });
    assert.deepEqual(await viewer.reading(), [`${(64 * PIXEL).toFixed(1)} mm`]);
    await viewer.keys("a");
    for (const [dx, dy] of [
      [0, -40],
      [0, 20],
      [50, 20],
    ]) {
      await viewer.click({ x: x + dx, y: y + dy });
    }
    assert.deepEqual(await viewer.reading(), ["90.0°"]);
    await viewer.keys("Delete");
    assert.deepEqual(await viewer.reading(), ["150.0 mm"]);
  });

  story("mean, deviation and area within a mark are those of its pixels", async () => {
    await viewer.keys("o", "b");
    const { x, y } = await viewer.middle();
    await viewer.drag({ x: x - 8, y: y - 8 }, { x: x + 8, y: y + 8 });
    const area = (256 * PIXEL * PIXEL).toLocaleString("en-GB", {
      maximumFractionDigits: 1,
      minimumFractionDigits: 1,
    });
    assert.deepEqual(await viewer.reading(), [
      "Mean 60 HU, SD 0",
      "Min 60, Max 60",
      `Area ${area} mm²`,
    ]);
    await viewer.keys("f", "e");
    await viewer.drag(await viewer.pixel(75.5, 43.5), await viewer.pixel(115.5, 83.5));
    let [count, sum] = [0, 0];
    for (let v = 44; v < 84; v++) {
      for (let u = 76; u < 116; u++) {
        if (Math.hypot(u + 0.5 - 96, v + 0.5 - 64) <= 20) {
          count++;
          sum += ball(u, v, 20);
        }
      }
    }
    const mean = Number(/^Mean ([\d.]+) HU, SD /.exec((await viewer.reading())[0])[1]);
    assert.ok(Math.abs(mean - sum / count) < 0.2, `${mean} is not ${sum / count}`);
  });

  story("the probe reads the value of one pixel in modality units", async () => {
    await viewer.keys("d");
    await viewer.click(await viewer.pixel(0, 0));
    assert.deepEqual(await viewer.reading(), ["20 HU", "(0, 0)"]);
    await viewer.click(await viewer.pixel(94, 64));
    assert.deepEqual(await viewer.reading(), [`${ball(94, 64, 20)} HU`, "(94, 64)"]);
  });

  story("what the file does not size is measured at the detector, and says so", async () => {
    await viewer.openSeries("p.a.");
    await viewer.until(() => document.querySelector(".topRight").textContent.includes("DX p.a."));
    await viewer.keys("o", "m");
    const { x, y } = await viewer.middle();
    await viewer.drag({ x: x - 100, y }, { x: x + 100, y });
    assert.deepEqual(await viewer.reading(), ["28.6 mm (at the detector)"]);
  });

  story("three planes show the voxels where they lie, between slices interpolated", async () => {
    await viewer.keys("v");
    await viewer.until(() =>
      document
        .querySelectorAll(".pane")[1]
        .querySelector(".bottomLeft")
        .textContent.startsWith("Coronal"),
    );
    assert.equal((await viewer.corner("bottomLeft", 2))[0], "Sagittal");
    await viewer.keys("]");
    for (let i = 0; i < 9; i++) {
      await viewer.keys("ArrowDown");
    }
    await viewer.keys("d");
    const slice =
      Number(/Slice (\d+) of 128/.exec((await viewer.corner("bottomLeft", 1)).pop())[1]) - 1;
    const rows = Math.floor((39 * 5) / PIXEL + 1e-6) + 1;
    for (const [column, row] of [
      [64, 40],
      [30, 9],
      [64, 20],
      [100, 60],
      [2, 2],
    ]) {
      await viewer.click(await viewer.pixel(column, row, { columns: 128, rows }, 1));
      const place = 39 - (row * PIXEL) / 5;
      const [low, part] = [Math.floor(place), place - Math.floor(place)];
      const expected =
        ball(column, slice, low) * (1 - part) + ball(column, slice, Math.min(39, low + 1)) * part;
      const [value, spot] = await viewer.reading(1);
      assert.equal(spot, `(${column}, ${row})`);
      const seen = Number(value.replace(" HU", "").replace("−", "-").replace(",", ""));
      assert.ok(Math.abs(seen - expected) <= 0.5, `${seen} is not ${expected} at ${spot}`);
    }
    await viewer.keys("Escape");
    await viewer.until(() => document.querySelector(".views").dataset.layout === "1");
  });

  story("a series that is no volume says why there are no planes", async () => {
    await viewer.openSeries("Damaged");
    await viewer.until(() => document.querySelector(".topRight").textContent.includes("Damaged"));
    await viewer.keys("v");
    await viewer.until(() => !document.querySelector(".toast").hidden);
    assert.match(await viewer.text(".toast"), /^No planes can be computed from this series\. /);
  });

  story("views scroll together where they lie alike, and show where others cut them", async () => {
    await viewer.keys("c");
    await viewer.until(() =>
      document
        .querySelectorAll(".pane")[1]
        .querySelector(".bottomLeft")
        .textContent.includes("of 11"),
    );
    const lineAt = () =>
      viewer.page.evaluate(() =>
        document
          .querySelectorAll(".pane")[1]
          .querySelector("path.over.reference")
          ?.getAttribute("d"),
      );
    const first = await lineAt();
    assert.ok(first);
    await viewer.keys("PageDown");
    assert.notEqual(await lineAt(), first);
    assert.equal((await viewer.corner("bottomLeft", 1)).pop(), "Image 6 of 11");
    await viewer.keys("l");
    assert.equal(await lineAt(), undefined);
  });

  story("a double click shows one view alone, and all again", async () => {
    await viewer.keys("q");
    await viewer.until(() =>
      document
        .querySelectorAll(".pane")[3]
        .querySelector(".topRight")
        .textContent.includes("DX p.a."),
    );
    const shown = () =>
      viewer.page.evaluate(() =>
        [...document.querySelectorAll(".pane:not([hidden]) .topRight")].map((one) =>
          one.textContent.split("\n").pop(),
        ),
      );
    const { x, y } = await viewer.middle(1);
    await viewer.page.mouse.click(x, y, { count: 2 });
    await viewer.drawn();
    assert.deepEqual(await shown(), ["MR T1 oblique"]);
    const alone = await viewer.middle(1);
    await viewer.page.mouse.click(alone.x, alone.y, { count: 2 });
    await viewer.drawn();
    assert.deepEqual(await shown(), ["CT Ball 5 mm", "MR T1 oblique", "US Loop", "DX p.a."]);
  });

  story("turning and flipping move the letters of the patient's sides", async () => {
    const sides = async () =>
      (
        await Promise.all(
          ["left", "top", "right", "bottom"].map((edge) => viewer.text(`.side.${edge}`)),
        )
      ).join(" ");
    assert.equal(await sides(), "R A L P");
    await viewer.keys("t");
    assert.equal(await sides(), "P R A L");
    await viewer.keys("r", "x");
    assert.equal(await sides(), "L A R P");
    assert.ok((await viewer.corner("bottomRight")).includes("Flipped"));
  });

  story("zoom, fit and one to one", async () => {
    const zoom = async () =>
      Number(/Zoom ([\d,]+)/.exec((await viewer.corner("bottomRight")).pop())[1]);
    const { height } = await viewer.box();
    const fit = Math.round((100 * height) / 128);
    assert.equal(await zoom(), fit);
    await viewer.keys("o");
    assert.equal(await zoom(), 100);
    await viewer.keys("+", "+");
    assert.equal(await zoom(), 156);
    await viewer.keys("f");
    assert.equal(await zoom(), fit);
  });

  story("one finger is the tool, two fingers zoom", async () => {
    await viewer.keys("g");
    const zooms = await viewer.page.evaluate(async () => {
      const stage = document.querySelector(".stage");
      const { x, y } = stage.getBoundingClientRect();
      stage.setPointerCapture = () => undefined; // fingers that are made up cannot be captured
      const drawn = () =>
        new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const finger = (type, pointerId, at) =>
        stage.dispatchEvent(
          new PointerEvent(type, {
            pointerId,
            pointerType: "touch",
            bubbles: true,
            clientX: x + at[0],
            clientY: y + at[1],
          }),
        );
      const zoom = () =>
        Number(
          /Zoom ([\d,]+)/
            .exec(document.querySelector(".bottomRight").textContent)[1]
            .replace(",", ""),
        );
      const before = zoom();
      finger("pointerdown", 11, [300, 200]);
      finger("pointerdown", 12, [400, 200]);
      finger("pointermove", 12, [500, 200]);
      finger("pointerup", 11, [300, 200]);
      finger("pointerup", 12, [500, 200]);
      await drawn();
      const after = zoom();
      // 685 pixels of height and 40 images: 17 pixels for each.
      finger("pointerdown", 13, [300, 200]);
      finger("pointermove", 13, [300, 200 + 3.2 * Math.max(3, stage.clientHeight / 40)]);
      finger("pointerup", 13, [300, 255]);
      await drawn();
      return [before, after];
    });
    assert.ok(Math.abs(zooms[1] / zooms[0] - 2) < 0.01, String(zooms));
    assert.equal((await viewer.corner("bottomLeft")).pop(), "Image 24 of 40");
  });

  story("a loop plays by itself, round and round, until it is stopped", async () => {
    await viewer.openSeries("Loop");
    await viewer.until(() => document.querySelector(".bottomLeft").textContent === "Frame 7 of 12");
    await viewer.keys(" ");
    assert.ok((await viewer.corner("bottomRight")).includes("25 images a second"));
    await viewer.until(() => document.querySelector(".bottomLeft").textContent === "Frame 3 of 12");
    await viewer.keys(" ");
    const [stopped] = await viewer.corner("bottomLeft");
    await viewer.drawn();
    assert.deepEqual(await viewer.corner("bottomLeft"), [stopped]);
  });

  story("key images only, and all again", async () => {
    await viewer.keys("k");
    await viewer.until(() =>
      document.querySelector(".bottomLeft").textContent.endsWith("Image 1 of 1"),
    );
    assert.equal((await viewer.corner("bottomLeft"))[0], "★ Key image");
    await viewer.keys("k");
    await viewer.until(() => document.querySelector(".bottomLeft").textContent.endsWith("of 40"));
  });

  story("an image that cannot be shown names its file, the others are shown", async () => {
    await viewer.openSeries("Damaged");
    await viewer.until(
      () => document.querySelector(".placard h2")?.textContent === "This image cannot be shown",
    );
    assert.equal(await viewer.text(".placard code"), "DICOM/S0002/SE0002/I0000002");
    await viewer.keys("ArrowUp");
    await viewer.until(() => document.querySelector(".placard").hidden);
    await viewer.keys("End");
    await viewer.until(() => !document.querySelector(".placard").hidden);
    assert.match(await viewer.text(".placard"), /compressed in a way this viewer does not read/);
    await viewer.page.click(".banner .problems");
    assert.ok((await viewer.texts(".about-disc td code")).includes("DICOM/S0002/SE0002/I0000003"));
  });

  story("the header is searched by tag and value, and Escape gives the keys back", async () => {
    await viewer.keys("h");
    const lines = () =>
      viewer.page.evaluate(
        () => document.querySelectorAll("table.header tbody tr:not([hidden])").length,
      );
    assert.ok((await lines()) > 5);
    await viewer.page.keyboard.type("00200013");
    assert.equal(await lines(), 1);
    assert.equal(await viewer.text(".count"), "1 line");
    await viewer.page.keyboard.type("x");
    assert.equal(await viewer.text(".count"), "Nothing in the header matches.");
    await viewer.keys("Escape");
    await viewer.until(() => document.querySelector("dialog[open]") === null);
    await viewer.keys("Home");
    assert.equal((await viewer.corner("bottomLeft")).pop(), "Image 1 of 40");
  });

  story("a report is text with headings, a letter is drawn by its library", async () => {
    await viewer.openSeries("Report");
    await viewer.until(
      () => document.querySelector(".pane .sheet h2")?.textContent === "Report of a ball",
    );
    assert.match(await viewer.text(".pane .sheet"), /A ball in the middle\./);
    await viewer.openSeries("Letter");
    await viewer.until(
      () => document.querySelector(".pane .page .spoken")?.textContent === "Letter",
    );
    const ink = await viewer.page.evaluate(() => {
      const canvas = document.querySelector(".pane .page canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, i) => i % 4 === 0 && value < 100).length;
    });
    assert.ok(ink > 100);
  });

  story("a saved picture names the patient only when asked to, its file never", async () => {
    await viewer.page.evaluate(() => {
      window.saved = [];
      HTMLAnchorElement.prototype.click = function () {
        window.saved.push({ name: this.download, address: this.href });
      };
    });
    const save = async (shift) => {
      await viewer.page.keyboard.down("Control");
      await (shift ? viewer.withShift("s") : viewer.keys("s"));
      await viewer.page.keyboard.up("Control");
    };
    await save(false);
    await viewer.until(() => window.saved.length === 1);
    await save(true);
    await viewer.until(() => window.saved.length === 2);
    const pictures = await viewer.page.evaluate(() =>
      Promise.all(
        window.saved.map(async ({ name, address }) => {
          const picture = await createImageBitmap(await (await fetch(address)).blob());
          const canvas = new OffscreenCanvas(picture.width, picture.height);
          const context = canvas.getContext("2d");
          context.drawImage(picture, 0, 0);
          const corner = context.getImageData(0, 0, 160, 60).data;
          return {
            name,
            width: picture.width,
            white: corner.filter((value, i) => i % 4 === 1 && value > 200).length,
          };
        }),
      ),
    );
    const { width } = await viewer.box();
    assert.deepEqual(
      pictures.map((one) => one.name),
      ["CT-1-21.png", "CT-1-21.png"],
    );
    assert.deepEqual(
      pictures.map((one) => one.width),
      [width, width],
    );
    assert.equal(pictures[0].white, 0);
    assert.ok(pictures[1].white > 50);
  });

  story("paper names the patient and is not for diagnosis", async () => {
    await viewer.page.evaluate(() => {
      window.print = () => {
        window.printed = document.querySelector(".paper").innerHTML;
      };
    });
    await viewer.page.keyboard.down("Control");
    await viewer.page.keyboard.press("p");
    await viewer.page.keyboard.up("Control");
    await viewer.until(() => window.printed);
    const paper = await viewer.page.evaluate(() => window.printed);
    assert.match(paper, /Müller, Jürgen · ID F-1 · born 14 Mar 1958/);
    assert.match(paper, /Not for diagnosis/);
    assert.match(paper, /<img [^>]*src="data:image\/png/);
  });

  story("the keyboard alone opens a series, measures and goes back", async () => {
    const focus = () =>
      viewer.page.evaluate(() => {
        const one = document.activeElement;
        return one.className.split(" ")[0] + (one.dataset.command ? `:${one.dataset.command}` : "");
      });
    assert.equal(await focus(), "stage");
    // Backwards: the foot of the list, the list as one stop, the toolbar as one stop.
    const seen = [];
    for (let i = 0; i < 10; i++) {
      await viewer.withShift("Tab");
      seen.push(await focus());
      if (seen.at(-1).startsWith("tool")) {
        break;
      }
    }
    assert.equal(seen.filter((one) => one === "series").length, 1);
    assert.equal(seen.filter((one) => one.startsWith("tool")).length, 1);
    await viewer.keys("Tab", "ArrowDown");
    assert.equal(await focus(), "series");
    await viewer.keys("Enter");
    await viewer.until(() =>
      document.querySelector(".topRight").textContent.includes("MR T1 oblique"),
    );
    await viewer.keys("ArrowUp", "Enter");
    await viewer.until(() => document.querySelector(".bottomLeft").textContent.endsWith("of 40"));
    for (let i = 0; i < 10 && (await focus()) !== "stage"; i++) {
      await viewer.keys("Tab");
    }
    await viewer.keys("m", "Enter", "Enter");
    await viewer.withShift("ArrowRight", 2);
    await viewer.keys("Enter");
    assert.deepEqual(await viewer.reading(), [`${(20 * PIXEL).toFixed(1)} mm`]);
    await viewer.keys("Escape", "ArrowDown");
    assert.equal((await viewer.corner("bottomLeft")).pop(), "Image 22 of 40");
  });

  story("what has changed is read aloud", async () => {
    await viewer.keys("ArrowDown");
    await viewer.until(
      () =>
        document.querySelector(".spoken[aria-live]").textContent ===
        "Image 22 of 40, width 400, level 40, left edge: right, top edge: front",
    );
    const unnamed = await viewer.page.evaluate(
      () =>
        [...document.querySelectorAll("#ic-viewer button, #ic-viewer input")].filter(
          (one) =>
            one.getClientRects().length > 0 &&
            !(one.getAttribute("aria-label") || one.textContent.trim()),
        ).length,
    );
    assert.equal(unnamed, 0);
  });

  for (const [language, words] of [
    ["de-DE", ["Nicht zur Befundung", "Bild 21 von 40"]],
    ["fr-FR", ["Ne pas utiliser pour le diagnostic", "Image 21 sur 40"]],
  ]) {
    story(
      `everything is said in ${language}`,
      async () => {
        assert.equal(await viewer.text(".not-for-diagnosis"), words[0]);
        assert.equal((await viewer.corner("bottomLeft")).pop(), words[1]);
        for (const key of ["?", "u", "h"]) {
          await viewer.keys(key);
          const said = await viewer.page.evaluate(() => {
            const named = [
              ...document.querySelectorAll("#ic-viewer [aria-label], #ic-viewer [title]"),
            ];
            return [
              document.querySelector("#ic-viewer").textContent,
              ...named.map((one) => `${one.ariaLabel} ${one.title}`),
            ].join("\n");
          });
          assert.doesNotMatch(said, /undefined|\[object|=>|NaN/);
          await viewer.keys("Escape");
        }
      },
      { language },
    );
  }

  for (const [width, height, least] of [
    [375, 667, 0.6],
    [1366, 768, 0.6],
    [3840, 2160, 0.7],
  ]) {
    story(
      `the layout fits ${width} × ${height}`,
      async () => {
        const found = await viewer.page.evaluate(() => {
          const area = (one) => {
            const { left, top, right, bottom } = document
              .querySelector(one)
              .getBoundingClientRect();
            return { left, top, right, bottom, size: (right - left) * (bottom - top) };
          };
          const tool = document.querySelector("button.tool").getBoundingClientRect();
          const style = getComputedStyle(document.querySelector(".banner .name"));
          return {
            wide: document.documentElement.scrollWidth,
            tall: document.documentElement.scrollHeight,
            stage: area(".stage"),
            banner: area(".banner"),
            toolbar: area(".toolbar"),
            tool: Math.min(tool.width, tool.height),
            font: parseFloat(style.fontSize),
          };
        });
        assert.ok(found.wide <= width && found.tall <= height, "the page scrolls");
        assert.ok(
          found.stage.size / (width * height) >= least,
          `only ${found.stage.size / (width * height)} for the picture`,
        );
        for (const part of [found.banner, found.toolbar, found.stage]) {
          assert.ok(
            part.left >= 0 && part.top >= 0 && part.bottom <= height + 0.5,
            "a part lies outside",
          );
        }
        assert.ok(found.tool >= (width < 700 ? 44 : 36), `buttons of ${found.tool}`);
        assert.ok(found.font >= (width > 3000 ? 24 : 16), `letters of ${found.font}`);
      },
      { width, height },
    );
  }
}

if (browsers.length === 0) {
  test("the viewer in a browser", { skip: "no browser is installed" }, () => undefined);
}
