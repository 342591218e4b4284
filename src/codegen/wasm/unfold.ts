/**
 * Folded instructions that are nested deeply → the same, one after the other: operands before what takes them.
 *
 *     (f32.add (f32.load (local.get $p)) (f32.const 1))     →     local.get $p  f32.load  f32.const 1  f32.add
 *
 * The assembler reads nested ones by recursion on a stack of 64 kB, which it overruns beyond some 200 levels without noticing.
 */

/** Levels that stay folded; what they stand in takes some of its own. */
const deepest = 48;

/** A module's text with every line that is nested too deeply written as instructions one after the other. */
export function shallow(text: string): string {
  return text.split("\n").flatMap(shallowLine).join("\n");
}

/** An `(if` that is still open at the end of the line keeps its place there. */
function shallowLine(line: string): readonly string[] {
  if (line.length < 2 * deepest || depthOf(line) <= deepest) return [line];
  const [, open = "", rest = line] = /^ *(\(if )?(.*)$/s.exec(line) ?? [];
  return [...unfolded(rest), ...(open === "" ? [] : [open.trim()])];
}

function depthOf(line: string): number {
  let [depth, most] = [0, 0];
  for (const mark of line) {
    if (mark === "(") most = Math.max(most, ++depth);
    else if (mark === ")") depth--;
  }
  return most;
}

/** Immediates stand before operands: an instruction is complete where its parenthesis closes, and a block's head where its body begins. */
function unfolded(text: string): readonly string[] {
  const instructions: string[] = [];
  const open: string[][] = [];
  for (const [token] of text.matchAll(/\(result \w+\)|[()]|[^()\s]+/g)) {
    if (token === "(") {
      const head = open.at(-1);
      if (head?.[0] === "block") instructions.push(head.splice(0, Infinity, "end").join(" "));
      open.push([]);
    } else if (token === ")") instructions.push((open.pop() ?? []).join(" "));
    else open.at(-1)?.push(token);
  }
  return instructions;
}
