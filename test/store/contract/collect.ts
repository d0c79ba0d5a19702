// Contract of blobs that are collected: whatever is published, polled and collected in whichever order, a relay finds what its
// snapshot names for an hour, and what no newest snapshot names goes in the end.
import fc from "fast-check";
import { expect, test } from "vitest";
import { GRACE, openBlobCollector } from "#control/blob-collector.ts";
import type { ControlDeps } from "#control/deps.ts";
import type { TenantStore } from "#store/store.ts";
import { digest } from "#test/digest.ts";
import type { Harness } from "#test/store/harness.ts";
import { aHead, anEnrolment, aSnapshot } from "#test/store/samples.ts";

const ZONES = ["east", "west"] as const;
type Zone = (typeof ZONES)[number];

/** What somebody does, and how many milliseconds pass before it. */
type Deed = { readonly after: number } & (
  | { readonly is: "publish"; readonly by: number; readonly zone: Zone; readonly leaves: readonly number[] }
  | { readonly is: "ask"; readonly by: number; readonly zone: Zone }
  | { readonly is: "poll"; readonly zone: Zone }
  | { readonly is: "collect" }
);

const MINUTE = 60_000;
const by = fc.constantFrom(0, 1);
const zone = fc.constantFrom(...ZONES);
const after = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 45 * MINUTE }));
const leaves = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ is: fc.constant("publish" as const), after, by, zone, leaves }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("ask" as const), after, by, zone }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant("poll" as const), after, zone }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant("collect" as const), after }) },
);

interface Made {
  readonly version: string;
  readonly manifest: string;
  readonly blobs: ReadonlyMap<string, string>;
}

/** A section that names these leaves: two snapshots with the same leaves share it all. */
function made(zoneName: Zone, numbers: readonly number[]): Made {
  const texts = numbers.map((number) => JSON.stringify({ leaf: number }));
  const section = JSON.stringify(Object.fromEntries(numbers.map((number, at) => [number, digest(texts[at] ?? "")])));
  const manifest = JSON.stringify({ format: 1, zone: zoneName, sections: { "secrets/m": digest(section) } });
  const blobs = new Map([section, ...texts].map((text) => [digest(text), text]));
  return { version: digest(manifest), manifest, blobs };
}

/** A publisher that trusts its memory for half the grace, and else what it was told was there at some time before. */
function openPublishing(store: TenantStore, harness: Harness) {
  const stored = new Map<Zone, Made & { readonly at: number }>();
  const asked = new Map<Zone, { readonly at: number; readonly missing: ReadonlySet<string> }>();
  return {
    async ask(zoneName: Zone): Promise<void> {
      const all = [0, 1, 2, 3, 4, 5].flatMap((number) => [...made(zoneName, [number]).blobs.keys()]);
      asked.set(zoneName, { at: harness.now, missing: new Set(await store.missingBlobs(all)) });
    },
    async publish(zoneName: Zone, sequence: number, next: Made): Promise<boolean> {
      const before = stored.get(zoneName);
      const answer = asked.get(zoneName);
      asked.delete(zoneName);
      const isTrusted = before !== undefined && harness.now - before.at < GRACE / 2;
      const isAnswered = answer !== undefined && harness.now - answer.at < GRACE;
      const hashes = [...next.blobs.keys()];
      const leaf = (hash: string): boolean => next.blobs.get(hash)?.includes("leaf") === true;
      const fresh = isTrusted
        ? hashes.filter((hash) => !before.blobs.has(hash))
        : isAnswered
          ? hashes.filter((hash) => !leaf(hash) || answer.missing.has(hash))
          : await store.missingBlobs(hashes);
      const blobs = new Map(fresh.map((hash) => [hash, next.blobs.get(hash) ?? ""]));
      const hashesGone = [...(before?.blobs.keys() ?? [])].filter((hash) => !next.blobs.has(hash));
      const dropped = { from: before?.version ?? "", hashes: hashesGone };
      const { version, manifest } = next;
      const done = await store.publish(aSnapshot(sequence, { zone: zoneName, version, manifest, blobs, dropped }));
      if (done) stored.set(zoneName, { ...next, at: harness.now });
      return done;
    },
  };
}

export function collectContract(harness: Harness): void {
  test("a relay finds what its snapshot names for an hour, and the rest goes in the end", async () => {
    const start = harness.now;
    let collected = 0;
    const run = async (deeds: readonly Deed[]): Promise<void> => {
      const store = harness.fresh();
      for (const name of ZONES) {
        await store.addCredential(anEnrolment(name, { zone: name, expiresAt: null }));
        await store.enrol(name, aHead("r1", { zone: name }));
      }
      const deps = {
        clock: () => harness.now,
        chance: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
      } as ControlDeps;
      const collector = openBlobCollector({ store, deps });
      const publishers = [openPublishing(store, harness), openPublishing(store, harness)];
      const newest = new Map<Zone, Made>();
      /** Snapshots that relays were told of, and until when they may ask for their parts. */
      const held: { readonly of: Made; readonly until: number }[] = [];
      let sequence = 0;
      const expectHeld = async (): Promise<void> => {
        for (const { of, until } of [...held.filter((one) => one.until >= harness.now), ...nowOf(newest)]) {
          const found = await store.blobs([...of.blobs.keys()]);
          expect(
            [...of.blobs.keys()].filter((hash) => !found.has(hash)),
            `named by ${of.manifest}, ${until}`,
          ).toEqual([]);
        }
      };
      const step = async (one: Deed): Promise<void> => {
        harness.now += one.after;
        if (one.is === "collect") await collector.tend();
        else if (one.is === "ask") await publishers[one.by]?.ask(one.zone);
        else if (one.is === "publish") {
          sequence += 1;
          const next = made(one.zone, one.leaves);
          const before = newest.get(one.zone);
          expect(await publishers[one.by]?.publish(one.zone, sequence, next)).toBe(true);
          // Whoever read the head a moment ago asks for the parts of what was the newest until now.
          if (before !== undefined) held.push({ of: before, until: harness.now + GRACE - 1 });
          newest.set(one.zone, next);
        } else {
          const head = await store.zoneHead(one.zone, "r1");
          if (head?.version) expect(await store.manifest(one.zone, head.version)).toBe(newest.get(one.zone)?.manifest);
        }
        await expectHeld();
      };
      for (const one of deeds) await step(one);
      // Enough notes for the collector to come by, and what it then finds by itself.
      for (const leaf of [0, 1, 0]) {
        await step({ is: "publish", after: 0, by: 0, zone: "east", leaves: [leaf] });
        for (let due: number | null = 0; due !== null; due = await collector.tend()) {
          await expectHeld();
          harness.now = Math.max(harness.now, due);
        }
      }
      const used = new Set(nowOf(newest).flatMap(({ of }) => [...of.blobs.keys()]));
      const stands = await store.storedBlobs("", 999);
      expect(stands).toEqual([...used].sort());
      collected += sequence;
    };
    const runs = harness.tenants.engine === "libsql-file" ? 40 : 6;
    await fc.assert(fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 25 }), run), { numRuns: runs });
    expect(collected).toBeGreaterThan(runs);
    harness.now = start;
  });
}

function nowOf(newest: ReadonlyMap<Zone, Made>): readonly { readonly of: Made; readonly until: number }[] {
  return [...newest.values()].map((of) => ({ of, until: Number.POSITIVE_INFINITY }));
}
