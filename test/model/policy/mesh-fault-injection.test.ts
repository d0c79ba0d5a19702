// MeshFaultInjection: violations as a stock control plane gave them, what Envoy would refuse beyond them, and its values.
import { describe, expect, it } from "vitest";
import { parsePercentage } from "#model/percentage.ts";
import { meshFaultInjectionJudge, parseBandwidth } from "#model/policy/mesh-fault-injection.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";
import { refusedBy } from "./refused.ts";

const TYPE = "MeshFaultInjection";
const bare = { type: TYPE, mesh: "default", name: "x", labels: {}, creationTime: "", modificationTime: "" };
const rules = (...http: object[]): object => ({ spec: { rules: [{ default: { http } }] } });

describe(TYPE, () => {
  it.each(refusedBy("mesh-fault-injection"))("is refused as by Kuma: %s", (_, { spec, refusals }) => {
    expect([...refusalsOf(TYPE, { spec })].sort()).toEqual([...refusals].sort());
  });

  it("is refused for a status that Envoy would not abort with", () => {
    expect(refusalsOf(TYPE, rules({ abort: { httpStatus: 199, percentage: 1 } }))).toEqual([
      "spec.rules[0].default.http.abort[0].httpStatus: must be in inclusive range [200, 599], Envoy takes no other",
    ]);
    expect(refusalsOf(TYPE, rules({ abort: { httpStatus: 200, percentage: 1 } }))).toEqual([]);
  });

  it("is refused for decimals that are no text, and for a bandwidth of nothing", () => {
    expect(refusalsOf(TYPE, rules({ abort: { httpStatus: 500, percentage: 50.5 } }))).toEqual([
      "spec.rules[0].default.http[0].abort.percentage: in body must be one of the allowed types, not number",
    ]);
    expect(refusalsOf(TYPE, rules({ responseBandwidth: { limit: "0kbps", percentage: 5 } }))).toEqual([
      "spec.rules[0].default.http.responseBandwidth[0].limit: must be in kbps/Mbps/Gbps units",
    ]);
  });

  it("warns as Kuma does", () => {
    const spec = { targetRef: { kind: "MeshService", name: "a" }, from: [{ targetRef: { kind: "Mesh" } }] } as const;
    expect(meshFaultInjectionJudge.warn?.({ ...bare, spec })).toEqual([
      "'from' field is deprecated, use 'rules' with SPIFFE-based 'matches' instead",
      "MeshService value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
    ]);
  });

  it("answers what was written", () => {
    const fault = {
      abort: { httpStatus: 503, percentage: "0.5" },
      delay: { value: "1m30s", percentage: 5 },
      responseBandwidth: { limit: "1 Gbps", percentage: "100" },
    };
    expect(answerOf(TYPE, rules(fault)).spec).toEqual({ rules: [{ default: { http: [fault] } }] });
  });

  it.each([
    [5, 5],
    ["0.5", 0.5],
    [".25", 0.25],
    ["1e1", 10],
    ["+3", 3],
    ["", null],
    ["1,5", null],
    ["0x10", null],
    ["NaN", null],
    ["1e999", null],
  ])("reads the percentage %j", (text, value) => {
    expect(parsePercentage(text)).toBe(value);
  });

  it.each([
    ["10kbps", 10],
    ["2 Mbps", 2_000],
    ["3Gbps", 3_000_000],
    ["kbps", null],
    ["1.5Mbps", null],
    ["10 GMkbps", null],
    ["9999999999999Gbps", null],
  ])("reads the bandwidth %j", (text, value) => {
    expect(parseBandwidth(text)).toBe(value);
  });
});
