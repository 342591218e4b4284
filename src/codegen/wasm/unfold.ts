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
  if (line.length < 2 * deepest) return [line];
  const { most, left } = depthOf(line);
  if (most <= deepest) return [line];
  return left === 0 ? unfolded(line) : [...unfolded(line.replace(/^ *\(if /, "")), "(if"];
}

/** The deepest level, and how many levels are still open at the end. */
function depthOf(line: string): { readonly most: number; readonly left: number } {
  let [left, most] = [0, 0];
  for (const mark of line) {
    if (mark === "(") most = Math.max(most, ++left);
    else if (mark === ")") left--;
  }
  return { most, left };
}

/** What only holds other instructions, on a line of its own no less than on theirs: nothing jumps to a block without a name. */
const holders: ReadonlySet<string> = new Set(["block", "then", "else"]);

/**
 * Immediates stand before operands: an instruction is complete where its parenthesis closes. Only of an `if` the condition comes
 * first, and it stands where its first branch begins.
 */
function unfolded(text: string): readonly string[] {
  const instructions: string[] = [];
  const open: string[][] = [];
  for (const [token] of text.matchAll(/\(result \w+\)|[()]|[^()\s]+/g)) {
    if (token === "(") open.push([]);
    else if (token !== ")") open.at(-1)?.push(token);
    else instructions.push(...closed(open.pop() ?? []));
    if (token === "then") instructions.push((open.at(-2) ?? []).join(" "));
    else if (token === "else") instructions.push(token);
  }
  return instructions;
}

function closed(instruction: readonly string[]): readonly string[] {
  const [name = ""] = instruction;
  if (holders.has(name)) return [];
  return [name === "if" ? "end" : instruction.join(" ")];
}
