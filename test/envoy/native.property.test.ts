// Merging JSON by descriptors does what protobuf's own merge of bytes does.
import { fromJson, mergeFromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { envoyRegistry } from "#envoy/descriptor.ts";
import { nativeEnvoy } from "#envoy/native/registry.ts";
import type { JsonMessage } from "#envoy/native.ts";

const MESSAGE = "envoy.config.cluster.v3.Cluster";
const registry = envoyRegistry();
const desc = registry.getMessage(MESSAGE)!;
const native = nativeEnvoy();

const text = fc.constantFrom("a", "b");
const number = fc.constantFrom(1, 2, 4096);
const address = fc.record({ socketAddress: fc.record({ address: text, portValue: number }) }, { requiredKeys: [] });
const tags = fc.dictionary(fc.constantFrom("x", "y"), fc.oneof(text, number, fc.record({ deep: text })));
const endpoint = fc.record({
  loadBalancingWeight: number,
  endpoint: fc.record({ address, hostname: text }, { requiredKeys: [] }),
});

/** Lists, messages, maps, oneofs, wrappers, enums and Structs; no durations and no Any, which are merged otherwise on purpose. */
const cluster = fc.record(
  {
    name: text,
    altStatName: text,
    type: fc.constantFrom("STATIC", "EDS"),
    clusterType: fc.record({ name: text }),
    lbPolicy: fc.constantFrom("RANDOM", "MAGLEV"),
    perConnectionBufferLimitBytes: number,
    respectDnsTtl: fc.constant(true),
    ringHashLbConfig: fc.record({ minimumRingSize: fc.constantFrom("1", "7") }, { requiredKeys: [] }),
    maglevLbConfig: fc.record({ tableSize: fc.constantFrom("1", "7") }, { requiredKeys: [] }),
    circuitBreakers: fc.record(
      { thresholds: fc.array(fc.record({ maxRetries: number }, { requiredKeys: [] }), { maxLength: 2 }) },
      { requiredKeys: [] },
    ),
    metadata: fc.record({ filterMetadata: fc.dictionary(fc.constantFrom("own", "other"), tags) }, { requiredKeys: [] }),
    loadAssignment: fc.record(
      {
        clusterName: text,
        endpoints: fc.array(fc.record({ lbEndpoints: fc.array(endpoint, { maxLength: 2 }) }), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

/** One of each oneof. */
const sound = cluster.filter((one) => {
  const { type, clusterType, ringHashLbConfig, maglevLbConfig } = one as Record<string, unknown>;
  return (
    (type === undefined || clusterType === undefined) &&
    (ringHashLbConfig === undefined || maglevLbConfig === undefined)
  );
});

test("is protobuf's merge", () => {
  fc.assert(
    fc.property(sound, sound, (a, b) => {
      const decode = (json: unknown) => fromJson(desc, json as never, { registry });
      const canonical = (json: unknown) => toJson(desc, decode(json), { registry }) as JsonMessage;
      const [onto, patch] = [canonical(a), canonical(b)];
      const wanted = toJson(desc, mergeFromBinary(desc, decode(onto), toBinary(desc, decode(patch))), { registry });
      expect(canonical(native.merge(MESSAGE, onto, patch))).toEqual(wanted);
    }),
    { numRuns: 500 },
  );
});
