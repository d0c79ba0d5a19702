// The patcher: resources that a patch cannot tell apart share what comes of it, and others do not.
import { describe, expect, it } from "vitest";
import { nativeEnvoy } from "#envoy/native/registry.ts";
import type { NativeEnvoy } from "#envoy/native.ts";
import type { Modification } from "#model/policy/mesh-proxy-patch.ts";
import { createGenerator } from "#xds/generator.ts";
import { createPatcher } from "#xds/patch/patcher.ts";
import { outbound } from "./matched.ts";

const policies = (...appendModifications: readonly Modification[]) => ({
  MeshProxyPatch: { conf: { appendModifications }, origins: {} },
});

const made = createGenerator().outbound("default", outbound("backend", 10_001));
const at = (port: number) => ({ service: "backend", address: "127.0.0.1", port });
const buffer: Modification = {
  listener: {
    operation: "Patch",
    match: { name: "outbound:127.0.0.1:10001" },
    value: "perConnectionBufferLimitBytes: 1",
  },
};

describe("the patcher", () => {
  it("hands on what no policy patches", () => {
    expect(createPatcher(nativeEnvoy()).patch(made, "outbound", {}, at(1))).toBe(made);
  });

  it("patches by a name that only the bindings tell, once for all that it hits and once for all others", () => {
    const { patch } = createPatcher(nativeEnvoy());
    const confs = policies(buffer);
    const hit = patch(made, "outbound", confs, at(10_001));
    expect(hit.listener?.body).toMatchObject({ perConnectionBufferLimitBytes: 1, name: { $: expect.anything() } });
    const missed = patch(made, "outbound", confs, at(10_002));
    expect(missed.listener).toBe(made.listener);
    expect(patch(made, "outbound", confs, at(10_003))).toBe(missed);
    expect(patch(made, "outbound", confs, at(10_001))).toBe(hit);
  });

  it("shares what is patched by origin among all ports, its holes left open", () => {
    const { patch } = createPatcher(nativeEnvoy());
    const confs = policies({ listener: { ...buffer.listener!, match: { origin: "outbound" } } });
    expect(patch(made, "outbound", confs, at(1))).toBe(patch(made, "outbound", confs, at(2)));
  });

  it("fills what a patch must look into, and then shares nothing", () => {
    const { patch } = createPatcher(nativeEnvoy());
    const path = "/metadata/filterMetadata/io.kuma.tags/kuma.io~1service/x";
    const inside = policies({ listener: { operation: "Patch", jsonPatches: [{ op: "add", path, value: 1 }] } });
    const told = patch(made, "outbound", inside, at(1));
    expect(told.complaints.map(({ reason }) => reason)).toEqual([expect.stringContaining("single value")]);
    const address = "/address/socketAddress/address";
    const moved = policies({
      listener: { operation: "Patch", jsonPatches: [{ op: "copy", from: address, path: "/statPrefix" }] },
    });
    expect(patch(made, "outbound", moved, at(1)).listener?.body).toMatchObject({ statPrefix: { $: "address" } });
  });

  it("takes routes away with the listener that they are of", () => {
    const generator = createGenerator(nativeEnvoy());
    const proxy = generator.proxy({ mesh: "default", policies: {}, names: [] });
    const kinds = (said: Modification): readonly string[] =>
      generator.patched(proxy, "proxy", policies(said), {}).extras.map(({ kind }) => kind);
    expect(proxy.extras.map(({ kind }) => kind)).toEqual(["listener", "route"]);
    expect(kinds({ listener: { operation: "Remove", match: { name: "_kuma:dynamicconfig" } } })).toEqual([]);
    expect(kinds({ listener: { operation: "Remove", match: { name: "other" } } })).toEqual(["listener", "route"]);
  });

  it("tells each policy that there is nothing to judge it with", () => {
    const { patch } = createPatcher(null);
    expect(patch(made, "outbound", policies(buffer), at(1))).toBe(made);
    expect(patch(made, "proxy", policies(buffer), at(1)).complaints).toHaveLength(1);
  });

  it("finds the wrong ones among many by few judgements, and applies the others", () => {
    const native = nativeEnvoy() as NativeEnvoy;
    let judged = 0;
    const counting: NativeEnvoy = {
      read: (...asked) => native.read(...asked),
      merge: (...asked) => native.merge(...asked),
      problem: (...asked) => {
        judged++;
        return native.problem(...asked);
      },
    };
    const one = (index: number, value: object): Modification => ({
      listener: {
        operation: "Patch",
        jsonPatches: [{ op: "add", path: `/metadata/filterMetadata/x${index}`, value }],
      },
    });
    const many = Array.from({ length: 200 }, (_, index) => one(index, { good: index }));
    const wrong: Modification = {
      listener: { operation: "Patch", jsonPatches: [{ op: "add", path: "/nothing", value: 1 }] },
    };
    const confs = policies(...many.slice(0, 120), wrong, ...many.slice(120));
    const told = createPatcher(counting).patch(made, "outbound", confs, at(1));
    expect(told.complaints.map(({ source, reason }) => [source.pointer, reason])).toEqual([
      ["/appendModifications/120", expect.stringContaining("nothing")],
    ]);
    expect(told.listener?.body).toMatchObject({
      metadata: { filterMetadata: { x0: { good: 0 }, x119: { good: 119 }, x199: { good: 199 } } },
    });
    expect(judged).toBeLessThan(50);
  });

  it("leaves out what comes after twenty wrong ones, and says so", () => {
    const wrong = (index: number): Modification => ({
      listener: { operation: "Patch", jsonPatches: [{ op: "add", path: `/nothing${index}`, value: 1 }] },
    });
    const confs = policies(...Array.from({ length: 25 }, (_, index) => wrong(index)), buffer);
    const told = createPatcher(nativeEnvoy()).patch(made, "outbound", confs, at(10_001));
    expect(told.complaints).toHaveLength(26);
    expect(told.complaints[25]).toMatchObject({
      source: { pointer: "/appendModifications/25" },
      reason: expect.stringContaining("left out after 20 wrong ones"),
    });
    expect(told.listener?.body).not.toHaveProperty("perConnectionBufferLimitBytes");
  });

  it("lets no patch name a client certificate toward a service outside", () => {
    const name = "client_cert:secret:default:MeshExternalService:db:0123456789abcdef0123456789abcdef";
    const typed = (own: string, end: "Upstream" | "Downstream") => ({
      name: "envoy.transport_sockets.tls",
      typedConfig: {
        "@type": `type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.${end}TlsContext`,
        commonTlsContext: {
          tlsCertificateSdsSecretConfigs: [{ name: own, sdsConfig: { ads: {}, resourceApiVersion: "V3" } }],
        },
      },
    });
    const adds = (own: string): Modification => ({
      cluster: {
        operation: "Add",
        value: JSON.stringify({
          name: "mine",
          type: "STATIC",
          connectTimeout: "1s",
          transportSocket: typed(own, "Upstream"),
        }),
      },
    });
    const patches = (own: string): Modification => ({
      listener: {
        operation: "Patch",
        jsonPatches: [{ op: "add", path: "/filterChains/0/transportSocket", value: typed(own, "Downstream") }],
      },
    });
    const { patch } = createPatcher(nativeEnvoy());
    for (const [modification, part] of [
      [adds, "proxy"],
      [patches, "outbound"],
    ] as const) {
      const wrong = patch(made, part, policies(modification(name)), at(10_001));
      expect(wrong.complaints.map(({ reason }) => reason)).toEqual([expect.stringContaining("egresses alone show")]);
      expect(JSON.stringify(wrong)).not.toContain(name);
      const good = patch(made, part, policies(modification("identity_cert:secret:default")), at(10_001));
      expect(good.complaints).toEqual([]);
      expect(JSON.stringify(good)).toContain("tlsCertificateSdsSecretConfigs");
    }
  });
});
