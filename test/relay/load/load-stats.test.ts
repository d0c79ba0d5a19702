// Load reports as bytes, against Envoy's own messages.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  LoadStatsRequestSchema,
  LoadStatsResponseSchema,
} from "#envoy/generated/envoy/service/load_stats/v3/lrs_pb.ts";
import { readLoadStats, writeLoadQuestion } from "#relay/load/load-stats.ts";

const count = fc.nat(2_000_000_000);
const locality = fc.record({ success: count, errors: count, progress: count });
const cluster = fc.record({ name: fc.string({ minLength: 1 }), localities: fc.array(locality, { maxLength: 3 }) });

test("what Envoy reports is read as it was meant, localities summed", () => {
  fc.assert(
    fc.property(fc.string(), fc.array(cluster, { maxLength: 5 }), (id, clusters) => {
      const bytes = toBinary(
        LoadStatsRequestSchema,
        create(LoadStatsRequestSchema, {
          node: { id, cluster: "web", metadata: { "dataplane.resource": "{}" } },
          clusterStats: clusters.map(({ name, localities }) => ({
            clusterName: name,
            totalDroppedRequests: 7n,
            loadReportInterval: { seconds: 10n, nanos: 5 },
            upstreamLocalityStats: localities.map(({ success, errors, progress }) => ({
              locality: { zone: "east" },
              totalSuccessfulRequests: BigInt(success),
              totalErrorRequests: BigInt(errors),
              totalRequestsInProgress: BigInt(progress),
              totalIssuedRequests: BigInt(success + errors),
            })),
          })),
        }),
      );
      const errors = (of: (typeof clusters)[number]): number => of.localities.reduce((sum, one) => sum + one.errors, 0);
      const successes = (of: (typeof clusters)[number]): number =>
        of.localities.reduce((sum, one) => sum + one.success, 0);
      expect(readLoadStats(bytes)).toEqual({
        node: id,
        clusters: clusters.map((one) => ({
          name: one.name,
          total: successes(one) + errors(one),
          errors: errors(one),
        })),
      });
    }),
  );
});

test("bytes that are no report are none, and no report tells of endless clusters", () => {
  expect(readLoadStats(new Uint8Array([0x12, 0x05, 0x01]))).toBeNull();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect(() => readLoadStats(bytes)).not.toThrow();
    }),
  );
  const many = create(LoadStatsRequestSchema, {
    clusterStats: Array.from({ length: 5001 }, () => ({ clusterName: "a" })),
  });
  expect(readLoadStats(toBinary(LoadStatsRequestSchema, many))).toBeNull();
});

test("an Envoy is asked for all clusters so often, or for none", () => {
  expect(fromBinary(LoadStatsResponseSchema, writeLoadQuestion(10))).toMatchObject({
    sendAllClusters: true,
    clusters: [],
    loadReportingInterval: { seconds: 10n },
  });
  expect(fromBinary(LoadStatsResponseSchema, writeLoadQuestion(null))).toMatchObject({
    sendAllClusters: false,
    clusters: [],
    loadReportingInterval: { seconds: 86_400n },
  });
});
