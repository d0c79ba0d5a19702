// Differences: apply(delta(a, b), a) is b, and nothing that is wrong with the bytes gets through or throws.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyDiff, openDiff } from "#snapshot/apply.ts";
import { blobsIn, diffSnapshots, wholeOf } from "#snapshot/delta.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { plans, sha256, snapshotOf } from "./content.ts";

function applied(base: Snapshot | null, text: string): Snapshot {
  const result = openDiff(base, text, sha256);
  if ("corrupt" in result) throw new Error(result.corrupt);
  return result.snapshot;
}

function expectSame(a: Snapshot, b: Snapshot): void {
  expect(a.version).toBe(b.version);
  expect(a.manifest).toEqual(b.manifest);
  expect([...a.blobs].sort()).toEqual([...b.blobs].sort());
}

describe("diffSnapshots", () => {
  test("apply(delta(a, b), a) is b, over the wire", async () => {
    await fc.assert(
      fc.asyncProperty(plans, plans, async (from, to) => {
        const [a, b] = [snapshotOf(from), snapshotOf(to)];
        const diff = await diffSnapshots(a, b, blobsIn(a, b));
        expectSame(applied(a, JSON.stringify(diff)), b);
      }),
    );
  });

  test("a chain of differences from nothing ends where the whole does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(plans, { minLength: 1, maxLength: 4 }), async (moments) => {
        let at: Snapshot | null = null;
        for (const plan of moments) {
          const next = snapshotOf(plan);
          at = applied(at, JSON.stringify(await diffSnapshots(at, next, blobsIn(...(at ? [at] : []), next))));
        }
        const last = snapshotOf(moments.at(-1)!);
        expectSame(at!, last);
        expectSame(applied(null, JSON.stringify(wholeOf(last))), last);
      }),
    );
  });

  test("sends no section, group, template or secret that the base has", async () => {
    await fc.assert(
      fc.asyncProperty(plans, plans, async (from, to) => {
        const [a, b] = [snapshotOf(from), snapshotOf(to)];
        const diff = await diffSnapshots(a, b, blobsIn(a, b));
        const sent = Object.entries(diff.blobs).filter(([, text]) => !text.startsWith('{"cluster"'));
        expect(sent.filter(([hash]) => a.blobs.has(hash))).toEqual([]);
        expect([...b.blobs.keys()].filter((hash) => !a.blobs.has(hash)).every((hash) => hash in diff.blobs)).toBe(true);
      }),
    );
  });

  test("sends more, not less, where the base's blobs are gone", async () => {
    await fc.assert(
      fc.asyncProperty(plans, plans, async (from, to) => {
        const [a, b] = [snapshotOf(from), snapshotOf(to)];
        const diff = await diffSnapshots(a, b, blobsIn(b));
        expectSame(applied(a, JSON.stringify(diff)), b);
      }),
    );
  });
});

