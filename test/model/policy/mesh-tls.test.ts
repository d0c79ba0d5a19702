// MeshTLS: violations as a stock control plane gave them, its warnings, and what it fills.
import { describe, expect, it } from "vitest";
import { meshTlsJudge } from "#model/policy/mesh-tls.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";
import { refusedBy } from "./refused.ts";

const TYPE = "MeshTLS";
const bare = { type: TYPE, mesh: "default", name: "x", labels: {}, creationTime: "", modificationTime: "" };
const MESH = { kind: "Mesh" } as const;

describe(TYPE, () => {
  it.each(refusedBy("mesh-tls"))("is refused as by Kuma: %s", (_, { spec, refusals }) => {
    expect([...refusalsOf(TYPE, { spec })].sort()).toEqual([...refusals].sort());
  });

  it("warns as Kuma does", () => {
    const from = [{ targetRef: MESH, default: { mode: "Strict" } }] as const;
    expect(
      meshTlsJudge.warn?.({ ...bare, spec: { targetRef: { kind: "MeshSubset", tags: { a: "b" } }, from } }),
    ).toEqual([
      "'from' field is deprecated, use 'rules' instead",
      "MeshSubset value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
    ]);
    expect(meshTlsJudge.warn?.({ ...bare, spec: { rules: [{ default: { mode: "Strict" } }] } })).toEqual([]);
  });

  it("answers with the end of a range that was left out, as Kuma fills it", () => {
    const conf = { tlsVersion: { min: "TLS12" }, tlsCiphers: ["ECDHE-RSA-AES128-GCM-SHA256"], mode: "Permissive" };
    const filled = { ...conf, tlsVersion: { min: "TLS12", max: "TLSAuto" } };
    expect(answerOf(TYPE, { spec: { rules: [{ default: conf }] } }).spec).toEqual({ rules: [{ default: filled }] });
    const from = [{ targetRef: MESH, default: { tlsVersion: { max: "TLS13" } } }, { targetRef: MESH }];
    expect(answerOf(TYPE, { spec: { from } }).spec).toEqual({
      from: [{ targetRef: MESH, default: { tlsVersion: { min: "TLSAuto", max: "TLS13" } } }, { targetRef: MESH }],
    });
  });
});
