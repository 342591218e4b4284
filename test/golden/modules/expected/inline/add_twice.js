/*
 * add_twice. Made by unstride 0.1.0; to change it, compile its source again.
 * source: sha256:00
 * options:
 *   weights: inline
 */

/** Names, element types and shapes of inputs and outputs. */
export const signature = {
  inputs: {
    x: { type: "f32", shape: [2, 3] },
  },
  outputs: {
    y: { type: "f32", shape: [2, 3] },
  },
};

/** Makes the model, with the weights at the end of this file. */
export async function load(options = {}) {
  if (options.weights !== undefined) throw new TypeError("load: this module needs no weights file; leave out the option weights");
  const facts = { file: "add_twice.js", bytes: 24, start: 0, digest: 0xab2ddb0e };
  const weights = checkFile(facts, { place: "what this file carries", bytes: decodeBase64(weightsText) }, "weights");
  return createModel(weights);
}

function createModel(weights) {
  const arena = new ArrayBuffer(32);
  const arena_float32 = new Float32Array(arena);
  const weights_float32 = new Float32Array(weights.buffer, weights.byteOffset, 6);
  const inputArrays = {
    x: { kind: Float32Array, length: 6 },
  };
  const outputArrays = {
    y: { kind: Float32Array, length: 6 },
  };
  const compute = (x, y) => {
    steps_1(x, weights_float32, arena_float32, y);
  };
  return {
    signature,
    target: "javascript",
    input: (name) => ownArray("input", inputArrays, name),
    output: (name) => ownArray("output", outputArrays, name),
    run(inputs) {
      checkNames("input", inputs, signature.inputs);
      const x = input_x(inputs);
      const y = new Float32Array(6);
      compute(x, y);
      return { y };
    },
    runInto(inputs, outputs) {
      checkNames("input", inputs, signature.inputs);
      checkNames("output", outputs, signature.outputs);
      const x = input_x(inputs);
      const y = output_y(outputs);
      keepApart(x, y);
      compute(x, y);
    },
  };
}

function input_x(values) {
  const array = values?.["x"];
  if (array instanceof Float32Array && array.length === 6 && Object.hasOwn(values, "x")) return array;
  return admit("input", values, "x", signature.inputs["x"], 6, Float32Array);
}

function output_y(values) {
  const array = values?.["y"];
  if (array instanceof Float32Array && array.length === 6 && Object.hasOwn(values, "y")) return array;
  return admit("output", values, "y", signature.outputs["y"], 6, Float32Array);
}

function keepApart(x, y) {
  if (x.buffer === y.buffer) apart("input \"x\"", x, "output \"y\"", y);
}

function steps_1(x, weights_float32, arena_float32, y) {
  // tiny.onnx, node "first" (Add, #0)
  add(x, 0, weights_float32, 0, arena_float32, 2);
  // tiny.onnx, node "second" (Add, #1)
  add(arena_float32, 2, weights_float32, 0, y, 0);
}

function add(a, aBase, b, bBase, c, cBase) {
  for (let i = 0; i < 6; i++) c[cBase + i] = a[aBase + i] + b[bBase + i];
}

/** The bytes of canonical base64 without line ends. No `atob`: engines outside browsers lack it, or are slow at it. */
function decodeBase64(text) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const sextets = new Uint8Array(128);
  for (let i = 0; i < 64; i++)
    sextets[alphabet.charCodeAt(i)] = i;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let from = 0, to = 0; from < text.length; from += 4, to += 3) {
    const word = (sextets[text.charCodeAt(from)] << 18) |
      (sextets[text.charCodeAt(from + 1)] << 12) |
      (sextets[text.charCodeAt(from + 2)] << 6) |
      sextets[text.charCodeAt(from + 3)];
    bytes[to] = word >> 16;
    bytes[to + 1] = word >> 8;
    bytes[to + 2] = word;
  }
  return bytes;
}

/** The data part of a file that has the size and the digest of `facts`; any other is refused with `<option>/mismatch`. */
function checkFile(facts, { place, bytes }, option) {
  const { file, start } = facts;
  if (bytes.length !== facts.bytes) {
    const kind = bytes.length < facts.bytes ? "truncated or another model's" : "another model's";
    refuse(Error, `${option}/mismatch`, `${place} is ${kind}: ${file} has ${facts.bytes} bytes, this has ${bytes.length}. Use the file made together with this module`);
  }
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const data = aligned.subarray(start);
  const found = digest(data);
  if (found !== facts.digest) {
    const [wanted, got] = [facts.digest, found].map((each) => each.toString(16).padStart(8, "0"));
    refuse(Error, `${option}/mismatch`, `${place} is damaged or another model's: the data of ${file} has digest ${wanted}, this has ${got}. Use the file made together with this module`);
  }
  return data;
}

/**
 * XXH32 with seed 0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md): about one millisecond for four megabytes.
 * `bytes` begins at a multiple of four in its buffer.
 */
function digest(bytes) {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  const turn = (value, by) => (value << by) | (value >>> (32 - by));
  const round = (lane, word) => Math.imul(turn(lane + Math.imul(word, 0x85ebca77), 13), 0x9e3779b1);
  const striped = words.length & ~3;
  let a = 0x24234428;
  let b = 0x85ebca77 | 0;
  let c = 0;
  let d = -0x9e3779b1 | 0;
  for (let i = 0; i < striped; i += 4) {
    a = round(a, words[i]);
    b = round(b, words[i + 1]);
    c = round(c, words[i + 2]);
    d = round(d, words[i + 3]);
  }
  let hash = striped > 0 ? turn(a, 1) + turn(b, 7) + turn(c, 12) + turn(d, 18) : 0x165667b1;
  hash = (hash + bytes.length) | 0;
  for (let i = striped; i < words.length; i++) {
    hash = Math.imul(turn(hash + Math.imul(words[i], 0xc2b2ae3d), 17), 0x27d4eb2f);
  }
  for (let i = words.length << 2; i < bytes.length; i++) {
    hash = Math.imul(turn(hash + Math.imul(bytes[i], 0x165667b1), 11), 0x9e3779b1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae3d);
  return (hash ^ (hash >>> 16)) >>> 0;
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

const weightsText =
  "AACAPwAAAEAAAEBAAACAQAAAoEAAAMBA";
