// The hash of a route's matches equals the one that a stock control plane tells.
import { expect, test } from "vitest";
import { matchesHash } from "#app/matches-hash.ts";

test("members in any order hash as Kuma hashes them", async () => {
  const known = "waFsoIISmZDTfFWYqxvY265/GASHYEWvHQTwMh/bpuU=";
  expect(await matchesHash([{ path: { value: "/api", type: "PathPrefix" } }])).toBe(known);
  expect(await matchesHash([{ path: { type: "PathPrefix", value: "/api" } }])).toBe(known);
  expect(await matchesHash([{ method: "GET", path: { type: "PathPrefix", value: "/api" } }])).not.toBe(known);
});
