// CBOR: what another writer wrote is read back, and what no authenticator writes is refused.
import fc from "fast-check";
import { expect, test } from "vitest";
import { cbor } from "#test/authenticator.ts";
import type { Bytes } from "#trust/bytes.ts";
import { type Cbor, readCbor } from "#trust/passkey/cbor.ts";

const read = (bytes: Uint8Array): ReturnType<typeof readCbor> => readCbor(new Uint8Array(bytes) as Bytes, 0);
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer({ min: -(2 ** 32), max: 2 ** 32 - 1 }),
  fc.string({ unit: "grapheme" }),
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(true, false, null),
);
const mapOf = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .uniqueArray(fc.tuple(fc.oneof(fc.integer({ min: -300, max: 300 }), fc.string()), item), {
      selector: ([key]) => key,
      maxLength: 30,
    })
    .map((entries) => new Map(entries));
const tree = fc.oneof(leaf, fc.array(leaf), mapOf(leaf), mapOf(fc.oneof(leaf, mapOf(leaf), fc.array(leaf))));

test("what was written is read back, to its last byte and no further", () => {
  fc.assert(
    fc.property(tree, fc.uint8Array({ maxLength: 3 }), (value, rest) => {
      const bytes = cbor(value);
      expect(read(Buffer.concat([bytes, rest]))).toEqual({ value: value as Cbor, end: bytes.length });
    }),
    { numRuns: 200 },
  );
});

test("what is cut is none, and no bytes make it throw", () => {
  fc.assert(
    fc.property(tree, fc.nat(), (value, cut) => {
      const bytes = cbor(value);
      expect(read(bytes.subarray(0, cut % bytes.length))).toBeNull();
    }),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const end = read(bytes)?.end ?? 0;
      expect(end).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["a tag", "c1 01"],
  ["an array without a length", "9f 01 ff"],
  ["bytes without a length", "5f 41 01 ff"],
  ["a number of 64 bits", "1b 0000000000000001"],
  ["a half float", "f9 3c00"],
  ["undefined", "f7"],
  ["a simple value of two bytes", "f8 14"],
  ["a break", "ff"],
  ["a key twice", "a2 01 02 01 03"],
  ["a key that is an array", "a1 80 01"],
  ["five levels", "81 81 81 81 81 01"],
  ["text that is no UTF-8", "61 ff"],
])("%s is refused", (_, text) => {
  expect(read(hex(text))).toBeNull();
});

test("four levels are not too many", () => {
  expect(read(hex("81 81 81 81 01"))?.end).toBe(5);
});
