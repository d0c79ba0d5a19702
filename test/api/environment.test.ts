// The table of environment variables: what is read is in it, and what is in it is read.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ENVIRONMENT, variable } from "#api/environment.ts";

const SRC = fileURLToPath(new URL("../../src/", import.meta.url));
const FLOORS = ["cli", "relay", "node"];

const texts = FLOORS.flatMap((floor) =>
  readdirSync(join(SRC, floor), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [join(floor, file), readFileSync(join(SRC, floor, file), "utf8")] as const),
);

function found(pattern: RegExp): readonly string[] {
  return [...new Set(texts.flatMap(([, text]) => [...text.matchAll(pattern)].map((match) => match[1] ?? "")))].sort();
}

test("each variable of the table is read, and none besides", () => {
  expect(found(/\bvariable\([\w.]+, "(\w+)"\)/g)).toEqual(Object.keys(ENVIRONMENT).sort());
  const past = texts.filter(([, text]) => /\benv\??(?:\.[A-Z][A-Z_]+|\["?\w)/.test(text)).map(([file]) => file);
  expect(past).toEqual([]);
});

test("each WEFT_ name in a text is one of the table", () => {
  const known = new Set<string>(Object.keys(ENVIRONMENT));
  expect(found(/\b(WEFT_[A-Z]\w*)/g).filter((name) => !known.has(name))).toEqual([]);
});

test("one that is empty is as one that is not set", () => {
  expect([variable({ CI: "" }, "CI"), variable({}, "CI"), variable({ CI: "1" }, "CI")]).toEqual([
    undefined,
    undefined,
    "1",
  ]);
});
