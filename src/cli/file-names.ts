/** A file for each of a model's inputs or outputs. */

/** A file name for each: its own where that is a plain one, else `stem` and its number; no two alike, whatever the file system takes for alike. */
export function fileNames(names: readonly string[], stem: "input" | "output"): readonly string[] {
  const taken = new Set<string>();
  return names.map((name, index) => {
    const plain = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}$/.test(name) ? name : `${stem}${index}`;
    let unique = plain;
    for (let count = 2; taken.has(unique.toLowerCase()); count++) unique = `${plain}-${count}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}
