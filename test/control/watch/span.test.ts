// The places of spans: a traceparent as the standard has it, and a revision's trace that everybody derives alike.
import { expect, test } from "vitest";
import { parseTraceparent, revisionSpan } from "#control/watch/span.ts";
import { digest } from "#test/digest.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

test.each([
  [`00-${TRACE}-${SPAN}-01`, { trace: TRACE, id: SPAN, isSampled: true }],
  [`00-${TRACE}-${SPAN}-00`, { trace: TRACE, id: SPAN, isSampled: false }],
  [`00-${TRACE}-${SPAN}-03`, { trace: TRACE, id: SPAN, isSampled: true }],
  [null, null],
  ["", null],
  [`01-${TRACE}-${SPAN}-01`, null],
  [`00-${"0".repeat(32)}-${SPAN}-01`, null],
  [`00-${TRACE}-${"0".repeat(16)}-01`, null],
  [`00-${TRACE.toUpperCase()}-${SPAN}-01`, null],
  [`00-${TRACE}-${SPAN}-01-more`, null],
])("traceparent %s", (text, place) => {
  expect(parseTraceparent(text)).toEqual(place);
});

test("a piece of a revision has one place, whoever asks, and no other piece has it", () => {
  const of = { controlPlane: "weft", tenant: "t1", epoch: 1, revision: 7 };
  const root = revisionSpan(digest, of);
  expect(root).toEqual(revisionSpan(digest, { ...of }));
  expect(root).toEqual({ trace: expect.stringMatching(/^[0-9a-f]{32}$/), id: expect.stringMatching(/^[0-9a-f]{16}$/) });
  const pieces = [[], ["ack", "east", "r1"], ["ack", "east", "r2"], ["ack", "easte", "r1"], ["fetch", "east", "r1"]];
  const places = pieces.map((piece) => revisionSpan(digest, of, ...piece));
  expect(new Set(places.map(({ trace }) => trace)).size).toBe(1);
  expect(new Set(places.map(({ id }) => id)).size).toBe(pieces.length);
  const others = [
    { ...of, tenant: "t2" },
    { ...of, epoch: 2 },
    { ...of, revision: 8 },
    { ...of, controlPlane: "w" },
  ];
  for (const other of others) expect(revisionSpan(digest, other).trace).not.toBe(root.trace);
});
