// The patcher: resources that a patch cannot tell apart share what comes of it, and others do not.
import { describe, expect, it } from "vitest";
import { nativeEnvoy } from "#envoy/native/registry.ts";
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

  it("tells each policy that there is nothing to judge it with", () => {
    const { patch } = createPatcher(null);
    expect(patch(made, "outbound", policies(buffer), at(1))).toBe(made);
    expect(patch(made, "proxy", policies(buffer), at(1)).complaints).toHaveLength(1);
  });
});
