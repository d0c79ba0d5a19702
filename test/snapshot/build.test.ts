// Building: the version follows the content, a memo changes no byte, and an edit touches one bucket.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical } from "#model/canonical.ts";
import { createBlobStore } from "#snapshot/blob.ts";
import { buildSnapshot, manifestText } from "#snapshot/build.ts";
import { openedOf } from "#snapshot/opened.ts";
import { bucketOf, parseSection, sectionText } from "#snapshot/section.ts";
import { patchedShards, type Shards, shardsOf } from "#snapshot/shard.ts";
import { buildPlan, contentOf, endpointOf, plans, sha256, snapshotOf } from "./content.ts";

describe("buildSnapshot", () => {
  test("gives the same with a memo as without, after any edits", () => {
    fc.assert(
      fc.property(fc.array(plans, { minLength: 2, maxLength: 4 }), (moments) => {
        let memo: ReturnType<typeof buildPlan>["memo"] | undefined;
        for (const plan of moments) {
          const fresh = buildPlan(plan).snapshot;
          const built = buildPlan(plan, memo);
          memo = built.memo;
          expect(built.snapshot.manifest).toEqual(fresh.manifest);
          expect(built.snapshot.version).toBe(fresh.version);
          expect(new Map([...built.snapshot.blobs].sort())).toEqual(new Map([...fresh.blobs].sort()));
        }
      }),
    );
  });

  test("changes the version if and only if the content changes", () => {
    fc.assert(
      fc.property(plans, plans, (a, b) => {
        const same = canonical([...snapshotOf(a).blobs].sort()) === canonical([...snapshotOf(b).blobs].sort());
        expect(snapshotOf(a).version === snapshotOf(b).version).toBe(same);
      }),
    );
  });

  test("writes its manifest as canonical JSON, whatever its meshes are called", () => {
    // Where a name goes on after another's end, sections with a bucket below the mesh stand in another order than those without.
    const names = ["a", "a-b", "a.b", "a0", "", "b", 'q"', "ä"];
    fc.assert(
      fc.property(plans, fc.shuffledSubarray(names, { minLength: 1 }), (plan, called) => {
        const blobs = createBlobStore(sha256);
        const contents = [...contentOf(plan, blobs).values()];
        const meshes = new Map(
          called.flatMap((name, at) => {
            const content = contents[at % contents.length];
            return content === undefined ? [] : [[name, content] as const];
          }),
        );
        const { version, manifest } = buildSnapshot({ zone: "east", meshes, blob: blobs.get }, sha256).snapshot;
        const text = canonical(JSON.parse(JSON.stringify(manifest)));
        expect(manifestText(manifest)).toBe(text);
        expect(version).toBe(sha256(text));
      }),
    );
  });

  test("does not depend on the order in which rows come", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const blobs = createBlobStore(sha256);
        const meshes = contentOf(plan, blobs);
        const turned = <V>(shards: Shards<V>): Shards<V> => shardsOf(shards.flatMap((shard) => [...shard]).reverse());
        const reversed = new Map(
          [...meshes]
            .reverse()
            .map(([mesh, { proxies, endpoints, secrets }]) => [
              mesh,
              { proxies: turned(proxies), endpoints: turned(endpoints), secrets },
            ]),
        );
        const { version } = buildSnapshot({ zone: "east", meshes: reversed, blob: blobs.get }, sha256).snapshot;
        expect(version).toBe(snapshotOf(plan).version);
      }),
    );
  });

  test("holds exactly the blobs that are reached", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { snapshot } = buildPlan(plan);
        expect([...snapshot.blobs.keys()].sort()).toEqual(
          [...openedOf({ ...snapshot }).snapshot.blobs.keys()].sort().slice(),
        );
        for (const [hash, text] of snapshot.blobs) expect(sha256(text)).toBe(hash);
      }),
    );
  });

  test("rehashes one bucket, one endpoint set and the manifest for one endpoint", () => {
    const services = Array.from({ length: 100 }, (_, n) => ({ name: `s${n}`, revision: 0, instances: [1, 2] }));
    const proxies = Array.from({ length: 200 }, (_, n) => ({ name: `p${n}`, address: `10.0.0.${n}`, reach: 100 }));
    const blobs = createBlobStore(sha256);
    const meshes = contentOf({ meshes: [{ name: "default", services, proxies }] }, blobs);
    const first = buildSnapshot({ zone: "east", meshes, blob: blobs.get }, sha256);
    const content = meshes.get("default")!;
    const edited = { cluster: "s7", endpoints: [endpointOf("s7-3", 3)] };
    const endpoints = patchedShards(content.endpoints, [["s7", edited]]);
    const hashed: string[] = [];
    const counting = (text: string) => {
      hashed.push(text);
      return sha256(text);
    };
    const after = new Map(meshes).set("default", { ...content, endpoints });
    const second = buildSnapshot({ zone: "east", meshes: after, blob: blobs.get }, counting, first.memo);
    expect(hashed).toHaveLength(3);
    const changed = Object.entries(second.snapshot.manifest.sections).filter(
      ([name, hash]) => first.snapshot.manifest.sections[name] !== hash,
    );
    expect(changed.map(([name]) => name)).toEqual([`endpoints/default/${bucketOf("s7").toString(16)}`]);
  });

  test("throws for a group that nobody put in", () => {
    const proxies = shardsOf([["p", { groups: [[sha256("nothing"), {}] as const] }]]);
    const meshes = new Map([["default", { proxies, endpoints: [], secrets: new Map() }]]);
    expect(() => buildSnapshot({ zone: "east", meshes, blob: () => undefined }, sha256)).toThrow("which is not there");
  });
});

describe("sections", () => {
  test("names read back, and other texts are none", () => {
    for (const kind of ["proxies", "endpoints", "secrets"] as const) {
      const name = { kind, mesh: "default", bucket: kind === "secrets" ? 0 : 11 };
      expect(parseSection(sectionText(name))).toEqual(name);
    }
    for (const text of [
      "",
      "proxies",
      "proxies/",
      "proxies/a",
      "proxies/a/g",
      "proxies/a/1/2",
      "secrets/a/0",
      "other/a/0",
    ]) {
      expect(parseSection(text)).toBeNull();
    }
  });

  test("spreads names over all buckets", () => {
    const counts = new Array(16).fill(0);
    for (let n = 0; n < 1600; n++) counts[bucketOf(`service-${n}`)]++;
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(200);
  });
});

describe("canonical", () => {
  test("is RFC 8785's own example", () => {
    const given = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonical(given)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("orders keys by UTF-16 code units, as section 3.2.3 shows", () => {
    const given = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 };
    expect(Object.values(JSON.parse(canonical(given)) as object)).toHaveLength(7);
    expect(canonical(given)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  test("refuses what JSON cannot carry", () => {
    expect(() => canonical({ a: undefined } as never)).toThrow(TypeError);
    expect(() => canonical(Number.POSITIVE_INFINITY)).toThrow(TypeError);
  });
});
