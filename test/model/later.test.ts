// What is made later: once, at the first look, and then like what it stands for.
import { expect, test } from "vitest";
import { later } from "#model/later.ts";

class Named {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  greeting(): string {
    return `I am ${this.name}`;
  }
}

test("nothing is made until somebody looks, and then once", () => {
  let made = 0;
  const named = later(() => new Named(`number ${++made}`));
  expect(made).toBe(0);
  expect([named.name, named.greeting()]).toEqual(["number 1", "I am number 1"]);
  expect(made).toBe(1);
});

test("it is an instance of what is made, and is spread and listed as that", () => {
  const named = later(() => new Named("a"));
  expect(named).toBeInstanceOf(Named);
  expect("greeting" in named).toBe(true);
  expect({ ...named, more: 1 }).toEqual({ name: "a", more: 1 });
  expect(Object.entries(later(() => ({ one: 1, two: 2 })))).toEqual([
    ["one", 1],
    ["two", 2],
  ]);
});

test("a list is a list", () => {
  const list = later(() => ["b", "a"], []);
  expect(Array.isArray(list)).toBe(true);
  expect([...list, list.length, list.indexOf("a"), list[0], list.at(-1)]).toEqual(["b", "a", 2, 1, "b", "a"]);
  expect(list.map((one) => one + one)).toEqual(["bb", "aa"]);
  expect([["c"], list].flat()).toEqual(["c", "b", "a"]);
  expect(JSON.stringify(list)).toBe('["b","a"]');
});

test("what its making throws is thrown at each look", () => {
  let tries = 0;
  const never = later((): { readonly name: string } => {
    throw new TypeError(`try ${++tries}`);
  });
  expect(() => never.name).toThrow("try 1");
  expect(() => Object.keys(never)).toThrow("try 2");
});
