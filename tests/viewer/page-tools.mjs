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
  /** So many frames at a time, as when a series is read ahead. */
  const SEVERAL = 3;
  const samplesOf = (frame) => frame.kind === "grey" ? frame.values : frame.rgba;
  const sumOf = (frame) => {
    const samples = samplesOf(frame);
    return crc32(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  };
  const isAlike = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);
  /** Each is looked at when it comes: afterwards its memory may be another's. */
  const readAll = async (store, entries, look) => {
    for (let i = 0; i < entries.length; i += SEVERAL) {
      await Promise.all(entries.slice(i, i + SEVERAL).map(async (entry) =>
        look(entry, await store.get(entry.image, entry.index))));
    }
  };
  /** Frames of a series, those of its images that can be shown. */
  const framesOf = async (series) => (await series.load()).filter(({ reason }) => reason === "")
    .flatMap((image) => Array.from({ length: image.frameCount }, (_, index) => ({ image, index })));
  /** One of each list, then the next of each: neighbours are of different sizes and kinds. */
  const interleave = (lists) => Array.from({ length: Math.max(...lists.map((list) => list.length)) },
    (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
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
    /** Reads every frame while memory is plenty and none is used again; then there and back in
     * memory for a few, on the way back while one is held. */
    async goRound() {
      const { frames: store, studies } = await IC.openDisc();
      const lists = await Promise.all(studies.flatMap(({ series }) => series).map(framesOf));
      const entries = interleave(lists);
      const sums = new Map(), sizes = [], kinds = new Set(), changed = [], dropped = [];
      await readAll(store, entries, (entry, frame) => {
        sums.set(entry, sumOf(frame));
        sizes.push(frame.bytes);
        kinds.add(`${frame.kind} ${frame.bytes / (frame.columns * frame.rows)}`);
      });
      const check = (entry, frame) => {
        if (sumOf(frame) !== sums.get(entry)) {
          changed.push(`${entry.image.file} ${entry.index}`);
        }
      };
      let held = null;
      store.limitBytes = Math.max(...sizes) + Math.min(...sizes);
      store.isHeld = (frame) => {
        dropped.push(frame);
        return frame === held;
      };
      await readAll(store, entries, check);
      const { image, index } = entries[entries.length >> 1];
      held = await store.get(image, index);
      const copy = samplesOf(held).slice();
      await readAll(store, [...entries].reverse(), check);
      return {
        changed, kinds: [...kinds], frames: entries.length,
        wasHeldDropped: dropped.includes(held),
        isHeldWhole: isAlike(samplesOf(held), copy),
        handedOver: dropped.filter((frame) => samplesOf(frame).length === 0).length,
      };
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
