// What a stream should have, kept where nothing of it changed.
import { expect, test } from "vitest";
import { type AdsResource, changedNames, type Desired, keptDesired, nothing } from "#relay/ads/resource.ts";

const one = (name: string, version: string): AdsResource => ({ name, version, references: [] });
const layer = new Map([["backend", one("backend", "1")]]);
const names = new Set(["backend"]);

function desired(label: string, cluster: ReadonlyMap<string, AdsResource>, only = names): Desired<AdsResource> {
  const { sets } = nothing<AdsResource>(label);
  return { label, sets: { ...sets, cluster: { layers: [cluster] }, endpoints: { layers: [layer], only: [only] } } };
}

test("the old one is kept where label, layers and names are the same objects", () => {
  const before = desired("v1", layer);
  expect(keptDesired(before, desired("v1", layer))).toBe(before);
  expect(keptDesired(undefined, before)).toBe(before);
});

test("what differs is the new one's, and all else the old one's", () => {
  const before = desired("v1", layer);
  const other = new Map([["backend", one("backend", "2")]]);
  const after = desired("v1", other);
  const kept = keptDesired(before, after);
  expect(kept).toEqual(after);
  expect(kept.sets.endpoints).toBe(before.sets.endpoints);
  expect([...changedNames(before.sets.cluster, kept.sets.cluster)]).toEqual(["backend"]);
});

test("a label alone, or other names of the same layer, make another one", () => {
  const before = desired("v1", layer);
  const relabelled = keptDesired(before, desired("v2", layer));
  expect(relabelled.label).toBe("v2");
  expect(relabelled.sets).toEqual(before.sets);
  expect(relabelled.sets.cluster).toBe(before.sets.cluster);
  const fewer = keptDesired(before, desired("v1", layer, new Set()));
  expect([...fewer.sets.endpoints.only![0]!]).toEqual([]);
});
