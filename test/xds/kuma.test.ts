// Beside a real Kuma 2.14: the same mesh gives the same Envoy config, but for the differences that are listed here.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { defaultPolicies } from "#model/default-policies.ts";
import type { Json } from "#model/json.ts";
import type { View } from "#model/view.ts";
import { compileView, servedTo, viewOf } from "./scenario.ts";

type Members = { [key: string]: Json };

const read = (file: string) => readFileSync(fileURLToPath(new URL(`kuma/${file}`, import.meta.url)), "utf8");

/** What Kuma writes and Weft does not (yet), by member name wherever it stands. */
const ONLY_KUMA: Readonly<Record<string, string>> = {
  routeConfig: "routes stand in the listener there; here they are RDS resources and are compared by themselves",
  healthCheckConfig: "Envoy's dump prints the empty message",
  healthStatus: "Envoy's dump prints the default",
  policy: "Envoy's dump prints the default overprovisioning factor",
  "io.kuma.labels": "labels of the dataplane; endpoint sets carry tags only",
};

/** What Weft writes and Kuma does not. A locality's weight is neither compared: gRPC clients want one, Kuma writes 0. */
const ONLY_WEFT: Readonly<Record<string, string>> = {
  rds: "routes are resources of their own",
  upgradeConfigs: "WebSocket passes",
  allowConnect: "WebSocket passes between proxies",
  commonLbConfig: "endpoint changes are not merged over a second",
  ignoreHealthOnHostRemoval: "a removed endpoint gets no more traffic, healthy or not",
};

function without(value: Json, names: Readonly<Record<string, string>>): Json {
  if (Array.isArray(value)) return value.map((item) => without(item, names));
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value)
    .filter(([key]) => !(key in names))
    .map(([key, member]) => [key, without(member as Json, names)] as const)
    .filter(([key, member]) => !(key === "http2ProtocolOptions" && isEmpty(member)))
    .filter(([key]) => !(key === "loadBalancingWeight" && "lbEndpoints" in value));
  return Object.fromEntries(members);
}

function isEmpty(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The route configurations that stand inside listeners. */
function routesIn(listeners: readonly Json[]): Members[] {
  const found: Members[] = [];
  JSON.stringify(listeners, (key, value) => {
    if (key === "routeConfig") found.push(value as Members);
    return value as unknown;
  });
  return found;
}

describe.each(["web-1", "backend-1"])("%s", (proxy) => {
  const given = viewOf(read("given.yaml"));
  const made = defaultPolicies(given.mesh);
  const defaults = Object.fromEntries(made.map(({ type }) => [type, made.filter((one) => one.type === type)]));
  const view: View = { ...given, resources: { ...given.resources, ...defaults } };
  const weft = servedTo(compileView(view), "default", proxy);
  const kuma = JSON.parse(read(`${proxy}.json`)) as Record<"clusters" | "endpoints" | "listeners", Json[]>;

  test.each(["clusters", "listeners", "endpoints"] as const)("%s", (kind) => {
    expect(without(weft[kind] as Json, ONLY_WEFT)).toEqual(without(kuma[kind], ONLY_KUMA));
  });

  test("routes", () => {
    const theirs = routesIn(kuma.listeners).map((one) => without(one, ONLY_KUMA) as Members);
    const ours = weft.routes.map((one) => without(one, ONLY_WEFT) as Members);
    // A subset's routes have a name of their own.
    const named = ours.map((one) => ({ ...one, name: String(one.name).replace(/-[0-9a-f]{16}$/, "") }));
    expect(named).toEqual(theirs);
  });
});
