// The editor beside its schema: what a text says, what of a resource is its writer's, two texts side by side, drafts, refusals.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RevisionDeliveryBody } from "#api/weft.ts";
import { BEGUN } from "#console/edit/begun.ts";
import { sessionDrafts } from "#console/edit/draft.ts";
import { sideBySide } from "#console/edit/lines.ts";
import { ownMembers } from "#console/edit/own-members.ts";
import { createReader, type Hand } from "#console/edit/reader.ts";
import { refusals } from "#console/edit/refusal.ts";
import { templateFor } from "#console/edit/template.ts";
import { WORKS } from "#console/edit/work.ts";

const shape = {
  type: "object",
  additionalProperties: false,
  properties: { type: { type: "string" }, labels: {}, mesh: {}, spec: {}, kri: { readOnly: true } },
} as const;

describe("a text", () => {
  test("that is right has its JSON, whichever way it is written", () => {
    const json = '{"type":"A","spec":{"a":[1,"x",true,null]}}';
    for (const text of [
      json,
      "type: A\nspec:\n  a: [1, x, true, ~]\n",
      "{ type: A, spec: { a: [1, x, true, null] } }",
    ]) {
      expect(WORKS.read({ text, shape })).toEqual({ problems: [], json });
    }
    for (const format of ["yaml", "json"] as const) {
      expect(WORKS.read({ text: WORKS.write({ json, format }), shape }).json).toBe(json);
    }
  });

  test("of text and nothing but text stays what it is", () => {
    const json = JSON.stringify({ type: "<script>alert(1)</script>", spec: "on", mesh: "1e3", labels: { a: "# no" } });
    for (const format of ["yaml", "json"] as const) {
      expect(WORKS.read({ text: WORKS.write({ json, format }), shape }).json).toBe(json);
    }
  });

  test("that breaks off has no JSON, and says where it is broken", () => {
    const { problems, json } = WORKS.read({ text: "type: A\nspec: [1,\n", shape });
    expect([problems.length > 0, problems[0]?.code, json]).toEqual([true, "syntax", null]);
  });

  test("that is a bomb has no JSON", () => {
    const text = `spec: &a [x, x]\ntype: &b [${Array(60).fill("*a").join(",")}]\nmesh: [${Array(60).fill("*b").join(",")}]\n`;
    expect(WORKS.read({ text, shape })).toMatchObject({ problems: [{ code: "aliases" }], json: null });
  });

  test("that is empty is nothing", () => {
    expect(WORKS.read({ text: "", shape })).toMatchObject({ json: "null", problems: [{ code: "empty" }] });
  });
});

describe("the reader", () => {
  // Nothing is given up because the test took its time.
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Workers that do nothing until they are told to. */
  function crew(isHere = true) {
    const hands: (Hand & { readonly got: { id: number; name: string }[]; isGone: boolean })[] = [];
    let time = 0;
    const reader = createReader(
      () => {
        const hand = {
          got: [] as { id: number; name: string }[],
          isGone: false,
          onmessage: null as Hand["onmessage"],
          onerror: null as Hand["onerror"],
          postMessage(message: unknown) {
            if (isHere && hand.got.length === 0) hand.onmessage?.({ data: { id: BEGUN, result: null as never } });
            hand.got.push(message as never);
          },
          terminate() {
            hand.isGone = true;
          },
        };
        hands.push(hand);
        return hand;
      },
      () => time,
    );
    const answer = (result: unknown) => {
      const hand = hands.at(-1);
      hand?.onmessage?.({ data: { id: hand.got.at(-1)?.id ?? 0, result: result as never } });
    };
    const read = (text: string) => reader.ask("read", { text, shape }).then(String, (error: Error) => error.name);
    const pass = (ms: number) => {
      time += ms;
    };
    const begin = () => hands.at(-1)?.onmessage?.({ data: { id: BEGUN, result: null as never } });
    return { hands, reader, answer, read, pass, begin };
  }

  test("does one work after the other", async () => {
    const { hands, reader, answer, read } = crew();
    const first = read("a");
    const second = reader.ask("spans", { text: "", fields: [] });
    expect(hands[0]?.got.map(({ name }) => name)).toEqual(["read"]);
    answer("one");
    answer([]);
    expect([await first, await second, hands.length]).toEqual(["one", [], 1]);
  });

  test("leaves a text that is slow for a newer one, and nothing else with it", async () => {
    const { hands, reader, answer, read, pass } = crew();
    const slow = read("a");
    const other = reader.ask("spans", { text: "", fields: ["x"] });
    pass(301);
    const newer = read("b");
    expect([await slow, hands.length, hands[0]?.isGone]).toEqual(["TooLong", 2, true]);
    answer(["x"]);
    answer("two");
    expect([await other, await newer]).toEqual([["x"], "two"]);
  });

  test("of texts that wait only the newest is read", async () => {
    const { hands, answer, read } = crew();
    const [first, second, third] = [read("a"), read("b"), read("c")];
    answer("one");
    answer("three");
    expect([await first, await second, await third, hands[0]?.got.length]).toEqual(["one", "TooLong", "three", 2]);
  });

  test("gives up what takes too long, and goes on", async () => {
    const { hands, reader, answer, read } = crew();
    const endless = read("a");
    const other = reader.ask("spans", { text: "", fields: [] });
    vi.advanceTimersByTime(4_000);
    expect([await endless, hands.length]).toEqual(["TooLong", 2]);
    answer([]);
    expect(await other).toEqual([]);
    const late = read("b");
    reader.close();
    expect([await late, hands[1]?.isGone]).toEqual(["Error", true]);
  });

  test("does not hold against a text how long the worker's own code is on its way", async () => {
    const { hands, answer, read, pass, begin } = crew(false);
    const first = read("a");
    pass(60_000);
    vi.advanceTimersByTime(60_000);
    const newer = read("b");
    begin();
    vi.advanceTimersByTime(3_999);
    answer("one");
    answer("two");
    expect([await first, await newer, hands.length]).toEqual(["one", "two", 1]);
    const endless = read("c");
    vi.advanceTimersByTime(4_000);
    expect(await endless).toBe("TooLong");
  });
});

