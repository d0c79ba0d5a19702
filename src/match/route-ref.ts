// backendRefs of routes: what they lead to, and which of them lead to nothing.
import { backendKey, type RouteBackendRef } from "#model/backend-ref.ts";
import { externalFaults } from "./external.ts";
import type { MatchFault } from "./fault.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import { outsideFaults } from "./outside-service.ts";
import type { ServiceIndex } from "./service-index.ts";
import { resolveBackendRef, type Target } from "./target.ts";

/** A reference, and where it stands. */
interface Placed {
  readonly kri: string;
  readonly field: string;
  readonly ref: RouteBackendRef;
}

/** What the routes of a mesh lead to. */
export interface Routed {
  /** Each once, sorted by key. */
  readonly targets: readonly Target[];
  readonly faults: readonly MatchFault[];
}

interface RouteRule {
  readonly default?: {
    readonly backendRefs?: readonly RouteBackendRef[];
    readonly filters?: readonly { readonly requestMirror?: { readonly backendRef?: RouteBackendRef } }[];
  };
}

/** Resolves the references of all routes; a function of both. */
export function routedOf(policies: readonly IndexedPolicy[], services: ServiceIndex): Routed {
  const targets = new Map<string, Target>();
  const outside = [...services.outside.values()].flat();
  const faults: MatchFault[] = [...services.external.flatMap(externalFaults), ...outside.flatMap(outsideFaults)];
  for (const { kri, field, ref } of policies.flatMap(placedRefs)) {
    const target = resolveBackendRef(ref, services.targets, services.find);
    if (target.kind === "missing") faults.push({ kri, field, reason: target.reason });
    else targets.set(target.key, target);
  }
  return { targets: [...targets.values()].sort((a, b) => (a.key < b.key ? -1 : 1)), faults };
}

function placedRefs({ type, kri, resource, older }: IndexedPolicy): readonly Placed[] {
  if (type !== "MeshHTTPRoute" && type !== "MeshTCPRoute") return [];
  if (older !== undefined) return (older.refs ?? []).map((ref) => ({ kri, field: "conf", ref }));
  return (resource.spec.to ?? []).flatMap((item, index) =>
    ((item as { readonly rules?: readonly RouteRule[] }).rules ?? []).flatMap((rule, position) =>
      refsOf(rule).map(([field, ref]) => ({ kri, field: `spec.to[${index}].rules[${position}].${field}`, ref })),
    ),
  );
}

/** The references of one rule, each with its path below the rule. */
function refsOf({ default: said = {} }: RouteRule): readonly (readonly [string, RouteBackendRef])[] {
  const { backendRefs = [], filters = [] } = said;
  return [
    ...backendRefs.map((ref, at) => [`default.backendRefs[${at}]`, ref] as const),
    ...filters.flatMap(({ requestMirror }, at) =>
      requestMirror?.backendRef === undefined
        ? []
        : [[`default.filters[${at}].requestMirror.backendRef`, requestMirror.backendRef] as const],
    ),
  ];
}

/** Every reference of a merged MeshHTTPRoute or MeshTCPRoute, by key. */
export function refsOfConf(conf: unknown): ReadonlyMap<string, RouteBackendRef> {
  const { rules, ...own } = (conf ?? {}) as { readonly rules?: readonly RouteRule[] } & RouteRule["default"];
  const all = rules === undefined ? [{ default: own }] : rules;
  return new Map(all.flatMap(refsOf).map(([, ref]) => [backendKey(ref), ref]));
}
