/** Pictures of bars: where bars end, what is escaped. */
import { expect, test } from "vitest";
import { barChart, type BarChart } from "../../../../src/cli/bench/bar-chart.js";

const chart = (values: readonly number[], scale: BarChart["scale"]): BarChart => ({
  title: "title",
  unit: "ms",
  series: [{ name: "s", colour: 1 }],
  groups: values.map((value) => ({ name: `g${value}`, bars: [{ series: "s", value, label: `label ${value}` }] })),
  scale,
});

/** `[x, width]` of the bars. */
function barsOf(svg: string): readonly (readonly number[])[] {
  return [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="11"/g)].map(([, x, width]) => [
    Number(x),
    Number(width),
  ]);
}

test("on a linear axis bars are as long as their values are large", () => {
  const [[start = 0, short = 0] = [], [other, long = 0] = []] = barsOf(barChart(chart([1, 4], { kind: "linear" })));
  expect(start).toBe(other);
  expect(long / short).toBeCloseTo(4, 2);
});

test("on a logarithmic axis bars begin at the origin, and twice is as far as half", () => {
  const bars = barsOf(barChart(chart([0.5, 2], { kind: "log", origin: 1 })));
  const [[left = 0, half = 0] = [], [right = 0, twice = 0] = []] = bars;
  expect(left + half).toBeCloseTo(right, 2);
  expect(half).toBeCloseTo(twice, 2);
});

test("quartiles are a line over the end of the bar", () => {
  const bar = { series: "s", value: 2, low: 1, high: 4, label: "two" };
  const svg = barChart({ ...chart([], { kind: "linear" }), groups: [{ name: "g", bars: [bar] }] });
  const [, from = "", to = ""] =
    /<line x1="([\d.]+)" y1="[\d.]+" x2="([\d.]+)" y2="[\d.]+" stroke="#000000"/.exec(svg) ?? [];
  const [[start = 0, width = 0] = []] = barsOf(svg);
  expect((Number(from) - start) / width).toBeCloseTo(0.5, 2);
  expect((Number(to) - start) / width).toBeCloseTo(2, 2);
});

test("what is no number has its label and no bar", () => {
  const svg = barChart(chart([NaN, 1], { kind: "linear" }));
  expect(barsOf(svg)).toHaveLength(1);
  expect(svg).toContain("label NaN");
});

test("names are text, whatever is in them", () => {
  const hostile = `</text><script>alert("1")</script>&\u001b[2J\u0000`;
  const svg = barChart({ ...chart([1], { kind: "linear" }), title: hostile });
  expect(svg).not.toContain("<script");
  // eslint-disable-next-line no-control-regex
  expect(svg).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(svg).toContain("&lt;/text&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;\\u001b[2J\\u0000");
});

test("the same data give the same text", () => {
  const data = chart([0.3, 1, 7], { kind: "log", origin: 1 });
  expect(barChart(data)).toBe(barChart(structuredClone(data)));
});
