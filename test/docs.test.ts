// Documents that name files, commands and folders name ones that exist.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const documents = [
  "README.md",
  ...["docs", "docs/guides", "docs/decisions", "docs/policies"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");
const scripts = Object.keys(JSON.parse(textOf("package.json")).scripts);

describe.each(documents)("%s", (path) => {
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
    const named = [...text.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name]) => name ?? "");
    const known = [...scripts, "ci", "run", "install"];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

test("the README's map names every floor", () => {
  const readme = textOf("README.md");
  const floors = readdirSync(join(root, "src")).filter((floor) => floor !== "envoy" && floor !== "model");
  expect(floors.filter((floor) => !readme.includes(`src/${floor}`))).toEqual([]);
});
