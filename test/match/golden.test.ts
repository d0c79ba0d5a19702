// Border 2: each scenario's resources as YAML → what matching says of the proxy that it is about.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { endpointSets, matchProxy, rulesOf } from "#match/match.ts";
import { faultsOf, indexed, storedFrom, viewOf } from "./world.ts";

/** By scenario: the proxy that it is about, and the fields of which faults are told. */
const SCENARIOS: Readonly<Record<string, { readonly proxy: string; readonly faults?: readonly string[] }>> = {
  "tag-outbounds": { proxy: "web-1" },
  "mesh-service": { proxy: "web-1", faults: ["networking.outbound[2].backendRef"] },
  "permission-from": { proxy: "backend-1" },
  "permission-rules": { proxy: "backend-1" },
  "timeout-precedence": { proxy: "backend-1" },
  permissive: { proxy: "web-1" },
  "shadow-policy": { proxy: "web-1" },
  "delegated-gateway": { proxy: "gateway-1" },
  "other-zones": { proxy: "users-1" },
  "other-zones-egress": { proxy: "users-1" },
  "other-zones-plaintext": { proxy: "users-1", faults: ["mtls.enabledBackend"] },
};

const golden = (scenario: string, file: string): string =>
  fileURLToPath(new URL(`golden/${scenario}/${file}`, import.meta.url));
const printed = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false, lineWidth: 120 });

describe("matching", () => {
  it.each(Object.entries(SCENARIOS))("%s", async (scenario, { proxy, faults = [] }) => {
    const given = readFileSync(golden(scenario, "given.yaml"), "utf8");
    expect(given.split("\n").length).toBeLessThan(80);
    const index = indexed(viewOf(storedFrom(given)));
    const dataplane = index.dataplanes.find(({ name }) => name === proxy);
    if (dataplane === undefined) throw new TypeError(`${scenario} has no ${proxy}`);
    const matched = matchProxy(index, dataplane);
    await expect(printed(matched)).toMatchFileSnapshot(golden(scenario, `${proxy}.matched.yaml`));
    await expect(printed([...endpointSets(index).values()])).toMatchFileSnapshot(golden(scenario, "endpoints.yaml"));
    expect(faultsOf(index).map(({ field }) => field)).toEqual(faults);
    // Every destination has a set, so that no client waits for endpoints that never come.
    for (const { destination } of matched.outbounds) expect(endpointSets(index).has(destination.cluster)).toBe(true);
  });

  it("tells rules in Kuma's form", async () => {
    const given = readFileSync(golden("mesh-service", "given.yaml"), "utf8");
    const index = indexed(viewOf(storedFrom(given)));
    const dataplane = index.dataplanes.find(({ name }) => name === "web-1");
    const rules = dataplane === undefined ? [] : rulesOf(index, dataplane);
    await expect(printed(rules)).toMatchFileSnapshot(golden("mesh-service", "web-1.rules.yaml"));
  });
});
