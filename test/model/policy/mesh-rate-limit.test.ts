// MeshRateLimit: violations and warnings as a stock control plane gave them, and what Envoy would refuse beyond them.
import { describe, expect, it } from "vitest";
import { meshRateLimitJudge } from "#model/policy/mesh-rate-limit.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";
import { refusedBy } from "./refused.ts";

const TYPE = "MeshRateLimit";
const bare = { type: TYPE, mesh: "default", name: "x", labels: {}, creationTime: "", modificationTime: "" };
const targetRef = { kind: "Dataplane" } as const;
const rules = (local: object): object => ({ spec: { targetRef, rules: [{ default: { local } }] } });
const AT = "spec.rules[0].default.local.http.onRateLimit";

describe(TYPE, () => {
  it.each(refusedBy("mesh-rate-limit"))("is refused as by Kuma: %s", (_, { spec, refusals }) => {
    expect([...refusalsOf(TYPE, { spec })].sort()).toEqual([...refusals].sort());
  });

  const header = (name: string): object => ({ name, value: "x" });
  it.each([
    [{ status: 499 }, `${AT}.status: must be a registered HTTP status`],
    [{ status: 600 }, `${AT}.status: must be a registered HTTP status`],
    [
      { headers: { set: Array(6).fill(header("a")), add: Array(5).fill(header("b")) } },
      `${AT}.headers: must not have more than 10 headers`,
    ],
    [{ headers: { set: [header("host")] } }, `${AT}.headers.set: the header host may not be changed: Envoy refuses it`],
    [
      { headers: { add: [{ name: "a", value: "b\r\nc: d" }] } },
      `${AT}.headers.add[0].value: must not contain line ends or NUL`,
    ],
  ])("is refused for what Envoy would refuse: %j", (onRateLimit, refusal) => {
    expect(refusalsOf(TYPE, rules({ http: { onRateLimit } }))).toEqual([refusal]);
  });

  it("warns as Kuma does", () => {
    const said = (status: number): object => ({ local: { http: { onRateLimit: { status } } } });
    const warn = (spec: object): unknown => meshRateLimitJudge.warn?.({ ...bare, spec });
    const low = (list: string): string =>
      `'spec.${list}[0].default.local.http.requestRate.status' must be 400 or higher. Please update your configuration.`;
    const items = [{ targetRef: { kind: "Mesh" }, default: said(200) }];
    expect(warn({ targetRef: { kind: "MeshServiceSubset", name: "a" }, from: items })).toEqual([
      "'from' field is deprecated, use 'rules' instead",
      low("from"),
      "MeshServiceSubset value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
    ]);
    expect(warn({ targetRef, rules: [{ default: said(399) }] })).toEqual([low("rules")]);
    expect(warn({ to: items })).toEqual([low("to")]);
    expect(warn({ targetRef, rules: [{ default: said(400) }] })).toEqual([]);
  });

  it("answers what was written", () => {
    const local = {
      http: {
        disabled: false,
        requestRate: { num: 1, interval: "1m0s" },
        onRateLimit: { status: 503, headers: { set: [header("a")], add: [header("b")] } },
      },
      tcp: { disabled: false, connectionRate: { num: 4_294_967_295, interval: "51ms" } },
    };
    expect(answerOf(TYPE, rules(local)).spec).toEqual({ targetRef, rules: [{ default: { local } }] });
  });
});
