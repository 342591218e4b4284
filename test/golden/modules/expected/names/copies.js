/*
 * copies. Made by unstride 0.1.0; to change it, compile its source again.
 * source: sha256:00
 * options:
 *   weights: auto
 */

/** Names, element types and shapes of inputs and outputs. */
export const signature = {
  inputs: {
    "*\u002f input.1": { type: "f16", shape: [2, 1] },
    ["__proto__"]: { type: "i64", shape: [] },
  },
  outputs: {
    "*\u002f input.1": { type: "f16", shape: [2, 1] },
    ["__proto__"]: { type: "i64", shape: [] },
  },
};

/** Makes the model. */
export async function load(options = {}) {
  if (options.weights !== undefined) throw new TypeError("load: this module needs no weights file; leave out the option weights");
  return createModel(halfArrayClass(options.float16));
}

function createModel(HalfArray) {
  const inputArrays = {
    "*\u002f input.1": { kind: Uint16Array, length: 2 },
    ["__proto__"]: { kind: BigInt64Array, length: 1 },
  };
  const outputArrays = {
    "*\u002f input.1": { kind: Uint16Array, length: 2 },
    ["__proto__"]: { kind: BigInt64Array, length: 1 },
  };
  const compute = (___input_1, __proto__, ___input_1_2, __proto___2) => {
    steps_1(___input_1, ___input_1_2, __proto__, __proto___2);
  };
  return {
    signature,
    target: "javascript",
    input: (name) => ownArray("input", inputArrays, name),
    output: (name) => ownArray("output", outputArrays, name),
    run(inputs) {
      checkNames("input", inputs, signature.inputs);
      const ___input_1 = input____input_1(inputs);
      const __proto__ = input___proto__(inputs);
      const ___input_1_2 = new Uint16Array(2);
      const __proto___2 = new BigInt64Array(1);
      compute(___input_1, __proto__, ___input_1_2, __proto___2);
      return { "*\u002f input.1": HalfArray ? new HalfArray(___input_1_2.buffer) : ___input_1_2, ["__proto__"]: __proto___2 };
    },
    runInto(inputs, outputs) {
      checkNames("input", inputs, signature.inputs);
      checkNames("output", outputs, signature.outputs);
      const ___input_1 = input____input_1(inputs);
      const __proto__ = input___proto__(inputs);
      const ___input_1_2 = output____input_1(outputs);
      const __proto___2 = output___proto__(outputs);
      keepApart(___input_1, __proto__, ___input_1_2, __proto___2);
      compute(___input_1, __proto__, ___input_1_2, __proto___2);
    },
  };
}

function input____input_1(values) {
  const array = values?.["*\u002f input.1"];
  if (array instanceof Uint16Array && array.length === 2 && Object.hasOwn(values, "*\u002f input.1")) return array;
  return admit("input", values, "*\u002f input.1", signature.inputs["*\u002f input.1"], 2, Uint16Array);
}

function input___proto__(values) {
  const array = values?.["__proto__"];
  if (array instanceof BigInt64Array && array.length === 1 && Object.hasOwn(values, "__proto__")) return array;
  return admit("input", values, "__proto__", signature.inputs["__proto__"], 1, BigInt64Array);
}

function output____input_1(values) {
  const array = values?.["*\u002f input.1"];
  if (array instanceof Uint16Array && array.length === 2 && Object.hasOwn(values, "*\u002f input.1")) return array;
  return admit("output", values, "*\u002f input.1", signature.outputs["*\u002f input.1"], 2, Uint16Array);
}

function output___proto__(values) {
  const array = values?.["__proto__"];
  if (array instanceof BigInt64Array && array.length === 1 && Object.hasOwn(values, "__proto__")) return array;
  return admit("output", values, "__proto__", signature.outputs["__proto__"], 1, BigInt64Array);
}

