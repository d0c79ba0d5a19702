// ChangeControl: what it has to say, and that all that is wrong with it is told at once.
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

const WEEKEND = { from: "Fri 16:00", to: "Mon 08:00", timeZone: "UTC", reason: "x" };

test.each([
  [
    "each part of its own",
    {
      approvals: { required: 0 },
      freezes: [
        { ...WEEKEND, timeZone: "Europe/Bern" },
        { ...WEEKEND, to: "Fri 16:00" },
      ],
      protected: [{ type: "Zone" }, { type: "Mesh", name: "other" }, { type: 7, name: "" }],
      rollback: { window: "1s", nacks: -1, errorRate: 101 },
      frozen: true,
    },
    [
      "spec.approvals.required: in body should be greater than or equal to 1",
      "spec.freezes[0].timeZone: must be an IANA time zone, such as Europe/Berlin or UTC",
      "spec.freezes[1].to: must differ from from",
      "spec.frozen: unknown field",
      'spec.protected[0].type: "Zone" is no kind of resources of a mesh, and not Mesh',
      "spec.protected[1].name: must be default, or left out: another mesh has controls of its own",
      "spec.protected[2].name: cannot be empty; left out, it means all of the type",
      'spec.protected[2].type: in body must be of type string: "number"',
      "spec.rollback.errorRate: must be in inclusive range [0.0, 100.0]",
      "spec.rollback.nacks: in body should be greater than or equal to 0",
      "spec.rollback.window: must be between 10s and 1h",
    ],
  ],
  [
    "what a rule reads is wrong: it says nothing",
    {
      freezes: [{ ...WEEKEND, to: 8 }],
      protected: {},
      rollback: { window: "soon", nacks: "none" },
    },
    [
      'spec.freezes[0].to: in body must be of type string: "number"',
      'spec.protected: in body must be of type array: "object"',
      'spec.rollback.nacks: in body must be of type number: "string"',
      'spec.rollback.window: must be a duration such as "5s", "1h30m" or "250ms"',
    ],
  ],
  [
    "lists beside a part that is no object",
    { rollback: "off", freezes: [], protected: Array.from({ length: 501 }, () => ({ type: "Mesh" })) },
    [
      "spec.freezes: cannot be empty; leave it out",
      "spec.protected: must have at most 500 entries",
      'spec.rollback: in body must be of type object: "string"',
    ],
  ],
])("faults of shape and of rules come together: %s", (_, spec, wanted) => {
  const told = (read(spec).violations ?? []).map(({ field, reason }) => `${field}: ${reason}`);
  expect(told.sort()).toEqual(wanted);
});

test.each([
  [{ from: "Fri 16:00", to: "Mon", timeZone: 1 }, ["timeZone: in body", "to: must be a day and"]],
  [{ from: "2026-12-20", to: "Mon", timeZone: 1 }, ["timeZone: in body"]],
  [{ from: 5, to: "Mon", timeZone: "UTC" }, ["from: in body", "to: must be a day and"]],
  [{ from: 5, to: "Mon" }, ["from: in body"]],
  [{ from: "Fri 16:00", to: null }, ["timeZone: must say whose clocks count", "to: in body is required"]],
  [
    { reason: 5, from: "2026-12-20T00:00:00Z", to: "2026-12-20T00:00:00Z" },
    ["reason: in body", "to: must be later than from"],
  ],
])("of a freeze window of wrong shape what holds whatever was meant is told: %j", (window, wanted) => {
  const { violations = [] } = read({ freezes: [{ reason: "x", ...window }] });
  const told = violations.map(({ field, reason }) => `${field.replace("spec.freezes[0].", "")}: ${reason}`).sort();
  expect(told).toEqual(wanted.map((text) => expect.stringContaining(text)));
});

test("a wrong label and a wrong mesh are told beside both", () => {
  const spec = { rollback: { window: "1s", nacks: "none" } };
  const body = { type: "ChangeControl", mesh: "other", name: "guard", labels: { "bad key!": "x" }, spec, specs: {} };
  const { violations = [] } = fromWire(KINDS.ChangeControl as never, body, { mesh: "default", name: "guard" });
  expect(violations.map(({ field }) => field)).toEqual([
    "mesh",
    'labels["bad key!"]',
    "specs",
    "spec.rollback.nacks",
    "spec.rollback.window",
  ]);
});
