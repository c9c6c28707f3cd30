// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests run inside a page, through the doors that the viewer leaves open as IC.

/** Installs window.tools; handed to page.evaluate(). */
export function installTools() {
  const table = Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) {
      n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    }
    return n;
  });
  const crc32 = (bytes) => {
    let c = 0xffffffff;
    for (let i = 0; i < bytes.length; i++) {
      c = table[(c ^ bytes[i]) & 0xff] ^ (c >>> 8);
    }
    return ~c >>> 0;
  };
  const voiOf = (voi) => voi === null ? null : "entries" in voi ? "lut"
    : [voi.center, voi.width, voi.function];
  /** Another window than the file's, with borders between whole numbers. */
  const other = (frame) => {
    const voi = IC.defaultVoi(frame);
    const [center, width] = "entries" in voi
      ? [(frame.range[0] + frame.range[1]) / 2, frame.range[1] - frame.range[0]]
      : [voi.center, voi.width];
    const wide = Math.max(2, width * 0.37 + 0.25);
    return { center: center + width * 0.11, width: wide, function: "linear", explanation: "" };
  };
  const pixelsOf = (frame, voi, overlays) => {
    const out = new ImageData(frame.columns, frame.rows);
    IC.render(frame, voi, false, out);
    if (overlays) {
      IC.paintOverlays(frame.overlays, false, out);
    }
    const channels = frame.kind === "grey" ? 1 : 3;
    const bytes = new Uint8Array(frame.columns * frame.rows * channels);
    for (let i = 0, at = 0; at < bytes.length; i += 4) {
      for (let c = 0; c < channels; c++) {
        bytes[at++] = out.data[i + c];
      }
    }
    return bytes;
  };
  const pictures = new Map();
  const show = (file, index, frame, voi, about) => {
    const bytes = pixelsOf(frame, voi, about.overlays);
    const id = String(pictures.size);
    pictures.set(id, bytes);
    return { id, file, frame: index, voi: voiOf(voi), columns: frame.columns, rows: frame.rows,
      channels: frame.kind === "grey" ? 1 : 3, crc32: crc32(bytes), ...about };
  };
  const aboutFrame = (image, frame) => ({
    syntax: image.attributes.text(0x00020010),
    isWhole: frame.kind === "colour" || (frame.modalityLut === null
      && Number.isInteger(frame.slope) && Number.isInteger(frame.intercept)),
    isFloat: frame.kind === "grey" && frame.values.BYTES_PER_ELEMENT >= 4,
    padding: frame.kind === "grey" && frame.padding !== null,
    slope: frame.slope,
  });
  /** Pictures of some frames of each image, each at the file's window and at another one. */
  const showImage = async (disc, image, frames, shown, problems) => {
    for (const index of frames) {
      try {
        const frame = await disc.frames.get(image, index);
        const about = aboutFrame(image, frame);
        if (frame.kind === "colour") {
          shown.push(show(image.file, index, frame, null, about));
        } else {
          shown.push(show(image.file, index, frame, IC.defaultVoi(frame), about));
          shown.push(show(image.file, index, frame, other(frame), about));
        }
      } catch (error) {
        problems.push({ file: image.file, frame: index, reason: error.problem?.reason ?? String(error) });
      }
    }
  };
  const ends = (count) => count > 1 ? [0, count - 1] : count === 1 ? [0] : [];
  const middleAndEnds = (images) => images.length < 4 ? images
    : [images[0], images[images.length >> 1], images[images.length - 1]];
  globalThis.tools = {
    async showDisc(disc) {
      const shown = [], problems = [];
      for (const series of disc.studies.flatMap((study) => study.series)) {
        for (const image of middleAndEnds(await series.load())) {
          await showImage(disc, image, ends(image.frameCount), shown, problems);
          if (image.frameCount === 0) {
            problems.push({ file: image.file, frame: -1, reason: image.reason });
          }
        }
      }
      return { shown, problems, discProblems: disc.problems };
    },
    async showEverything(disc) {
      const shown = [], problems = [];
      for (const series of disc.studies.flatMap((study) => study.series)) {
        for (const image of await series.load()) {
          await showImage(disc, image, ends(image.frameCount), shown, problems);
          if (image.frameCount === 0) {
            problems.push({ file: image.file, frame: -1, reason: image.reason });
          }
        }
      }
      return { shown, problems, discProblems: disc.problems };
    },
    /** Every frame that has overlays, with them. */
    async showOverlays(disc) {
      const shown = [];
      for (const series of disc.studies.flatMap((study) => study.series)) {
        for (const image of (await series.load()).filter(({ reason }) => reason === "")) {
          for (let index = 0; index < image.frameCount; index++) {
            const frame = await disc.frames.get(image, index);
            const about = { ...aboutFrame(image, frame), overlays: true, planes: frame.overlays.length };
            shown.push(show(image.file, index, frame, IC.defaultVoi(frame), about));
          }
        }
      }
      return shown.filter(({ planes }) => planes > 0);
    },
    /** The one that holds an image of this name. */
    async seriesOf(disc, file) {
      for (const series of disc.studies.flatMap((study) => study.series)) {
        if ((await series.load()).some((image) => image.file === file)) {
          return series;
        }
      }
      throw new Error(file);
    },
    picture(id) {
      let text = "";
      for (const byte of pictures.get(id)) {
        text += String.fromCharCode(byte);
      }
      return btoa(text);
    },
  };
}
