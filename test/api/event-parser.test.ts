// Reading a stream of events: it may be cut anywhere.
import { expect, test } from "vitest";
import { createEventParser } from "#api/event-parser.ts";

const TEXT =
  'retry: 2500\n\nid: a-1\ndata: {"kind":"ready"}\n\n:\n\nid: a-2\ndata: {"kind":"proxy","meshes":["ä: b"]}\n\ndata: {"kind":"relay","zone":"z"}\n\n';

test("the same hints, id and pause, wherever it is cut", () => {
  const bytes = new TextEncoder().encode(TEXT);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const parser = createEventParser();
    const hints = [...parser.push(bytes.subarray(0, cut)), ...parser.push(bytes.subarray(cut))];
    expect(hints).toEqual([{ kind: "ready" }, { kind: "proxy", meshes: ["ä: b"] }, { kind: "relay", zone: "z" }]);
    expect([parser.lastId, parser.retry]).toEqual(["a-2", 2500]);
  }
});

test("an event that was cut off by a lost connection is not glued to the next one", () => {
  const parser = createEventParser();
  const encoder = new TextEncoder();
  parser.push(encoder.encode('id: a-1\ndata: {"kind":"ready"}\n\nid: a-2\ndata: {"kind":"aud'));
  parser.reset();
  expect(parser.push(encoder.encode('id: a-2\ndata: {"kind":"audit"}\n\n'))).toEqual([{ kind: "audit" }]);
  expect(parser.lastId).toBe("a-2");
});
