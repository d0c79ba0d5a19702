// Older policies: violations and answers as a stock control plane gave them.
import { describe, expect, it } from "vitest";
import { ALL_KINDS, kindOfType } from "#model/kinds.ts";
import { compareRanks, rankOf, selects } from "#model/selector.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";
import { OLDER_REFUSALS } from "./refusals.ts";

const ALL = [{ match: { "kuma.io/service": "*" } }];
const ends = { sources: ALL, destinations: ALL };
const older = ALL_KINDS.filter((kind) => kind.older !== undefined);

describe("older policies", () => {
  it.each(OLDER_REFUSALS.map((one) => [`${one.type}: ${one.shows}`, one] as const))(
    "are refused in Kuma's words: %s",
    (_, { type, body, said }) => {
      expect([...refusalsOf(type, body)].sort()).toEqual([...said].sort());
    },
  );

  it("have a refusal each, and become policies that there are", () => {
    expect(new Set(OLDER_REFUSALS.map(({ type }) => type))).toEqual(new Set(older.map(({ type }) => type)));
    expect(older).toHaveLength(10);
  });

  const whole = {
    TrafficPermission: ends,
    TrafficLog: { ...ends, conf: { backend: "nope" } },
    TrafficTrace: { selectors: ALL, conf: { backend: "nope" } },
    Timeout: {
      ...ends,
      conf: {
        connectTimeout: "3600s",
        http: { requestTimeout: "0.250s", streamIdleTimeout: "0s" },
        grpc: { streamIdleTimeout: "1s" },
      },
    },
    Retry: {
      ...ends,
      conf: {
        http: {
          numRetries: 3,
          perTryTimeout: "0.200s",
          backOff: { baseInterval: "0.030s", maxInterval: "1.200s" },
          retriableStatusCodes: [500, 504],
          retriableMethods: ["GET"],
          retryOn: ["all_5xx", "retriable_status_codes"],
        },
        tcp: { maxConnectAttempts: 3 },
        grpc: { retryOn: ["cancelled", "deadline_exceeded"], numRetries: 2 },
      },
    },
    CircuitBreaker: {
      ...ends,
      conf: {
        interval: "1s",
        baseEjectionTime: "30s",
        maxEjectionPercent: 20,
        detectors: {
          totalErrors: { consecutive: 20 },
          gatewayErrors: {},
          standardDeviation: { requestVolume: 10, minimumHosts: 5, factor: 1.9 },
          failure: { requestVolume: 0, threshold: 85 },
        },
        thresholds: { maxConnections: 0 },
      },
    },
    HealthCheck: {
      ...ends,
      conf: {
        interval: "10s",
        timeout: "2s",
        unhealthyThreshold: 3,
        healthyThreshold: 1,
        healthyPanicThreshold: 0,
        failTrafficOnPanic: false,
        eventLogPath: "/x",
        alwaysLogHealthCheckFailures: true,
        noTrafficInterval: "10s",
        http: {
          path: "/h",
          requestHeadersToAdd: [{ header: { key: "a", value: "b" }, append: false }],
          expectedStatuses: [200, 201],
        },
        reuseConnection: false,
      },
    },
    FaultInjection: {
      sources: ALL,
      destinations: [{ match: { "kuma.io/protocol": "http", "kuma.io/service": "*" } }],
      conf: {
        delay: { percentage: 0, value: "0s" },
        abort: { percentage: 50.5, httpStatus: 500 },
        responseBandwidth: { percentage: 50, limit: "50 mbps" },
      },
    },
    RateLimit: {
      ...ends,
      conf: {
        http: {
          requests: 5,
          interval: "10s",
          onRateLimit: { status: 0, headers: [{ key: "a", value: "b", append: false }] },
        },
      },
    },
    TrafficRoute: {
      ...ends,
      conf: {
        split: [
          { weight: 90, destination: { "kuma.io/service": "b", version: "1" } },
          { weight: 0, destination: { "kuma.io/service": "b" } },
        ],
        loadBalancer: { ringHash: { hashFunction: "XX_HASH", minRingSize: "5" } },
        http: [
          {
            match: { method: { exact: "GET" }, path: { prefix: "/p" }, headers: { x: { exact: "" } } },
            modify: {
              path: { rewritePrefix: "/x" },
              host: { fromPath: { pattern: "a", substitution: "b" } },
              requestHeaders: { add: [{ name: "x", value: "y" }], remove: [{ name: "z" }] },
            },
            destination: { "kuma.io/service": "c" },
          },
        ],
      },
    },
  };

  it.each(Object.entries(whole))("are answered as Kuma answers: %s", (type, body) => {
    // Member by member, as text: the order is Kuma's too.
    expect(JSON.stringify(answerOf(type, body))).toBe(JSON.stringify(body));
  });

  it("take durations in both notations, and leave out what is zero", () => {
    const conf = { connectTimeout: "1h", http: { requestTimeout: "250ms" } };
    expect(answerOf("Timeout", { ...ends, conf }).conf).toEqual({
      connectTimeout: "3600s",
      http: { requestTimeout: "0.250s" },
    });
    expect(
      answerOf("CircuitBreaker", {
        ...ends,
        conf: { ...whole.CircuitBreaker.conf, splitExternalAndLocalErrors: false },
      }),
    ).toEqual(whole.CircuitBreaker);
    expect(answerOf("RateLimit", { ...ends, conf: {} }).conf).toEqual({});
  });

  it("stand at Kuma's paths", () => {
    expect(older.map(({ type, path }) => `${type} ${path}`)).toEqual([
      "TrafficPermission traffic-permissions",
      "TrafficRoute traffic-routes",
      "Timeout timeouts",
      "Retry retries",
      "CircuitBreaker circuit-breakers",
      "HealthCheck health-checks",
      "FaultInjection fault-injections",
      "RateLimit rate-limits",
      "TrafficLog traffic-logs",
      "TrafficTrace traffic-traces",
    ]);
    expect(kindOfType("Retry")?.pluralDisplayName).toBe("Retries");
  });
});

describe("selectors", () => {
  it("take any value for *, but not none", () => {
    expect(selects({ a: "*" }, { a: "x" })).toBe(true);
    expect(selects({ a: "*" }, { b: "x" })).toBe(false);
    expect(selects({ a: "x", b: "*" }, { a: "y", b: "z" })).toBe(false);
    expect(selects({}, {})).toBe(true);
  });

  it("rank by number of tags, then by exact values, over both ends", () => {
    expect(compareRanks(rankOf({ a: "*", b: "*" }), rankOf({ a: "x" }))).toBeGreaterThan(0);
    expect(compareRanks(rankOf({ a: "*" }), rankOf({ a: "x" }))).toBeLessThan(0);
    expect(compareRanks(rankOf({ a: "x" }, { b: "*" }), rankOf({ a: "*" }, { b: "x" }))).toBe(0);
  });
});