test("a resource is shown without what comes by itself", () => {
  const labels = { "kuma.io/env": "universal", "kuma.io/mesh": "default", "kuma.io/origin": "global" };
  const resource = { type: "A", mesh: "default", labels, spec: { kri: 1 }, kri: "k", snis: [] };
  expect(ownMembers(resource, shape)).toEqual({ type: "A", mesh: "default", spec: { kri: 1 } });
  expect(ownMembers({ ...resource, labels: { ...labels, team: "x" } }, shape).labels).toEqual({ team: "x" });
  // What differs from what would come by itself was somebody's will.
  expect(ownMembers({ ...resource, labels: { "kuma.io/origin": "zone" } }, shape).labels).toEqual({
    "kuma.io/origin": "zone",
  });
});

test("a template is for the mesh that one is in", () => {
  expect(templateFor("type: A\nmesh: default\nname: default\n", "shop")).toBe("type: A\nmesh: shop\nname: default\n");
  expect(templateFor("mesh: default\n", "$&")).toBe("mesh: $&\n");
  expect(templateFor("mesh: default\n", "")).toBe("mesh: default\n");
});

describe("side by side", () => {
  const shown = (left: string, right: string) =>
    sideBySide(left, right).map((line) => `${line.left ?? "-"}|${line.right ?? "-"}${line.isSame ? "" : " *"}`);

  test.each([
    ["a\nb\nc", "a\nb\nc", ["a|a", "b|b", "c|c"]],
    ["a\nb\nc", "a\nc", ["a|a", "b|- *", "c|c"]],
    ["a\nc", "a\nb\nc", ["a|a", "-|b *", "c|c"]],
    ["a\nb", "a\nx", ["a|a", "b|- *", "-|x *"]],
    ["", "", ["|"]],
  ])("%j and %j", (left, right, wanted) => {
    expect(shown(left, right)).toEqual(wanted);
  });

  test("each side is whole, also of texts that are too long to compare", () => {
    const long = Array.from({ length: 2_500 }, (_, index) => `line ${index}`).join("\n");
    for (const [left, right] of [
      ["a\nb\nc\nd", "b\nx\nd\na"],
      [long, `first\n${long}`],
    ] as const) {
      const lines = sideBySide(left, right);
      expect(
        lines
          .map((one) => one.left)
          .filter((one) => one !== null)
          .join("\n"),
      ).toBe(left);
      expect(
        lines
          .map((one) => one.right)
          .filter((one) => one !== null)
          .join("\n"),
      ).toBe(right);
    }
  });
});

test("a draft is kept until it is removed, and a browser that keeps nothing is no trouble", async () => {
  const kept = new Map<string, string>();
  const drafts = sessionDrafts(() => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }));
  const draft = { text: "a: 1\n", format: "yaml", etag: "e", at: 1 } as const;
  expect(await drafts.get("k")).toBeNull();
  await drafts.put("k", draft);
  expect([await drafts.get("k"), await drafts.get("other")]).toEqual([draft, null]);
  await drafts.remove("k");
  expect(await drafts.get("k")).toBeNull();
  const refusing = sessionDrafts(() => {
    throw new Error("not allowed");
  });
  await refusing.put("k", draft);
  await refusing.remove("k");
  expect(await refusing.get("k")).toBeNull();
});

test("what Envoy refuses stands at the rule that wrote it, once", () => {
  const writers = [
    { kri: "kri_mt_a", rule: "spec.to[0]" },
    { kri: "kri_other", rule: "spec.to[1]" },
  ];
  const laggard = { proxy: "web-1", state: "nacked", reason: "no such filter", refused: [{ writers }, { writers }] };
  const delivery = { relays: [{ laggards: [laggard, { ...laggard, refused: undefined }] }] };
  expect(refusals(delivery as unknown as RevisionDeliveryBody, "kri_mt_a")).toEqual([
    { field: "spec.to[0]", reason: "web-1: no such filter" },
  ]);
  expect(refusals(undefined, "kri_mt_a")).toEqual([]);
});
