// What a new mesh gets: Kuma's default policies, for the kinds that exist.

import { freeze } from "./freeze.ts";
import type { SpecOf, TypeName } from "./kinds.ts";
import { computedLabels } from "./label.ts";
import type { Resource } from "./resource.ts";

type Defaults = { readonly [T in TypeName]?: Readonly<Record<string, SpecOf<T>>> };

const RETRIES = {
  numRetries: 5,
  perTryTimeout: "16s",
  backOff: { baseInterval: "25ms", maxInterval: "250ms" },
} as const;

/** By type, then by the name's beginning; the mesh's name follows it. */
const DEFAULTS: Defaults = {
  MeshTimeout: {
    "mesh-gateways-timeout-all-": {
      targetRef: { kind: "Mesh", proxyTypes: ["Gateway"] },
      to: [{ targetRef: { kind: "Mesh" }, default: { idleTimeout: "1h0m0s", http: { streamIdleTimeout: "5s" } } }],
      from: [
        {
          targetRef: { kind: "Mesh" },
          default: { idleTimeout: "5m0s", http: { streamIdleTimeout: "5s", requestHeadersTimeout: "500ms" } },
        },
      ],
    },
    "mesh-timeout-all-": {
      targetRef: { kind: "Mesh", proxyTypes: ["Sidecar"] },
      to: [
        {
          targetRef: { kind: "Mesh" },
          default: {
            connectionTimeout: "5s",
            idleTimeout: "1h0m0s",
            http: { requestTimeout: "15s", streamIdleTimeout: "30m0s" },
          },
        },
      ],
      from: [
        {
          targetRef: { kind: "Mesh" },
          default: {
            connectionTimeout: "10s",
            idleTimeout: "2h0m0s",
            http: { requestTimeout: "0s", streamIdleTimeout: "1h0m0s", maxStreamDuration: "0s" },
          },
        },
      ],
    },
  },
  MeshCircuitBreaker: {
    "mesh-circuit-breaker-all-": {
      targetRef: { kind: "Mesh" },
      to: [
        {
          targetRef: { kind: "Mesh" },
          default: {
            connectionLimits: { maxConnections: 1024, maxPendingRequests: 1024, maxRetries: 3, maxRequests: 1024 },
          },
        },
      ],
    },
  },
  MeshRetry: {
    "mesh-retry-all-": {
      targetRef: { kind: "Mesh" },
      to: [{ targetRef: { kind: "Mesh" }, default: { tcp: { maxConnectAttempt: 5 }, http: RETRIES, grpc: RETRIES } }],
    },
  },
};

/**
 * The policies to create together with a mesh, without those that its `skipCreatingInitialPolicies` names by type or by
 * `*`. Labels are computed; times are empty. They are made once: a deleted default stays deleted.
 */
export function defaultPolicies(mesh: Resource<SpecOf<"Mesh">>): readonly Resource[] {
  const skipped = mesh.spec.skipCreatingInitialPolicies ?? [];
  if (skipped.includes("*")) return [];
  return (Object.keys(DEFAULTS) as TypeName[])
    .filter((type) => !skipped.includes(type))
    .flatMap((type) =>
      Object.entries(DEFAULTS[type] ?? {}).map(([prefix, spec]) => {
        const bare = { type, mesh: mesh.name, name: `${prefix}${mesh.name}`, labels: {}, spec };
        return freeze({ ...bare, labels: computedLabels(bare), creationTime: "", modificationTime: "" });
      }),
    );
}
