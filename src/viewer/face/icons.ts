// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures on buttons: strokes on a field of 20 × 20, in the colour of the text.
import { svg } from "./dom";

const PATHS = {
  list: "M3 5h14M3 10h14M3 15h14",
  window: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14M12 6v8M14 7.5v5",
  scroll: "M5 4h10v5H5zM5 13h10M7 16h6",
  pan: "M10 2v16M2 10h16M7.5 4.5 10 2l2.5 2.5M7.5 15.5 10 18l2.5-2.5M4.5 7.5 2 10l2.5 2.5M15.5 7.5 18 10l-2.5 2.5",
  zoom: "M12.5 12.5 17 17M8.5 3a5.5 5.5 0 1 0 0 11 5.5 5.5 0 1 0 0-11zM6 8.5h5M8.5 6v5",
  point: "M10 2v5M10 13v5M2 10h5M13 10h5M10 7a3 3 0 1 0 0 6 3 3 0 1 0 0-6z",
  length: "M3 14 14 3M2 11l4 4M11 2l4 4",
  angle: "M16 16H3L13 4M8.5 16a6 6 0 0 0-1.6-4.6",
  rectangle: "M3 5h14v10H3z",
  ellipse:
    "M10 4.5c4.2 0 7.2 2.4 7.2 5.5s-3 5.5-7.2 5.5S2.800 13.100 2.800 10 5.800 4.500 10 4.500z",
  probe: "M10 2v6M10 12v6M2 10h6M12 10h6M10 9.500v1",
  fit: "M3 8V3h5M12 3h5v5M17 12v5h-5M8 17H3v-5M7.500 7.500h5v5h-5z",
  actual: "M5 6.500 6.500 5v10M13 6.500 14.500 5v10M10.200 8v.6M10.200 12v.6",
  turnLeft: "M4 4v5h5M4.500 8.500A6.500 6.500 0 1 1 4 12",
  turnRight: "M16 4v5h-5M15.500 8.500A6.500 6.500 0 1 0 16 12",
  flip: "M10 2v16M7 5v10H2zM13 5v10h5z",
  invert: "M10 3a7 7 0 1 0 0 14 7 7 0 1 0 0-14M10 3v14M10 5.500l4 2M10 9l6 1.500M10 12.500l5 1",
  overlays: "M2.500 7 10 3l7.500 4L10 11zM2.500 11.500 10 15.500l7.500-4",
  reset: "M3.500 10a6.500 6.500 0 1 0 2-4.700M3.500 3.500v4h4M10 7v3.500l2.500 1.500",
  play: "M6 4v12l10-6z",
  stop: "M6 4.500h2.500v11H6zM11.500 4.500H14v11h-2.500z",
  keys: "m10 2.500 2.300 4.900 5.200.7-3.800 3.700.9 5.300L10 14.600l-4.600 2.500.9-5.300L2.500 8.100l5.200-.7z",
  layout1: "M3 4h14v12H3z",
  layout2: "M3 4h14v12H3zM10 4v12",
  layout4: "M3 4h14v12H3zM10 4v12M3 10h14",
  planes: "M10 2.500 17 6v8l-7 3.500L3 14V6zM3 6l7 3.500L17 6M10 9.500v8",
  sync: "M3 8.500a7 7 0 0 1 12-3.300L17 7M17 3v4h-4M17 11.500a7 7 0 0 1-12 3.300L3 13M3 17v-4h4",
  lines:
    "M3 4h14v12H3zM3 8.500h1.500M6.500 8.500H8M10 8.500h1.500M13.500 8.500H15M3 12.500h1.500M6.500 12.500H8M10 12.500h1.500M13.500 12.500H15",
  header: "M4 3h12v14H4zM7 7h6M7 10h6M7 13h4",
  print: "M6 8V3h8v5M6 14H3V8h14v6h-3M6 12h8v5H6z",
  save: "M10 3v9M6.500 8.500 10 12l3.500-3.500M3 13v4h14v-4",
  help: "M7.500 7.500a2.600 2.600 0 1 1 3.700 2.400c-.8.4-1.200.9-1.200 1.800M10 14.300v.4M10 2.500a7.500 7.500 0 1 0 0 15 7.500 7.500 0 1 0 0-15z",
  info: "M10 9v5M10 6v.4M10 2.500a7.500 7.500 0 1 0 0 15 7.500 7.500 0 1 0 0-15z",
  warn: "M10 3 18 17H2zM10 8v4.500M10 14.500v.4",
  close: "M5 5l10 10M15 5 5 15",
  down: "M6 8l4 4 4-4",
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGElement {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", "aria-hidden": true },
    svg("path", { d: PATHS[name] }),
  );
}
