/** Which nodes are one call of TensorFlow.js. The real one is met in the differential suite. */
import { expect, test } from "vitest";
import { graph } from "../../../../src/frontends/code/graph.js";
import { planSteps } from "../../../../src/cli/bench/tfjs-plan.js";

const filter = (count: number) => Array.from({ length: count }, (_, i) => i);

test("a convolution takes its bias and activation along", () => {
  const built = graph("g", ({ input, parameter, conv2d, relu, output }) => {
    const bias = parameter("b", [3], filter(3));
    output("y", relu(conv2d(input("x", [1, 4, 4, 2]), parameter("w", [1, 1, 2, 3], filter(6)), { bias })));
  });
  const steps = planSteps(built);
  expect(steps).toHaveLength(1);
  expect(steps[0]?.operands).toHaveLength(3);
  expect(steps[0]?.results[0]).toBe(built.outputs[0]?.value);
});

test("what others read too is computed for itself", () => {
  const built = graph("g", ({ input, parameter, conv2d, relu, add, output }) => {
    const sum = add(
      conv2d(input("x", [1, 4, 4, 2]), parameter("w", [1, 1, 2, 3], filter(6))),
      parameter("b", [3], filter(3)),
    );
    output("y", relu(sum));
    output("z", sum);
  });
  expect(planSteps(built).map(({ operands }) => operands.length)).toEqual([3, 1]);
});

test("an addition of another tensor is no bias", () => {
  const built = graph("g", ({ input, parameter, conv2d, add, output }) => {
    const made = conv2d(input("x", [1, 4, 4, 3]), parameter("w", [1, 1, 3, 3], filter(9)));
    output("y", add(made, input("r", [1, 4, 4, 3])));
  });
  expect(planSteps(built)).toHaveLength(2);
});

test("what it is not known to do is named", () => {
  const built = graph("g", ({ input, asinh, output }) => output("y", asinh(input("x", [2]))));
  expect(() => planSteps(built)).toThrow("no function for asinh");
});
