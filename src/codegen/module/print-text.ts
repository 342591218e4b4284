/** Text of declarations that ts-morph builds. It is loaded when first needed: that takes a quarter of a second. */
import type { SourceFileStructure } from "ts-morph";

/** The text of a file with the given declarations; `path` says by its ending which language it is. */
export async function printText(path: string, statements: SourceFileStructure["statements"]): Promise<string> {
  const { IndentationText, Project } = await import("ts-morph");
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    compilerOptions: { allowJs: true },
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  });
  return project.createSourceFile(path, statements === undefined ? {} : { statements }).getFullText();
}
