// Folders and files that a command makes: what cannot be made or written is told by its real reason.
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkFolder, makeFolder } from "#cli/folder.ts";
import { checkWritable, writePrivate } from "#cli/private-file.ts";
import { workFolder } from "#cli/proxy/work-folder.ts";
import { tempFolder } from "./temp.ts";

test("a folder is made with those above it, for its owner alone", () => {
  const folder = join(tempFolder(), "a", "b", "c");
  makeFolder(folder);
  makeFolder(folder);
  for (const one of [folder, join(folder, "..")]) expect(statSync(one).mode & 0o777).toBe(0o700);
});

test("below what the system makes no folders in, making one ends with the system's reason", () => {
  expect(() => makeFolder("/proc/weft/a")).toThrow(expect.objectContaining({ code: "ENOENT" }));
});

test("a check makes nothing, and names what is in the way", () => {
  const folder = tempFolder({ file: "text" });
  checkFolder(join(folder, "a", "b"), "it cannot be used", "take another");
  expect(existsSync(join(folder, "a"))).toBe(false);
  const below = join(folder, "file", "b");
  expect(() => checkFolder(below, "it cannot be used", "take another")).toThrow(
    expect.objectContaining({
      exit: "failed",
      parts: {
        what: "it cannot be used",
        where: below,
        why: `${join(folder, "file")}: a part of the path is a file, and not a folder`,
        fix: "take another",
      },
    }),
  );
  expect(() => workFolder(join(folder, "file"), "/")).toThrow("the work folder cannot be used");
});

test("a private file is written whole; whether it can be is asked without touching it", () => {
  const folder = tempFolder();
  const path = join(folder, "a", "x.token");
  writePrivate(path, "old\n");
  checkWritable(path);
  expect(readFileSync(path, "utf8")).toBe("old\n");
  expect(() => checkWritable(folder)).toThrow(
    expect.objectContaining({ parts: expect.objectContaining({ where: folder, why: "that is a folder, not a file" }) }),
  );
  expect(() => writePrivate(join(path, "y"), "")).toThrow("a file cannot be written");
});

test("a private file is written through nothing that somebody else has laid there", () => {
  const folder = tempFolder({ victim: "theirs" });
  const path = join(folder, "x.token");
  const laid = `${path}.${process.pid}.new`;
  symlinkSync(join(folder, "victim"), laid);
  checkWritable(path);
  writePrivate(path, "secret\n");
  expect(readFileSync(join(folder, "victim"), "utf8")).toBe("theirs");
  expect(lstatSync(path).isFile()).toBe(true);
  // Nor with the mode of a file that stands.
  writeFileSync(`${join(folder, "y.token")}.${process.pid}.new`, "", { mode: 0o666 });
  writePrivate(join(folder, "y.token"), "secret\n");
  expect(statSync(join(folder, "y.token")).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.endsWith(".new"))).toHaveLength(2);
});
