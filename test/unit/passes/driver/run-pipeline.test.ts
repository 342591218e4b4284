/** The runner holds passes to their word. The program here is a list of numbers, which is all the runner needs to know. */
import { describe, expect, it } from "vitest";
import { InternalError, UnstrideError, fail } from "../../../../src/diagnostics/error.js";
import type { Pass, Property } from "../../../../src/passes/driver/pass.js";
import {
  bisectPipeline,
  checkPassNames,
  runPipeline,
  type PipelineOptions,
} from "../../../../src/passes/driver/run-pipeline.js";
import { passContext } from "../../../support/pass-context.js";

type Numbers = readonly number[];

const even: Property<Numbers> = {
  name: "even",
  violation: (ir) => {
    const odd = ir.find((value) => value % 2 !== 0);
    return odd === undefined ? undefined : `${odd} is odd`;
  },
};

const pass = (name: string, run: (ir: Numbers) => Numbers, more: Partial<Pass<Numbers>> = {}): Pass<Numbers> => ({
  name,
  why: "for the test",
  run,
  ...more,
});

const double = pass("double", (ir) => ir.map((value) => 2 * value), { gives: [even] });
const halve = pass("halve", (ir) => ir.map((value) => value / 2), { needs: [even] });
const nothing = pass("nothing", (ir) => ir);
const spoil = pass("spoil", (ir) => [...ir, NaN]);

const options: PipelineOptions<Numbers> = {
  context: passContext,
  verify: (ir) => {
    if (ir.some(Number.isNaN)) throw new RangeError("a number is missing");
  },
  print: (ir) => ir.join(" "),
};

describe("runPipeline", () => {
  it("runs passes in order", () => {
    expect(runPipeline([1, 2], [double, halve, double], options)).toEqual({ ir: [2, 4], stopped: false });
  });

  it("keeps the object where nothing changes", () => {
    const ir = [1];
    expect(runPipeline(ir, [nothing, nothing], options).ir).toBe(ir);
  });

  it("verifies before the first pass", () => {
    expect(() => runPipeline([NaN], [nothing], options)).toThrow("a number is missing");
  });

  it("names the pass that broke the program, and shows the program", () => {
    const run = () => runPipeline([1], [double, spoil], options);
    expect(run).toThrow(InternalError);
    expect(run).toThrow(/spoil: a number is missing\n2 NaN/);
  });

  it("checks what a pass needs and gives", () => {
    expect(() => runPipeline([1], [halve], options)).toThrow(/halve: needs even: 1 is odd/);
    const liar = pass("liar", (ir) => ir, { gives: [even] });
    expect(() => runPipeline([1], [liar], options)).toThrow(/liar: does not give even: 1 is odd/);
  });

  it("lets diagnostics for the user through, and wraps everything else", () => {
    const refuse = pass("refuse", () => fail("command/option", { found: "x" }));
    expect(() => runPipeline([1], [refuse], options)).toThrow(UnstrideError);
    const crash = pass("crash", () => {
      throw new TypeError("oops");
    });
    expect(() => runPipeline([1], [crash], options)).toThrow(/crash: oops/);
  });

  it("takes snapshots after the passes asked for", () => {
    const taken: string[] = [];
    const onSnapshot = ({ pass, text }: { pass: string; text: string }) => taken.push(`${pass}: ${text}`);
    runPipeline([1], [double, nothing, double], { ...options, printAfter: ["double"], onSnapshot });
    expect(taken).toEqual(["double: 2", "double: 4"]);
    taken.length = 0;
    runPipeline([1], [double, nothing], { ...options, printAfter: "all", onSnapshot });
    expect(taken).toEqual(["double: 2", "nothing: 2"]);
  });

  it("stops after a pass", () => {
    expect(runPipeline([1], [double, halve], { ...options, stopAfter: "double" })).toEqual({ ir: [2], stopped: true });
  });

  it("tells of passes before and after they run", () => {
    const told: string[] = [];
    runPipeline([1], [double, nothing], {
      ...options,
      onBeforePass: ({ name }, index) => told.push(`${index} ${name}`),
      onAfterPass: ({ before, after }) => told.push(`${before} to ${after}`),
    });
    expect(told).toEqual(["0 double", "1 to 2", "1 nothing", "2 to 2"]);
  });
});

describe("checkPassNames", () => {
  it("names the passes there are", () => {
    checkPassNames(["halve"], [double, halve]);
    expect(() => checkPassNames(["treble"], [double, halve])).toThrow(/double, halve[^]*"treble"/);
  });
});

describe("bisectPipeline", () => {
  const many = Array.from({ length: 9 }, (_, i) => pass(`p${i}`, (ir) => (i === 6 ? [...ir, 13] : [...ir])));

  it("finds the first pass that makes the program bad, asking few times", () => {
    let asked = 0;
    const event = bisectPipeline([1], many, options, (ir) => {
      asked++;
      return !ir.includes(13);
    });
    expect(event?.pass.name).toBe("p6");
    expect([event?.before, event?.after]).toEqual([[1], [1, 13]]);
    expect(asked).toBeLessThan(5);
  });

  it("finds nothing where the program stays good", () => {
    expect(bisectPipeline([1], many, options, () => true)).toBeUndefined();
  });
});
