// MeshPassthrough: what a stock control plane refuses, and what it fills in.
import { describe, expect, it } from "vitest";
import { meshPassthrough } from "#model/row/policy.ts";
import { fromWire, toWire, warningsOf } from "#model/wire.ts";

const read = (spec: unknown) =>
  fromWire(
    meshPassthrough,
    { type: "MeshPassthrough", mesh: "default", name: "p", spec },
    { mesh: "default", name: "p" },
  );

const refused = (spec: unknown): string[] =>
  (read(spec).violations ?? []).map(({ field, reason }) => `${field}: ${reason}`).sort();

const SAME =
  "using the same port in multiple matches requires the same protocol for the following protocols: [grpc http http2]";

describe("MeshPassthrough", () => {
  it("is refused match by match, in Kuma's words", () => {
    const appendMatch = [
      { type: "Domain", value: "a.com", protocol: "mysql" },
      { type: "IP", value: "1.2.3", protocol: "tcp", port: 0 },
      { type: "CIDR", value: "1.2.3.4", protocol: "tcp", port: 70000 },
      { type: "Domain", value: "*foo.com", protocol: "tls", port: 443 },
      { type: "Domain", value: "*.foo.com", protocol: "http" },
      { type: "Domain", value: "a b", protocol: "http", port: 80 },
      { type: "Domain", value: "x.com", protocol: "grpc", port: 80 },
      { type: "Domain", value: "x.com", protocol: "grpc", port: 80 },
      { type: "Domain", value: "y.com", protocol: "http2" },
      { type: "Domain", value: "z.com", protocol: "grpc" },
      { type: "IP", value: "1.1.1.1", protocol: "mysql", port: 99 },
      { type: "IP", value: "1.1.1.1", protocol: "tcp", port: 99 },
      { type: "IP", value: "1.1.1.1", protocol: "tcp" },
      { type: "Domain", value: "", protocol: "tls" },
      { type: "Domain", value: "*", protocol: "tls" },
      { type: "Domain", value: "*.", protocol: "tls" },
      { type: "Domain", value: "*.a b", protocol: "tls", port: 1 },
      { type: "IP", value: "1.1.1.1", port: 5 },
    ];
    const at = "spec.default.appendMatch";
    expect(refused({ targetRef: { kind: "MeshService", name: "x" }, default: { appendMatch } })).toEqual(
      [
        "spec.targetRef.kind: value 'MeshService' is not supported",
        `${at}[0].port: port must be defined for Mysql protocol`,
        `${at}[0].protocol: protocol mysql is not supported for a domain`,
        `${at}[1].port: port must be a valid (1-65535)`,
        `${at}[1].value: provided IP has incorrect value`,
        `${at}[2].port: port must be a valid (1-65535)`,
        `${at}[2].value: provided CIDR has incorrect value`,
        `${at}[3].value: provided DNS has incorrect value, partial wildcard is currently not supported`,
        `${at}[4].port: wildcard domains doesn't work for all ports and layer 7 protocol`,
        `${at}[5].value: provided DNS has incorrect value`,
        `${at}[6].port: ${SAME}`,
        `${at}[7].port: ${SAME}`,
        `${at}[7].value: value x.com is already defiend for this port and protocol`,
        `${at}[13].value: provided DNS has incorrect value`,
        `${at}[15].value: provided DNS has incorrect value`,
        `${at}[16].value: provided DNS has incorrect value`,
      ].sort(),
    );
  });

  it("is refused by its shape", () => {
    expect(
      refused({ default: { passthroughMode: "X", appendMatch: [{ type: "Foo", value: "1" }, { value: "x" }] } }),
    ).toEqual([
      "spec.default.appendMatch[0].type: in body should be one of [Domain IP CIDR]",
      "spec.default.appendMatch[1].type: in body is required",
      "spec.default.passthroughMode: in body should be one of [All Matched None]",
    ]);
  });

  it("gets its default protocol and a warning of an old kind", () => {
    const { resource } = read({
      targetRef: { kind: "MeshSubset", tags: { a: "b" } },
      default: { appendMatch: [{ type: "IP", value: "1.1.1.1" }] },
    });
    if (resource === undefined) throw new TypeError("refused");
    expect(toWire(resource).spec).toEqual({
      targetRef: { kind: "MeshSubset", tags: { a: "b" } },
      default: { appendMatch: [{ type: "IP", value: "1.1.1.1", protocol: "tcp" }] },
    });
    expect(warningsOf(resource)).toEqual([
      "MeshSubset value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
    ]);
    expect(read({}).violations).toBeUndefined();
  });
});
