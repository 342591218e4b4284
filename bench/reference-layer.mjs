/**
 * A layer by its definition, summed in f64: what every contender's result is held against. Signals and images are volumes of extent one.
 *
 * y[n, p, o] = Σ x[n, s·p + k − low, c] · w[k, c, o], and the other way round for transposed convolutions:
 * y[n, s·p + k − low, o] = Σ x[n, p, c] · w[k, o, c].
 */
import { elements, isDepthwise, isTransposed, outputShape, explicitPadding } from "./layers.mjs";

/** The output, `Float64Array`, channels last. */
export function referenceLayer(layer, input, filter) {
  const volume = asVolume(layer);
  const wide = isTransposed(layer) ? volume.output : volume.input;
  const narrow = isTransposed(layer) ? volume.input : volume.output;
  const y = new Float64Array(elements(volume.output));
  const accumulate = isDepthwise(layer) ? eachChannel : isTransposed(layer) ? scattered : gathered;
  forEachTap({ ...volume, wide, narrow }, (wideAt, narrowAt, tap) =>
    isTransposed(layer)
      ? accumulate(y, wideAt, volume.output[4], input, narrowAt, volume.input[4], filter, tap)
      : accumulate(y, narrowAt, volume.output[4], input, wideAt, volume.input[4], filter, tap),
  );
  return y;
}

function asVolume(layer) {
  const missing = Array.from({ length: 3 - layer.strides.length }, () => 1);
  const filled = ([batch, ...rest]) => [batch, ...missing, ...rest];
  const pads = explicitPadding(layer).low;
  return {
    input: filled(layer.input),
    output: filled(outputShape(layer)),
    kernel: [...missing, ...layer.filter.slice(0, -2)],
    strides: [...missing, ...layer.strides],
    lows: [...missing.map(() => 0), ...pads],
  };
}

/** Calls with the offset of a wide and of a narrow position that a tap joins, over channels, and the tap's number. */
function forEachTap({ wide, narrow, kernel, strides, lows }, visit) {
  const positions = (shape) => shape.slice(0, 4);
  const offset = (shape, at) => positions(shape).reduce((sum, extent, axis) => sum * extent + at[axis], 0);
  const at = [0, 0, 0, 0];
  const from = [0, 0, 0, 0];
  for (let place = 0; place < elements(positions(narrow)); place++) {
    let rest = place;
    for (let axis = 3; axis >= 0; axis--) {
      at[axis] = rest % narrow[axis];
      rest = Math.floor(rest / narrow[axis]);
    }
    from[0] = at[0];
    for (let tap = 0; tap < elements(kernel); tap++) {
      let left = tap;
      let inside = true;
      for (let axis = 2; axis >= 0; axis--) {
        from[axis + 1] = at[axis + 1] * strides[axis] + (left % kernel[axis]) - lows[axis];
        left = Math.floor(left / kernel[axis]);
        inside &&= from[axis + 1] >= 0 && from[axis + 1] < wide[axis + 1];
      }
      if (inside) visit(offset(wide, from), place, tap);
    }
  }
}

function gathered(y, to, outputs, x, from, inputs, w, tap) {
  for (let c = 0; c < inputs; c++) {
    const value = x[from * inputs + c];
    const row = (tap * inputs + c) * outputs;
    for (let o = 0; o < outputs; o++) y[to * outputs + o] += value * w[row + o];
  }
}

function scattered(y, to, outputs, x, from, inputs, w, tap) {
  for (let o = 0; o < outputs; o++) {
    const row = (tap * outputs + o) * inputs;
    let sum = 0;
    for (let c = 0; c < inputs; c++) sum += x[from * inputs + c] * w[row + c];
    y[to * outputs + o] += sum;
  }
}

function eachChannel(y, to, outputs, x, from, inputs, w, tap) {
  for (let c = 0; c < outputs; c++) y[to * outputs + c] += x[from * inputs + c] * w[tap * outputs + c];
}