function keepApart(___input_1, __proto__, ___input_1_2, __proto___2) {
  if (___input_1.buffer === ___input_1_2.buffer) apart("input \"*\u002f input.1\"", ___input_1, "output \"*\u002f input.1\"", ___input_1_2);
  if (__proto__.buffer === ___input_1_2.buffer) apart("input \"__proto__\"", __proto__, "output \"*\u002f input.1\"", ___input_1_2);
  if (___input_1.buffer === __proto___2.buffer) apart("input \"*\u002f input.1\"", ___input_1, "output \"__proto__\"", __proto___2);
  if (__proto__.buffer === __proto___2.buffer) apart("input \"__proto__\"", __proto__, "output \"__proto__\"", __proto___2);
  if (___input_1_2.buffer === __proto___2.buffer) apart("output \"*\u002f input.1\"", ___input_1_2, "output \"__proto__\"", __proto___2);
}

function steps_1(___input_1, ___input_1_2, __proto__, __proto___2) {
  copy_0(___input_1, 0, ___input_1_2, 0);
  copy_1(__proto__, 0, __proto___2, 0);
}

function copy_0(a, aBase, b, bBase) {
  for (let i = 0; i < 2; i++) b[bBase + i] = a[aBase + i];
}

function copy_1(a, aBase, b, bBase) {
  for (let i = 0; i < 1; i++) b[bBase + i] = a[aBase + i];
}

/** The class to give f16 results as; undefined means the Uint16Array of their bits. */
function halfArrayClass(wanted) {
  if (!wanted)
    return undefined;
  const found = globalThis.Float16Array;
  if (found === undefined) {
    throw Object.assign(new TypeError("this engine has no Float16Array: load without float16 to get Uint16Array bits"), {
      code: "load/float16",
    });
  }
  return found;
}

/** Refuses names the model does not have: those of `known` are its inputs or outputs, whichever `role` says. */
function checkNames(role, values, known) {
  for (const name in values) {
    if (!Object.hasOwn(known, name) && Object.hasOwn(values, name)) {
      const names = Object.keys(known).map((each) => JSON.stringify(each));
      const subject = `${role} ${JSON.stringify(name)}`;
      refuse(TypeError, `run/unknown-${role}`, `${subject} is unknown: the model's ${role}s are ${names.join(", ")}`);
    }
  }
}

/** The own array of the port called `name`; a new one where the former was given away, as `postMessage` can. */
function ownArray(role, arrays, name) {
  const own = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
  if (own === undefined) {
    const names = Object.keys(arrays).map((each) => JSON.stringify(each));
    const message = `${role} ${JSON.stringify(name)} is unknown: the model's ${role}s are ${names.join(", ")}`;
    refuse(TypeError, `run/unknown-${role}`, message);
  }
  if (own.made?.length !== own.length)
    own.made = new own.kind(own.length);
  return own.made;
}

/** The named array as one of `arrayClass`: itself, or a view of the same memory from another realm or an equal class. */
function admit(role, values, name, port, length, arrayClass) {
  const value = values && Object.hasOwn(values, name) ? values[name] : undefined;
  const wanted = `${port.type}[${port.shape.join(",")}] (a ${arrayClass.name} of length ${length})`;
  const subject = `${role} ${JSON.stringify(name)}`;
  if (value === undefined)
    refuse(TypeError, `run/missing-${role}`, `${subject} is missing: it must be ${wanted}`);
  const view = value;
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  const isArray = Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
  const message = `${subject} must be ${wanted}, found ${kind}${isArray ? ` of length ${view.length}` : ""}`;
  if (!isArray || !stands(kind, port.type, arrayClass.name))
    refuse(TypeError, "run/wrong-type", message);
  if (view.length !== length)
    refuse(RangeError, "run/wrong-length", message);
  return new arrayClass(view.buffer, view.byteOffset, length);
}

/** Whether arrays of class `kind` hold elements of `type` as those of class `wanted` do. */
function stands(kind, type, wanted) {
  if (kind === wanted)
    return true;
  return (kind === "Float16Array" && type === "f16") || (kind === "Uint8ClampedArray" && wanted === "Uint8Array");
}

/** Refuses arrays that share memory: results are written while inputs are still read. */
function apart(first, a, second, b) {
  if (a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength) {
    refuse(RangeError, "run/overlap", `${first} and ${second} share memory: give each array its own`);
  }
}

/** Throws an error of the given class with a `code`. */
function refuse(Kind, code, message, cause) {
  throw Object.assign(new Kind(message, cause === undefined ? undefined : { cause }), { code });
}
