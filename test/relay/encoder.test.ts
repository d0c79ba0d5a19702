// The encoder: bytes that Envoy's own types read back, made once per filling, and bounded.

import { fromBinary } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { ClusterSchema } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import {
  DeltaDiscoveryResponseSchema,
  DiscoveryResponseSchema,
} from "#envoy/generated/envoy/service/discovery/v3/discovery_pb.ts";
import { xdsType } from "#envoy/type-url.ts";
import { writeAnswer } from "#relay/ads/wire.ts";
import { createEncoder } from "#relay/encoder.ts";

const { url } = xdsType("cluster");
const cluster = (name: string, version: string, altStatName = "", own = false) => ({
  name,
  version,
  own,
  body: () => ({ name, altStatName }),
});

describe("encode", () => {
  test("gives one resource's bytes for both protocols", () => {
    const encoded = createEncoder().encode("cluster", cluster("backend", "v1", "stat"));
    if ("fault" in encoded) throw new Error(encoded.fault);
    const answer = { typeUrl: url, version: "snapshot", nonce: "7", removed: ["old"] };
    const delta = fromBinary(
      DeltaDiscoveryResponseSchema,
      writeAnswer("delta", { ...answer, resources: [encoded.delta, encoded.delta] }),
    );
    expect(delta).toMatchObject({ typeUrl: url, systemVersionInfo: "snapshot", nonce: "7", removedResources: ["old"] });
    expect(delta.resources.map(({ name, version }) => [name, version])).toEqual([
      ["backend", "v1"],
      ["backend", "v1"],
    ]);
    expect(anyUnpack(delta.resources[1]!.resource!, ClusterSchema)).toMatchObject({
      name: "backend",
      altStatName: "stat",
    });
    const sotw = fromBinary(DiscoveryResponseSchema, writeAnswer("sotw", { ...answer, resources: [encoded.sotw] }));
    expect(sotw).toMatchObject({ typeUrl: url, versionInfo: "snapshot", nonce: "7" });
    expect(anyUnpack(sotw.resources[0]!, ClusterSchema)).toMatchObject({ name: "backend", altStatName: "stat" });
  });

  test("encodes a filling once; of a proxy's own nothing is kept", () => {
    const encoder = createEncoder();
    const first = encoder.encode("cluster", cluster("a", "1"));
    expect(encoder.encode("cluster", cluster("a", "1"))).toBe(first);
    expect(encoder.encode("cluster", cluster("a", "2"))).not.toBe(first);
    expect(encoder.counts.made).toBe(2);
    const before = encoder.counts.bytes;
    const [mine, theirs] = [cluster("id", "1", "mine", true), cluster("id", "1", "theirs", true)];
    expect(encoder.encode("cluster", mine)).not.toBe(encoder.encode("cluster", mine));
    expect(encoder.counts).toMatchObject({ made: 4, bytes: before });
    expect(encoder.encode("cluster", theirs)).not.toEqual(encoder.encode("cluster", mine));
  });

  test("keeps what is sent more than once, and of all else nothing", () => {
    const encoder = createEncoder();
    const looked = encoder.encode("cluster", cluster("a", "1"));
    expect(encoder.send("cluster", cluster("a", "1"))).toBe(looked);
    expect(encoder.counts).toEqual({ bytes: 0, made: 1 });
    encoder.encode("cluster", cluster("a", "1"));
    const second = encoder.send("cluster", cluster("a", "1"));
    expect(second).toEqual(looked);
    expect(encoder.counts).toMatchObject({ made: 2 });
    expect(encoder.counts.bytes).toBeGreaterThan(0);
    expect(encoder.encode("cluster", cluster("a", "1"))).toBe(second);
    expect(encoder.send("cluster", cluster("a", "1"))).toBe(second);
    const before = encoder.counts.bytes;
    encoder.send("cluster", cluster("b", "1"));
    encoder.send("cluster", cluster("id", "1", "", true));
    encoder.send("cluster", cluster("id", "1", "", true));
    expect(encoder.counts).toEqual({ bytes: before, made: 5 });
  });

  test("says what Envoy's schema does not take, once", () => {
    const encoder = createEncoder();
    const odd = { name: "odd", version: "1", body: () => ({ name: "odd", typo: true }) };
    expect(encoder.encode("cluster", odd)).toEqual({
      fault: expect.stringMatching(/^odd is no envoy.config.cluster.v3.Cluster: .*typo/),
    });
    encoder.encode("cluster", odd);
    expect(encoder.counts.made).toBe(1);
  });

  test("keeps what was used last, within its bound", () => {
    const encoder = createEncoder(1_000);
    const text = "x".repeat(300);
    for (const name of ["a", "b"]) encoder.encode("cluster", cluster(name, "1", text));
    encoder.encode("cluster", cluster("a", "1", text));
    encoder.encode("cluster", cluster("c", "1", text));
    expect(encoder.counts.bytes).toBeLessThanOrEqual(1_000);
    expect(encoder.counts.made).toBe(3);
    encoder.encode("cluster", cluster("a", "1", text));
    expect(encoder.counts.made).toBe(3);
    encoder.encode("cluster", cluster("b", "1", text));
    expect(encoder.counts.made).toBe(4);
  });
});
