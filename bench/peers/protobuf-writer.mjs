/** The few lines of protobuf that writing a small ONNX model takes: messages are lists of fields, fields are bytes. */
const lengthDelimited = 2;

/** A message of the given fields; `undefined` ones are left out. */
export function message(...fields) {
  return Buffer.concat(fields.filter((field) => field !== undefined));
}

export function integerField(number, value) {
  return Buffer.concat([variableInteger(number << 3), variableInteger(value)]);
}

export function bytesField(number, bytes) {
  return Buffer.concat([variableInteger((number << 3) | lengthDelimited), variableInteger(bytes.length), bytes]);
}

export function textField(number, text) {
  return bytesField(number, Buffer.from(text));
}

/** Repeated integers, packed. */
export function integersField(number, values) {
  return bytesField(number, Buffer.concat(values.map(variableInteger)));
}

/** Seven bits a byte, the lowest first; non-negative only. */
function variableInteger(value) {
  const bytes = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
