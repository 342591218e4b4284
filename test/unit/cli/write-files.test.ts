/** Files are written all or none, into folders that are made and, where it fails, gone again. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeFiles } from "../../../src/cli/write-files.js";
import { codesOfAsync } from "../../support/codes.js";
import { folderWith, listing } from "../../support/command.js";

const files = [
  { path: "a.txt", contents: "a" },
  { path: "b.txt", contents: "b" },
];

test("makes the folders that are missing", async () => {
  const folder = join(folderWith(), "one", "two", "three");
  await writeFiles(folder, files);
  expect(listing(folder)).toEqual(["a.txt", "b.txt"]);
  expect(readFileSync(join(folder, "b.txt"), "utf8")).toBe("b");
});

test.skipIf(!existsSync("/proc/self"))(
  "a folder that the file system refuses to make is an error, not a wait",
  async () => {
    expect(await codesOfAsync(() => writeFiles("/proc/nope", files))).toEqual(["command/file"]);
    expect(await codesOfAsync(() => writeFiles("/proc/nope/deeper", files))).toEqual(["command/file"]);
  },
);

test("folders below a file are refused", async () => {
  const folder = folderWith({ plain: "text" });
  expect(await codesOfAsync(() => writeFiles(join(folder, "plain", "below"), files))).toEqual(["command/file"]);
  expect(listing(folder)).toEqual(["plain"]);
});

test("folders made for nothing are gone again", async () => {
  const folder = folderWith();
  const hidden = [{ path: join("absent", "a.txt"), contents: "a" }];
  expect(await codesOfAsync(() => writeFiles(join(folder, "one", "two"), hidden))).toEqual(["command/file"]);
  expect(listing(folder)).toEqual([]);
});
