/** Axes in another order: `permute(values, [2, 3], [1, 0])` transposes. */
export function permute(values, shape, axes) {
  const strides = stridesOf(shape);
  const result = new Float32Array(values.length);
  const order = axes.map((axis) => ({ extent: shape[axis], stride: strides[axis] }));
  let written = 0;
  const walk = (depth, offset) => {
    if (depth === order.length) {
      result[written++] = values[offset];
      return;
    }
    const { extent, stride } = order[depth];
    for (let at = 0; at < extent; at++) walk(depth + 1, offset + at * stride);
  };
  walk(0, 0);
  return result;
}

function stridesOf(shape) {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}
