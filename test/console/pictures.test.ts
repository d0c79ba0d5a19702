// The pictures of docs/console.md: one of each page, small, none that no page has; and how they are made small.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { differenceOf, type Pixels, readPng, writePng } from "#test/small-png.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const PICTURES = "docs/images/console";
const HOW = "make it: WEFT_PICTURES=1 npm run e2e -- pictures";
/** Bytes. */
const MOST = 120_000;
/** Pages that one passes on the way to another. */
const PASSED = ["signed-in", "verify", "reset", "new-organisation", "invitation"];

const pages = [
  ...new Set(
    [...read("src/console/router.tsx").matchAll(/import\("\.\/page\/([\w-]+)\.tsx"\)/g)].map(([, name = ""]) => name),
  ),
];
const pictures = readdirSync(join(root, PICTURES)).map((file) => file.replace(/\.png$/, ""));
const shown = [...read("docs/console.md").matchAll(/\(images\/console\/([\w-]+)\.png\)/g)].map(([, name = ""]) => name);

test("each page has its picture, and is told of", () => {
  expect(pages.length).toBeGreaterThan(20);
  const wanted = pages.filter((page) => !PASSED.includes(page));
  expect(
    wanted.filter((page) => !pictures.includes(page)),
    HOW,
  ).toEqual([]);
  expect(wanted.filter((page) => !shown.includes(page))).toEqual([]);
});

test("each picture is of a page, shown once, and small", () => {
  expect(pictures.filter((name) => !pages.includes(name))).toEqual([]);
  expect(shown.toSorted()).toEqual(pictures.toSorted());
  for (const name of pictures) {
    const path = join(root, PICTURES, `${name}.png`);
    expect(statSync(path).size, name).toBeLessThan(MOST);
    expect(readPng(readFileSync(path)).width, name).toBeLessThanOrEqual(1280);
  }
});

test("a picture is written so that what is read is what was there, but for rare colours", () => {
  const width = 40;
  const flat: Pixels = {
    width,
    height: 8,
    rgb: Uint8Array.from({ length: width * 8 * 3 }, (_, at) => ((at * 7) % 3 === 0 ? 250 : 17)),
  };
  expect(readPng(writePng(flat))).toEqual(flat);
  const many: Pixels = {
    width,
    height: 100,
    rgb: Uint8Array.from({ length: width * 300 }, (_, at) => (at * 2_654_435_761) >>> 24),
  };
  const few = readPng(writePng(many));
  expect(
    new Set(Array.from({ length: width * 100 }, (_, at) => few.rgb.slice(at * 3, at * 3 + 3).join())).size,
  ).toBeLessThanOrEqual(256);
  expect(differenceOf(flat, flat)).toBe(0);
  expect(differenceOf(flat, { ...flat, rgb: flat.rgb.map((value, at) => (at === 0 ? 255 - value : value)) })).toBe(
    1 / 320,
  );
  expect(differenceOf(flat, many)).toBe(1);
});
