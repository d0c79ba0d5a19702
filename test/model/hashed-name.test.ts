// Names with a hash, as Kuma makes them.
import { expect, test } from "vitest";
import { hashedName } from "#model/hashed-name.ts";

test("as a stock control plane hashes them", () => {
  expect(hashedName("default", "default-timeout-global")).toBe("default-timeout-global-54dbd4c66zwbcf9c");
});

test("two zones' differ, and a long name is cut", () => {
  expect(hashedName("m", "backend", "east")).not.toBe(hashedName("m", "backend", "west"));
  expect(hashedName("m", "x".repeat(300), "east")).toMatch(/^x{236}-[a-z2-9]{16}$/);
});
