// The resolver: an answer at once, a change when DNS has another, and nothing lost when DNS fails.

import { afterEach, expect, test } from "vitest";
import { createResolver, type Resolver } from "#relay/resolver.ts";
import { until } from "#test/child.ts";

let resolver: Resolver | undefined;
afterEach(() => resolver?.close());

test("answers what is known, and tells when that changes", async () => {
  let answer: readonly string[] | Error = ["10.0.0.2", "10.0.0.1", "10.0.0.1"];
  let changes = 0;
  const find = async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
  resolver = createResolver(() => (changes += 1), find, 5);
  expect(resolver.resolve("db.internal")).toEqual([]);
  await until("the first answer", () => changes === 1);
  expect(resolver.resolve("db.internal")).toEqual(["10.0.0.1", "10.0.0.2"]);
  answer = ["10.0.0.3"];
  await until("the second answer", () => changes === 2);
  expect(resolver.resolutions()).toBe(2);
  answer = new Error("SERVFAIL");
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(resolver.resolve("db.internal")).toEqual(["10.0.0.3"]);
  expect(changes).toBe(2);
});

test("finds localhost with the machine's own resolver", async () => {
  let changed = false;
  resolver = createResolver(() => {
    changed = true;
  });
  resolver.resolve("localhost");
  await until("localhost", () => changed);
  expect(resolver.resolve("localhost")).toContain("127.0.0.1");
});
