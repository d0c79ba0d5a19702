// JSON from strangers.
import fc from "fast-check";
import { expect, test } from "vitest";
import { DEEPEST, parseJson } from "#api/json-text.ts";

const parse = (text: string): unknown => parseJson(new TextEncoder().encode(text));

test("whatever is JSON and not too deep is read as it is", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
      expect(parse(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("depth counts brackets, not those inside of texts", () => {
  const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  expect(() => parse(deep(DEEPEST))).not.toThrow();
  expect(() => parse(deep(DEEPEST + 1))).toThrow(/nested deeper than 64/);
  expect(() => parse(deep(1_000_000))).toThrow(/nested deeper than 64/);
  expect(parse(JSON.stringify({ text: `${"[{".repeat(500)}\\"` }))).toEqual({ text: `${"[{".repeat(500)}\\"` });
});

test.each([
  ["", /empty/],
  ["  \n", /empty/],
  ["{", /not JSON/],
  ["mesh: default", /not JSON/],
])("%j is refused", (text, message) => {
  expect(() => parse(text)).toThrow(message);
});

test("a refusal quotes nothing of the body", () => {
  expect(() => parse('{"token": weft_api_secret}')).toThrow(/^(?!.*weft_api).*$/);
});

test("bytes that are no UTF-8 are refused", () => {
  expect(() => parseJson(new Uint8Array([0x22, 0xff, 0x22]))).toThrow(/UTF-8/);
});
