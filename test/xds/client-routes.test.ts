// Routes for single clients: two policies of hundreds of rules must not multiply into a hundred thousand routes.
import { expect, it } from "vitest";
import { laidOver } from "./case.ts";
import type { Given } from "./world.ts";

const COUNT = 120;

function rules(type: string, prefix: string, conf: object): Given {
  const list = Array.from({ length: COUNT }, (_, index) => ({
    matches: [{ spiffeID: { type: "Exact", value: `spiffe://default/${prefix}${index}` } }],
    default: structuredClone(conf),
  }));
  // Objects of their own: YAML would write what is shared as aliases.
  const targetRef = { kind: "Dataplane", labels: { "kuma.io/workload": "web" } };
  return { type, mesh: "default", name: prefix, spec: { targetRef, rules: list } } as never;
}

it("are bounded, and what is left out is told on its policy", () => {
  const timeout = rules("MeshTimeout", "slow", { http: { requestTimeout: "1s" } });
  const limit = rules("MeshRateLimit", "often", {
    local: { http: { requestRate: { num: 1, interval: "1s" } } },
  });
  const { compiled, served } = laidOver({ world: "strict", given: [timeout, limit] });
  const routes = (served["web-1"]?.routes ?? []) as readonly {
    readonly name: string;
    readonly virtualHosts: readonly { readonly routes: readonly unknown[] }[];
  }[];
  const [inbound] = routes.filter(({ name }) => name.startsWith("inbound:"));
  // Limits come first, and timeouts copy what they made.
  const before = COUNT + 1;
  // The rules that fit, each with a copy of every route before it.
  const fitting = Math.floor(5_000 / before);
  expect(inbound?.virtualHosts[0]?.routes).toHaveLength(before + fitting * before);
  expect(compiled.faults).toHaveLength(COUNT - fitting);
  expect(compiled.faults[0]).toMatchObject({
    kri: expect.stringContaining("_mt_"),
    field: expect.stringMatching(/^spec\.rules\[\d+\]/),
    reason: expect.stringContaining("make more than 5000 routes: this one is left out"),
  });
});
