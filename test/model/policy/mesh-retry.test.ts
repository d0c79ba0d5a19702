// MeshRetry: violations as a stock control plane gave them, what Envoy would refuse beyond them, and round trips.
import { describe, expect, it } from "vitest";
import { meshRetryJudge } from "#model/policy/mesh-retry.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";
import { refusedBy } from "./refused.ts";

const TYPE = "MeshRetry";
const targetRef = { kind: "Mesh" };
const to = (conf: object): object => ({ spec: { to: [{ targetRef, default: conf }] } });
const AT = "spec.to[0].default.conf";

describe(TYPE, () => {
  it.each(refusedBy("mesh-retry"))("is refused as by Kuma: %s", (_, { spec, refusals }) => {
    expect([...refusalsOf(TYPE, { spec })].sort()).toEqual([...refusals].sort());
  });

  it.each([
    [{ perTryTimeout: "-1s" }, "perTryTimeout: must not be negative when defined"],
    [{ backOff: { baseInterval: "0s" } }, "backOff.baseInterval: must be greater than zero when defined"],
    [{ backOff: { maxInterval: "-1s" } }, "backOff.maxInterval: must be greater than zero when defined"],
    [{ backOff: { baseInterval: "2s", maxInterval: "1s" } }, "backOff.maxInterval: must not be less than baseInterval"],
    [{ rateLimitedBackOff: { resetHeaders: [] } }, "rateLimitedBackOff.resetHeaders: must not be empty"],
  ])("is refused for what Envoy would refuse: %j", (said, refusal) => {
    expect(refusalsOf(TYPE, to({ http: said }))).toEqual([`${AT}.http.${refusal}`]);
    expect(refusalsOf(TYPE, to({ grpc: said }))).toEqual([`${AT}.grpc.${refusal}`]);
  });

  it("is refused for an expression that Envoy could not read, and for fewer than no attempts", () => {
    const broken = [{ name: "x", type: "RegularExpression", value: "(" }];
    const http = { retriableRequestHeaders: broken, retriableResponseHeaders: broken, hostSelectionMaxAttempts: -1 };
    const found = refusalsOf(TYPE, to({ http }));
    expect(found.map((one) => one.split(":")[0])).toEqual([
      `${AT}.http.retriableResponseHeaders[0].value`,
      `${AT}.http.retriableRequestHeaders[0].value`,
      `${AT}.http.hostSelectionMaxAttempts`,
    ]);
  });

  it("warns of deprecated targets", () => {
    const bare = { type: TYPE, mesh: "default", name: "x", labels: {}, creationTime: "", modificationTime: "" };
    const spec = { targetRef: { kind: "MeshServiceSubset", name: "a" } } as const;
    expect(meshRetryJudge.warn?.({ ...bare, spec })).toEqual([
      "MeshServiceSubset value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
    ]);
  });

  it("answers what was written with what Kuma fills, every field", () => {
    const shared = {
      numRetries: 3,
      perTryTimeout: "2s",
      backOff: { baseInterval: "25ms", maxInterval: "1s" },
      rateLimitedBackOff: { resetHeaders: [{ name: "retry-after", format: "Seconds" }], maxInterval: "5m0s" },
    };
    const http = {
      ...shared,
      retryOn: ["5xx", "HttpMethodGet", "503"],
      retriableResponseHeaders: [{ type: "Present", name: "x" }],
      retriableRequestHeaders: [{ name: "y", value: "z" }],
      hostSelection: [{ predicate: "OmitHostsWithTags", tags: { a: "b" } }],
      hostSelectionMaxAttempts: 4,
    };
    const conf = { tcp: { maxConnectAttempt: 5 }, http, grpc: { ...shared, retryOn: ["Canceled"] } };
    expect(answerOf(TYPE, to(conf)).spec).toEqual({
      to: [
        {
          targetRef,
          default: {
            ...conf,
            http: {
              ...http,
              retriableRequestHeaders: [{ type: "Exact", name: "y", value: "z" }],
              hostSelection: [{ predicate: "OmitHostsWithTags", tags: { a: "b" }, updateFrequency: 2 }],
            },
          },
        },
      ],
    });
  });
});
