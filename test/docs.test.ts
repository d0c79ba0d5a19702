// Documents that name files, commands and folders name ones that exist.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { DOCUMENTS, textOf } from "#test/documents.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const scripts = Object.keys(JSON.parse(textOf("package.json")).scripts);

describe.each(DOCUMENTS)("%s", (path) => {
  const text = textOf(path);

  test("every path in code marks exists", () => {
    const named = [...text.matchAll(/`((?:src|test|tools|docs|migrations)\/[\w./-]+)`/g)].map(([, name]) => name ?? "");
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });

  test("every link to a file leads there", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target]) => target ?? "");
    expect(links.filter((target) => !existsSync(join(root, dirname(path), target)))).toEqual([]);
  });

  test("every npm script that it names is there", () => {
    const named = [...text.matchAll(/npm (?:run )?([a-z0-9]+)/g)].map(([, name]) => name ?? "");
    const known = [...scripts, "ci", "run", "install"];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

test("the README's map names every floor", () => {
  const readme = textOf("README.md");
  const floors = readdirSync(join(root, "src")).filter((floor) => floor !== "envoy" && floor !== "model");
  expect(floors.filter((floor) => !readme.includes(`src/${floor}`))).toEqual([]);
});
