// Shapes of the zone protocol: what they take, and what they refuse by name.
import { expect, test } from "vitest";
import { checkBody } from "#api/check.ts";
import { certificatesRequest, enrolRequest, MOST_EVENTS, MOST_JOINS, reportRequest } from "#api/zone-shape.ts";
import { Fault } from "#model/fault.ts";

const KEY = { kty: "EC", crv: "P-256", x: "x".repeat(43), y: "y".repeat(43) };
const JOIN = { mesh: "default", name: "web-1", registration: "r1", owner: "stream" as const };

function violationsOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    return (error as Fault).violations.map(({ field, reason }) => `${field}: ${reason}`);
  }
  return [];
}

test("a good enrolment passes; a private key, another curve and an unknown member do not", () => {
  const good = { token: "weft_enrolment_a_b_c", signingKey: KEY, encryptionKey: KEY };
  expect(checkBody(enrolRequest, good)).toEqual(good);
  expect(violationsOf(() => checkBody(enrolRequest, { ...good, signingKey: { ...KEY, d: "private" } }))).toEqual([
    "signingKey: must be a public key: it has private members",
  ]);
  expect(
    violationsOf(() => checkBody(enrolRequest, { ...good, signingKey: { ...KEY, crv: "P-384" }, zone: "x" })),
  ).toEqual(["signingKey: must be the JWK of a public P-256 key (kty EC, crv P-256, x, y)", "zone: unknown field"]);
});

test("joins and events are bounded", () => {
  expect(violationsOf(() => checkBody(certificatesRequest, { joins: [] }))).toEqual(["joins: cannot be empty"]);
  const joins = Array.from({ length: MOST_JOINS + 1 }, () => JOIN);
  expect(violationsOf(() => checkBody(certificatesRequest, { joins }))).toEqual([
    `joins: must have at most ${MOST_JOINS} items`,
  ]);
  const events = Array.from({ length: MOST_EVENTS + 1 }, (_, number) => ({ kind: "joined", number, join: JOIN }));
  expect(violationsOf(() => checkBody(reportRequest, { events }))).toEqual([
    `events: must have at most ${MOST_EVENTS} items`,
  ]);
});

test("an event names its field when it is wrong", () => {
  const events = [{ kind: "gone", number: -1, mesh: "default", name: "web-1", registration: "r1" }];
  expect(violationsOf(() => checkBody(reportRequest, { events }))[0]).toMatch(/^events\[0\]\.number: /);
  expect(violationsOf(() => checkBody(reportRequest, { events: [{ kind: "nonsense" }] }))[0]).toMatch(/^events\[0\]/);
});
