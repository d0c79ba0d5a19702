// ChangeControl: what a rule for taking revisions back has to say.
import { expect, test } from "vitest";
import { KINDS } from "#model/kinds.ts";
import { fromWire, toWire } from "#model/wire.ts";

const read = (spec: unknown) =>
  fromWire(
    KINDS.ChangeControl as never,
    { type: "ChangeControl", mesh: "default", name: "guard", spec },
    {
      mesh: "default",
      name: "guard",
    },
  );

test.each([
  ["errors", { rollback: { window: "2m", errorRate: "2.5", minRequests: 50 } }],
  ["refusals", { rollback: { window: "10s", nacks: 0 } }],
  ["both", { rollback: { window: "1h", errorRate: 5, nacks: 3 } }],
])("%s may take a revision back", (_, spec) => {
  const { resource, violations } = read(spec);
  expect(violations).toBeUndefined();
  expect(toWire(resource!)).toMatchObject({
    type: "ChangeControl",
    name: "guard",
    spec: { rollback: expect.anything() },
  });
});

test("approvals, freezes and protected resources stand beside each other", () => {
  const spec = {
    approvals: { required: 2 },
    freezes: [
      { from: "2026-12-20T00:00:00Z", to: "2027-01-04T06:00:00Z", reason: "holidays" },
      { from: "Fri 16:00", to: "Mon 08:00", timeZone: "Europe/Berlin", reason: "weekend" },
    ],
    protected: [{ type: "Mesh" }, { type: "MeshTrafficPermission", name: "payments" }],
  };
  const { resource, violations } = read(spec);
  expect(violations).toBeUndefined();
  expect(toWire(resource!)).toMatchObject({ spec });
});

test.each([
  [{}, ": must say something: approvals, freezes, protected or rollback"],
  [{ freezes: [] }, "spec.freezes: cannot be empty; leave it out"],
  [{ protected: [] }, "spec.protected: cannot be empty; leave it out"],
  [{ protected: [{ type: "Mesh" }, { type: "" }] }, "spec.protected[1].type: cannot be empty"],
  [
    { protected: [{ type: "MeshRetry", name: "" }] },
    "spec.protected[0].name: cannot be empty; left out, it means all of the type",
  ],
  [
    { freezes: [{ from: "Fri 16:00", to: "Fri 16:00", timeZone: "UTC", reason: "x" }] },
    "spec.freezes[0].to: must differ from from",
  ],
  [
    { rollback: { window: "1m" } },
    "spec.rollback: must have errorRate or nacks: nothing else would take a revision back",
  ],
  [{ rollback: { window: "9s", nacks: 0 } }, "spec.rollback.window: must be between 10s and 1h"],
  [{ rollback: { window: "61m", nacks: 0 } }, "spec.rollback.window: must be between 10s and 1h"],
  [{ rollback: { window: "1m", errorRate: 101 } }, "spec.rollback.errorRate: must be in inclusive range [0.0, 100.0]"],
  [{ rollback: { window: "1m", errorRate: "much" } }, "spec.rollback.errorRate: string must be a valid number"],
])("%j is refused", (spec, wanted) => {
  const told = (read(spec).violations ?? []).map(({ field, reason }) => `${field}: ${reason}`);
  expect(
    told.some((one) => one.endsWith(wanted)),
    told.join("\n"),
  ).toBe(true);
});

test.each([
  { rollback: { nacks: 0 } },
  { rollback: { window: "1m", nacks: -1 } },
  { rollback: { window: "1m", nacks: 0, more: 1 } },
  { approvals: {} },
  { approvals: { required: 0 } },
  { approvals: { required: 11 } },
  { approvals: { required: 1.5 } },
  { freezes: [{ from: "Fri 16:00", to: "Mon 08:00", timeZone: "UTC" }] },
])("%j has a wrong shape", (spec) => {
  expect(read(spec).violations?.length).toBeGreaterThan(0);
});
