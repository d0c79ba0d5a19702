// AccessTest: what it has to say, and what of it is wrong.
import { expect, test } from "vitest";
import { KINDS } from "#model/kinds.ts";
import { fromWire, toWire } from "#model/wire.ts";

const read = (spec: unknown) =>
  fromWire(
    KINDS.AccessTest as never,
    { type: "AccessTest", mesh: "default", name: "keep", spec },
    { mesh: "default", name: "keep" },
  );

test("a whole one is read and written back", () => {
  const spec = {
    ...{ expect: "deny", from: "web", to: "MeshService/orders", port: "8080", method: "DELETE", path: "/orders" },
    reason: "orders are kept",
  };
  const { resource, violations } = read(spec);
  expect(violations).toBeUndefined();
  expect(toWire(resource!)).toMatchObject({ type: "AccessTest", mesh: "default", name: "keep", spec });
});

const whole = { expect: "allow", from: "web", to: "orders" };
test.each([
  [{ from: "web", to: "orders" }, "spec.expect: "],
  [{ ...whole, expect: "maybe" }, "spec.expect: "],
  [{ ...whole, from: "" }, "spec.from: cannot be empty"],
  [{ ...whole, to: "*" }, "spec.to: must be somebody"],
  [{ ...whole, port: "" }, "spec.port: cannot be empty"],
  [{ ...whole, method: "get" }, "spec.method: must be an HTTP method in upper case"],
  [{ ...whole, path: "orders" }, "spec.path: must start with '/'"],
  [{ ...whole, reason: "x".repeat(1001) }, "spec.reason: must have at most 1000 characters"],
  [{ ...whole, form: "web" }, "spec"],
])("%j is refused", (spec, wrong) => {
  const told = (read(spec).violations ?? []).map(({ field, reason }) => `${field}: ${reason}`);
  expect(told.join("\n")).toContain(wrong);
});

test("all that is wrong is told at once", () => {
  const { violations = [] } = read({ expect: "allow", from: "", to: "*", method: "get", path: "x" });
  expect(violations.map(({ field }) => field)).toEqual(["spec.from", "spec.to", "spec.method", "spec.path"]);
});

test("faults of shape and of rules come together, and each rule reads its own member", () => {
  const spec = {
    expect: "maybe",
    from: 7,
    to: "*",
    port: "",
    method: `get${"x".repeat(1000)}`,
    path: ["x"],
    form: "web",
  };
  const told = (read(spec).violations ?? []).map(({ field, reason }) => `${field}: ${reason}`);
  expect(told.sort()).toEqual([
    "spec.expect: in body should be one of [allow deny]",
    "spec.form: unknown field",
    'spec.from: in body must be of type string: "number"',
    "spec.method: must be an HTTP method in upper case",
    "spec.method: must have at most 1000 characters",
    'spec.path: in body must be of type string: "array"',
    "spec.port: cannot be empty; left out, it means all ports",
    "spec.to: must be somebody: whoever has no certificate cannot be asked about",
  ]);
});
