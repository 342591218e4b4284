/**
 * Groups of horizontal bars as SVG: what a bench measured, as a picture. The same text for the same data, without scripts, fonts of its own
 * or references; its names may be any strings.
 */
import { escaped } from "../../diagnostics/quoted.js";

export interface Series {
  readonly name: string;
  /** Its number in the palette of eight, so that what is in several charts has one colour. */
  readonly colour: number;
}

export interface Bar {
  /** Which of the chart's series it belongs to, and so its colour. */
  readonly series: string;
  readonly value: number;
  /** Half of the samples lie between these; drawn as a line over the bar's end. */
  readonly low?: number;
  readonly high?: number;
  /** What stands behind the bar. */
  readonly label: string;
}

export interface BarGroup {
  readonly name: string;
  readonly bars: readonly Bar[];
}

/** Bars begin at zero on a linear axis; on a logarithmic one at `origin`, and go left where they are less. */
export type Scale = { readonly kind: "linear" } | { readonly kind: "log"; readonly origin: number };

export interface BarChart {
  readonly title: string;
  /** What the axis counts. */
  readonly unit: string;
  readonly series: readonly Series[];
  readonly groups: readonly BarGroup[];
  readonly scale: Scale;
  /** Lines below the bars. */
  readonly caption?: readonly string[];
}

/** Told apart by people who see fewer colours too: Okabe and Ito, "Color universal design", 2008. */
const colours = ["#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00", "#cc79a7", "#999999", "#000000"];
const width = 960;
const labels = 310;
const margin = 16;
const ends = 120;
const bar = 13;
const line = 18;

interface Axis {
  readonly at: (value: number) => number;
  readonly origin: number;
  readonly ticks: readonly number[];
}

/** The text of an SVG file. Values that are no finite numbers have no bar. */
export function barChart(chart: BarChart): string {
  const axis = axisOf(chart);
  const top = 3 * line + line * Math.ceil(chart.series.length / perLegendLine) + margin;
  const bars = chart.groups.map(({ bars: each }) => each.length * bar + line);
  const bottom = top + bars.reduce((sum, height) => sum + height, 0);
  const caption = chart.caption ?? [];
  const height = bottom + 2 * line + caption.length * line + margin;
  const starts = bars.map((_, i) => bars.slice(0, i).reduce((sum, each) => sum + each, top));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${margin}" y="${margin + line / 2}" font-size="16" font-weight="bold">${markup(chart.title)}</text>`,
    ...legend(chart.series),
    ...grid(axis, top, bottom, chart.unit),
    ...chart.groups.flatMap((group, i) => groupMarks(group, chart.series, axis, starts[i] ?? top)),
    ...caption.map(
      (text, i) => `<text x="${margin}" y="${bottom + (3 + i) * line}" fill="#555555">${markup(text)}</text>`,
    ),
    "</svg>",
    "",
  ].join("\n");
}

const perLegendLine = 5;

function legend(series: readonly Series[]): string[] {
  const step = (width - 2 * margin) / perLegendLine;
  return series.flatMap(({ name }, i) => {
    const x = margin + (i % perLegendLine) * step;
    const y = 2 * line + line * Math.floor(i / perLegendLine);
    return [
      `<rect x="${number(x)}" y="${y}" width="10" height="10" fill="${colourOf(series, name)}"/>`,
      `<text x="${number(x + 15)}" y="${y + 10}">${markup(name)}</text>`,
    ];
  });
}

function grid({ at, origin, ticks }: Axis, top: number, bottom: number, unit: string): string[] {
  const vertical = (x: number, colour: string): string =>
    `<line x1="${number(x)}" y1="${top}" x2="${number(x)}" y2="${bottom}" stroke="${colour}"/>`;
  const tick = (value: number): string[] => [
    vertical(at(value), "#dddddd"),
    `<text x="${number(at(value))}" y="${bottom + 14}" text-anchor="middle" fill="#555555">${number(value)}</text>`,
  ];
  const name = `<text x="${labels - 8}" y="${bottom + 14}" text-anchor="end" fill="#555555">${markup(unit)}</text>`;
  return [...ticks.flatMap(tick), vertical(at(origin), "#333333"), name];
}

function groupMarks({ name, bars }: BarGroup, series: readonly Series[], axis: Axis, top: number): string[] {
  const middle = top + (bars.length * bar) / 2 + 4;
  const title = `<text x="${labels - 8}" y="${number(middle)}" text-anchor="end">${markup(name)}</text>`;
  return [title, ...bars.flatMap((each, i) => barMarks(each, colourOf(series, each.series), axis, top + i * bar))];
}

function barMarks({ value, low, high, label }: Bar, colour: string, { at, origin }: Axis, y: number): string[] {
  if (!Number.isFinite(value))
    return [`<text x="${number(at(origin) + 4)}" y="${y + 10}" fill="#555555">${markup(label)}</text>`];
  const [from, to] = [Math.min(at(value), at(origin)), Math.max(at(value), at(origin))];
  const rectangle = `<rect x="${number(from)}" y="${y + 1}" width="${number(Math.max(to - from, 0.5))}" height="${bar - 2}" fill="${colour}"/>`;
  const end = Math.max(to, high === undefined ? to : at(high));
  const text = `<text x="${number(end + 4)}" y="${y + 10}" font-size="11">${markup(label)}</text>`;
  if (low === undefined || high === undefined) return [rectangle, text];
  const middle = y + bar / 2;
  const whisker = `<line x1="${number(at(low))}" y1="${middle}" x2="${number(at(high))}" y2="${middle}" stroke="#000000"/>`;
  return [rectangle, whisker, text];
}

function axisOf({ groups, scale }: BarChart): Axis {
  const bars = groups.flatMap((group) => group.bars);
  const values = bars.flatMap(({ value, low = value, high = value }) => [value, low, high]).filter(Number.isFinite);
  return scale.kind === "linear" ? linearAxis(Math.max(...values, 0)) : logarithmicAxis(values, scale.origin);
}

const room = width - labels - ends - margin;

function linearAxis(largest: number): Axis {
  const end = largest > 0 ? largest : 1;
  const step = niceStep(end / 6);
  const ticks = Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, i) => i * step);
  return { at: (value) => labels + (room * value) / end, origin: 0, ticks };
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

function logarithmicAxis(values: readonly number[], origin: number): Axis {
  const positive = values.filter((value) => value > 0);
  const [least, most] = [Math.min(...positive, origin), Math.max(...positive, origin * 2)];
  const span = Math.log(most / least);
  const decades = Array.from({ length: 13 }, (_, i) => 10 ** (i - 6));
  const ticks = decades.flatMap((power) => [1, 2, 5].map((factor) => factor * power));
  return {
    at: (value) => labels + (room * Math.log(Math.max(value, least) / least)) / span,
    origin,
    ticks: ticks.filter((tick) => tick >= least && tick <= most),
  };
}

function colourOf(series: readonly Series[], name: string): string {
  const colour = series.find((each) => each.name === name)?.colour ?? 0;
  return colours[colour % colours.length] ?? "#000000";
}

/** At most three decimals. */
function number(value: number): string {
  return String(Number(value.toFixed(3)));
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function markup(text: string): string {
  return escaped(text).replace(/[&<>"]/g, (mark) => entities[mark] ?? mark);
}
