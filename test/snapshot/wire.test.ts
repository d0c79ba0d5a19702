// Wire bytes of every released format still open, to the same versions.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openDiff } from "#snapshot/apply.ts";
import { blobsIn, diffSnapshots, wholeOf } from "#snapshot/delta.ts";
import { sha256, snapshotOf, type ZonePlan } from "./content.ts";

const moment = (revision: number): ZonePlan => ({
  meshes: [
    {
      name: "default",
      services: [{ name: "backend", revision, instances: [8080, 8081] }],
      proxies: [{ name: "web-1", address: "10.0.0.1", reach: 1 }],
    },
  ],
});

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url), "utf8");

test("the format's bytes are the golden ones", async () => {
  const [one, two] = [snapshotOf(moment(0)), snapshotOf(moment(1))];
  await expect(`${JSON.stringify(wholeOf(one), null, 1)}\n`).toMatchFileSnapshot("golden/format-1-whole.json");
  await expect(`${JSON.stringify(await diffSnapshots(one, two, blobsIn(one, two)), null, 1)}\n`).toMatchFileSnapshot(
    "golden/format-1-diff.json",
  );
});

test("format 1 opens", () => {
  const whole = openDiff(null, golden("format-1-whole.json"), sha256);
  if ("corrupt" in whole) throw new Error(whole.corrupt);
  expect(whole.snapshot.version).toBe(JSON.parse(golden("format-1-whole.json")).version);
  const next = openDiff(whole.snapshot, golden("format-1-diff.json"), sha256);
  if ("corrupt" in next) throw new Error(next.corrupt);
  expect(next.snapshot.version).toBe(JSON.parse(golden("format-1-diff.json")).version);
});