describe("applyDiff", () => {
  const base = snapshotOf({
    meshes: [
      {
        name: "default",
        services: [{ name: "web", revision: 0, instances: [1] }],
        proxies: [{ name: "p", address: "::1", reach: 1 }],
      },
    ],
  });
  const next = snapshotOf({
    meshes: [
      {
        name: "default",
        services: [{ name: "web", revision: 1, instances: [1, 2] }],
        proxies: [{ name: "p", address: "::1", reach: 1 }],
      },
    ],
  });

  test.each([
    ["a number", 7, "no JSON object"],
    ["null", null, "no JSON object"],
    ["a list", [], "no JSON object"],
    ["an empty object", {}, "the difference is relative to undefined"],
    ["no sections", { base: null }, "no sections"],
  ])("%s is an outcome", (_, diff, reason) => {
    expect(applyDiff(null, diff, sha256)).toEqual({ corrupt: expect.stringContaining(reason) });
  });

  test("another wire format is refused with both numbers", () => {
    expect(applyDiff(null, { ...wholeOf(next), format: 2 }, sha256)).toEqual({
      corrupt: "the snapshot has the wire format 2, and this program reads 1",
    });
  });

  test("a difference for another base is refused", async () => {
    const diff = await diffSnapshots(base, next, blobsIn(base, next));
    expect(applyDiff(next, diff, sha256)).toEqual({
      corrupt: expect.stringContaining("the difference is relative to"),
    });
    expect(applyDiff(null, diff, sha256)).toEqual({ corrupt: expect.stringContaining("the base is empty") });
  });

  test("a section put elsewhere, a wrong version and another zone are refused", () => {
    const whole = wholeOf(next);
    const [name, hash] = Object.entries(whole.sections)[0]!;
    const moved = { ...whole, sections: { ...whole.sections, [name]: null, "secrets/x": hash } };
    expect(applyDiff(null, moved, sha256)).toHaveProperty("corrupt");
    expect(applyDiff(null, { ...whole, version: base.version }, sha256)).toHaveProperty("corrupt");
    expect(applyDiff(null, { ...whole, zone: "west" }, sha256)).toHaveProperty("corrupt");
    expect(applyDiff(null, { ...whole, sections: { ...whole.sections, odd: hash } }, sha256)).toEqual({
      corrupt: '"odd" is no section',
    });
  });

  test("every blob is needed, and no byte of one may change", () => {
    const whole = wholeOf(next);
    for (const hash of Object.keys(whole.blobs)) {
      const { [hash]: text, ...rest } = whole.blobs;
      expect(applyDiff(null, { ...whole, blobs: rest }, sha256)).toEqual({ corrupt: `the blob ${hash} is missing` });
      const bent = { ...whole.blobs, [hash]: `${text} ` };
      expect(applyDiff(null, { ...whole, blobs: bent }, sha256)).toEqual({
        corrupt: `the blob ${hash} does not have that hash`,
      });
    }
  });

  test("content of the wrong shape under right hashes is refused", () => {
    for (const [body, section] of [
      ["[]", "proxies/default/0"],
      ['{"p":{"groups":[["x",{}]]}}', "proxies/default/0"],
      ['{"p":{}}', "proxies/default/0"],
      ['{"c":7}', "endpoints/default/0"],
      ["not json", "secrets/default"],
      [`{"s":"${sha256('{"kind":"cluster"}')}"}`, "secrets/default"],
      [`{"s":"${sha256('{"kind":"secret","name":"s","body":{"name":{"$":7}}}')}"}`, "secrets/default"],
    ] as const) {
      const blobs = Object.fromEntries(
        [body, '{"kind":"cluster"}', '{"kind":"secret","name":"s","body":{"name":{"$":7}}}'].map((text) => [
          sha256(text),
          text,
        ]),
      );
      const sections = { [section]: sha256(body) };
      const manifest = { format: 1, sections, zone: "east" };
      const diff = { ...manifest, base: null, version: sha256(JSON.stringify(manifest)), blobs };
      expect(applyDiff(null, diff, sha256)).toEqual({
        corrupt: expect.stringMatching(/no (section|object|template|group|blob)|malformed|JSON|neither/),
      });
    }
  });

  test("damage anywhere in the bytes is an outcome, and the base stays whole", async () => {
    const text = JSON.stringify(await diffSnapshots(base, next, blobsIn(base, next)));
    const before = [...base.blobs].sort();
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom("", "0", "}", '"', "é", "null"), (at, put) => {
        const bent = text.slice(0, at) + put + text.slice(at + 1);
        const result = openDiff(base, bent, sha256);
        if ("snapshot" in result) expectSame(result.snapshot, next);
        expect([...base.blobs].sort()).toEqual(before);
        expect(openDiff(base, text.slice(0, at), sha256)).toHaveProperty("corrupt");
      }),
      { numRuns: 500 },
    );
  });

  test("foreign JSON is an outcome", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (sections, blobs, any) => {
        expect(applyDiff(null, any, sha256)).toHaveProperty("corrupt");
        expect(applyDiff(null, { ...wholeOf(next), sections }, sha256)).toHaveProperty("corrupt");
        expect(applyDiff(null, { ...wholeOf(next), blobs }, sha256)).toHaveProperty("corrupt");
      }),
    );
  });

  test("very deep nesting is an outcome", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(openDiff(null, deep, sha256)).toHaveProperty("corrupt");
  });
});
