// Pictures in and out of PP-OCR's text detector.
import { readFileSync } from "node:fs";
import pngjs from "pngjs";

/** The detector's input and the picture's size here: pixels on each side. */
export const size = 320;

/** The picture, averaged down to size × size: RGB, 0 … 255. */
export function pixelsOf(file) {
  const { width, height, data } = pngjs.PNG.sync.read(readFileSync(file));
  const pixels = new Float32Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) average(data, width, box(y, height), box(x, width), pixels, (y * size + x) * 3);
  }
  return pixels;
}

function box(position, extent) {
  const start = Math.floor((position * extent) / size);
  return [start, Math.max(start + 1, Math.floor(((position + 1) * extent) / size))];
}

function average(data, width, [top, bottom], [left, right], pixels, at) {
  const count = (bottom - top) * (right - left);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      for (let c = 0; c < 3; c++) pixels[at + c] += data[(y * width + x) * 4 + c] / count;
    }
  }
}

/** Channels first, as PP-OCR wants it: (value / 255 − mean) / deviation, blue first. */
export function normalised(pixels) {
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const area = size * size;
  return Float32Array.from({ length: 3 * area }, (_, i) => {
    const c = Math.floor(i / area);
    return (pixels[(i % area) * 3 + 2 - c] / 255 - mean[c]) / deviation[c];
  });
}

/** A PNG of the picture and, right of it, the picture darkened where there is no text. */
export function sideBySide(pixels, heat) {
  const png = new pngjs.PNG({ width: 2 * size, height: size });
  for (let i = 0; i < size * size; i++) {
    const [row, column] = [Math.floor(i / size), i % size];
    const rgb = pixels.subarray(i * 3, i * 3 + 3);
    paint(png, row, column, rgb);
    const p = Math.min(Math.max(heat[i], 0), 1);
    paint(png, row, column + size, [rgb[0] * 0.25 + 230 * p, rgb[1] * 0.25 + 130 * p * p, rgb[2] * 0.25 + 20 * p]);
  }
  return pngjs.PNG.sync.write(png);
}

function paint(png, row, column, [red, green, blue]) {
  const at = (row * png.width + column) * 4;
  png.data.set(
    [red, green, blue, 255].map((value) => Math.min(255, Math.round(value))),
    at,
  );
}
