// Meshes as plain plans that fast-check can make, shrink and edit, and the views that they stand for.
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { freeze } from "#model/freeze.ts";
import type { Digest } from "#model/json.ts";
import type { SpecOf } from "#model/kinds.ts";
import { computedLabels } from "#model/label.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { ZonePlace } from "#model/zone-place.ts";
import { withZone, zonePlace, zonePlaces } from "#test/places.ts";
import { anyOlder, anyPolicy } from "#test/policies.ts";
import { externalService, multiZoneService } from "#test/services.ts";

export const ZONE = "east";
export const sha256: Digest = (text) => createHash("sha256").update(text).digest("base64url");

export interface MeshPlan {
  readonly mtls: "off" | "STRICT" | "PERMISSIVE";
  readonly bundle: number;
  readonly dataplanes: readonly DataplanePlan[];
  readonly timeouts: readonly TimeoutPlan[];
  readonly permissions: readonly PermissionPlan[];
  readonly localities: readonly LocalityPlan[];
  readonly services: readonly string[];
  /** Of every kind. */
  readonly policies: readonly PolicyPlan[];
  /** External and multi-zone services. */
  readonly others: readonly PolicyPlan[];
  readonly zones?: readonly ZonePlace[];
  readonly routing?: NonNullable<SpecOf<"Mesh">["routing"]>;
}

export type PolicyPlan = Pick<Resource, "type" | "name" | "labels" | "spec">;

export interface DataplanePlan {
  readonly name: string;
  readonly host: number;
  readonly zone: string;
  readonly gateway: boolean;
  readonly departed: boolean;
  readonly inbounds: readonly {
    service: string;
    protocol: string;
    port: number;
    servicePort: number;
    ready: boolean;
  }[];
  readonly outbounds: readonly {
    service: string;
    port: number;
    version: string | null;
    zone?: string | null;
    real: boolean | string;
  }[];
}

export interface TimeoutPlan {
  readonly name: string;
  readonly top: TopPlan;
  readonly to: readonly { service: string | null; seconds: number }[];
  readonly from: number | null;
}

export interface LocalityPlan {
  readonly name: string;
  readonly top: TopPlan;
  readonly to: readonly { readonly service: string | null; readonly awareness: keyof typeof AWARENESS }[];
}

/** By tags that clients and endpoints have, by labels, by tags that nobody has, over zones, and not at all. */
const AWARENESS = {
  tags: { localZone: { affinityTags: [{ key: "version" }, { key: "nobody" }] } },
  labels: { localZone: { affinityTags: [{ key: "rack", weight: 3 }] } },
  zones: { crossZone: { failover: [{ to: { type: "Any" } }], failoverThreshold: { percentage: 50 } } },
  off: { disabled: true },
} as const;

export interface PermissionPlan {
  readonly name: string;
  readonly top: TopPlan;
  readonly rules: boolean;
  readonly from: readonly { service: string | null; action: string }[];
}

type TopPlan = { readonly kind: "Mesh" } | { readonly kind: "MeshService"; readonly name: string };

const SERVICES = ["api", "backend", "db"];
const service = fc.constantFrom(...SERVICES);
const top: fc.Arbitrary<TopPlan> = fc.oneof(
  fc.constant({ kind: "Mesh" } as const),
  service.map((name) => ({ kind: "MeshService", name }) as const),
);

const dataplane = fc.record({
  name: fc.constantFrom("a", "b", "c", "d", "e"),
  host: fc.integer({ min: 1, max: 9 }),
  zone: fc.constantFrom(ZONE, ZONE, "west", "north"),
  gateway: fc.boolean().map((coin) => coin),
  departed: fc.constantFrom(false, false, false, true),
  inbounds: fc.array(
    fc.record({
      service,
      protocol: fc.constantFrom("http", "tcp", "grpc", "http2", "kafka"),
      port: fc.constantFrom(80, 81, 82),
      servicePort: fc.constantFrom(8080, 8081),
      ready: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  outbounds: fc.array(
    fc.record({
      service,
      port: fc.integer({ min: 1000, max: 1004 }),
      version: fc.constantFrom(null, null, "v1", "v2"),
      zone: fc.constantFrom(null, null, null, "west"),
      /** A tag, a MeshService, or a resource of the kind named. */
      real: fc.constantFrom<boolean | string>(false, false, true, true, "MeshExternalService", "MeshMultiZoneService"),
    }),
    { maxLength: 4 },
  ),
});

const timeout = fc.record({
  name: fc.constantFrom("t1", "t2", "t3"),
  top,
  to: fc.array(fc.record({ service: fc.option(service), seconds: fc.integer({ min: 1, max: 3 }) }), { maxLength: 2 }),
  from: fc.option(fc.integer({ min: 1, max: 3 })),
});

const locality: fc.Arbitrary<LocalityPlan> = fc.record({
  name: fc.constantFrom("l1", "l2"),
  top,
  to: fc.array(
    fc.record({
      service: fc.option(service),
      awareness: fc.constantFrom(...(Object.keys(AWARENESS) as (keyof typeof AWARENESS)[])),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

const permission = fc.record({
  name: fc.constantFrom("p1", "p2", "p3"),
  top,
  rules: fc.boolean(),
  from: fc.array(
    fc.record({ service: fc.option(service), action: fc.constantFrom("Allow", "Deny", "AllowWithShadowDeny") }),
    { minLength: 1, maxLength: 2 },
  ),
});

/** Beside the plain ones above, whose names are others. */
const policy: fc.Arbitrary<PolicyPlan> = fc
  .oneof({ weight: 4, arbitrary: anyPolicy }, anyOlder)
  .map(({ type, name, labels, spec }) => ({
    type,
    name: `any-${name}`,
    labels,
    spec,
  }));

const other: fc.Arbitrary<PolicyPlan> = fc
  .oneof(externalService, multiZoneService)
  .map(({ type, name, labels, spec }) => ({ type, name, labels, spec }));

const unique = { selector: ({ name }: { name: string }) => name };

const routing = fc.constantFrom<NonNullable<MeshPlan["routing"]>>(
  {},
  {},
  { localityAwareLoadBalancing: true },
  { zoneEgress: true },
);

export const meshPlan: fc.Arbitrary<MeshPlan> = fc.record({
  mtls: fc.constantFrom("off", "STRICT", "PERMISSIVE"),
  bundle: fc.constantFrom(1, 1, 1, 2, 0),
  dataplanes: fc.uniqueArray(dataplane, { maxLength: 4, ...unique }),
  timeouts: fc.uniqueArray(timeout, { maxLength: 2, ...unique }),
  permissions: fc.uniqueArray(permission, { maxLength: 2, ...unique }),
  localities: fc.uniqueArray(locality, { maxLength: 2, ...unique }),
  services: fc.uniqueArray(service, { maxLength: 3 }),
  policies: fc.uniqueArray(policy, { maxLength: 5, selector: keyOf }),
  others: fc.uniqueArray(other, { maxLength: 3, selector: keyOf }),
  zones: zonePlaces,
  routing,
});

/** Meshes in which proxies run, so that most edits bite. */
export const inhabited: fc.Arbitrary<MeshPlan> = meshPlan.filter(({ dataplanes }) => dataplanes.length > 1);

/** One change of a plan: any of its parts replaced, a named item put in or taken out. */
export const edit: fc.Arbitrary<(plan: MeshPlan) => MeshPlan> = fc.oneof(
  dataplane.map((one) => (plan: MeshPlan) => ({ ...plan, dataplanes: put(plan.dataplanes, one) })),
  fc.constantFrom("a", "b", "c").map((name) => (plan: MeshPlan) => ({
    ...plan,
    dataplanes: plan.dataplanes.filter((one) => one.name !== name),
  })),
  fc.integer({ min: 1, max: 9 }).map((host) => (plan: MeshPlan) => ({
    ...plan,
    dataplanes: plan.dataplanes.map((one, at) => (at === 0 ? { ...one, host } : one)),
  })),
  timeout.map((one) => (plan: MeshPlan) => ({ ...plan, timeouts: put(plan.timeouts, one) })),
  permission.map((one) => (plan: MeshPlan) => ({ ...plan, permissions: put(plan.permissions, one) })),
  locality.map((one) => (plan: MeshPlan) => ({ ...plan, localities: put(plan.localities, one) })),
  fc.constant((plan: MeshPlan) => ({ ...plan, localities: plan.localities.slice(1) })),
  policy.map((one) => (plan: MeshPlan) => ({
    ...plan,
    policies: [...plan.policies.filter((other) => keyOf(other) !== keyOf(one)), one],
  })),
  fc.constant((plan: MeshPlan) => ({ ...plan, policies: plan.policies.slice(1) })),
  fc.uniqueArray(other, { maxLength: 3, selector: keyOf }).map((others) => (plan: MeshPlan) => ({ ...plan, others })),
  fc.constant((plan: MeshPlan) => ({ ...plan, timeouts: [], permissions: plan.permissions.slice(1) })),
  fc
    .constantFrom<MeshPlan["mtls"]>("off", "STRICT", "PERMISSIVE")
    .map((mtls) => (plan: MeshPlan) => ({ ...plan, mtls })),
  fc.constantFrom(0, 1, 2).map((bundle) => (plan: MeshPlan) => ({ ...plan, bundle })),
  fc.uniqueArray(service).map((services) => (plan: MeshPlan) => ({ ...plan, services })),
  zonePlace.map((one) => (plan: MeshPlan) => ({ ...plan, zones: withZone(plan.zones ?? [], one) })),
  routing.map((one) => (plan: MeshPlan) => ({ ...plan, routing: one })),
  fc.constant((plan: MeshPlan) => plan),
);

function keyOf({ type, name }: PolicyPlan): string {
  return `${type}/${name}`;
}

function put<T extends { readonly name: string }>(list: readonly T[], one: T): T[] {
  return [...list.filter(({ name }) => name !== one.name), one];
}

/** Makes views; a resource whose content did not change keeps its identity, as the store's reader does. */
export function createViews(): (name: string, plan: MeshPlan) => View {
  const known = new Map<string, Resource>();
  const bundles = new Map<string, readonly string[]>();
  const once = <Spec>(bare: Omit<Resource<Spec>, "creationTime" | "modificationTime">): Resource<Spec> => {
    const key = JSON.stringify(bare);
    const before = known.get(key);
    if (before !== undefined) return before as Resource<Spec>;
    const made = freeze({ ...bare, creationTime: "", modificationTime: "" });
    known.set(key, made);
    return made;
  };
  const resource = <Spec>(
    type: string,
    mesh: string,
    name: string,
    spec: Spec,
    zone: string,
    labels: Resource["labels"] = {},
  ): Resource<Spec> => {
    const bare = { type, mesh, name, labels, spec };
    return once({ ...bare, labels: { ...labels, ...computedLabels(bare, zone) } });
  };
  return (name, plan) => {
    const sorted = <T>(list: readonly Resource<T>[]) => [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
    const bundle =
      plan.mtls === "off" ? [] : Array.from({ length: plan.bundle }, (_, at) => `certificate ${at} of ${name}`);
    const key = bundle.join();
    if (!bundles.has(key)) bundles.set(key, bundle);
    const policies: Record<string, readonly Resource[]> = {
      MeshTimeout: plan.timeouts.map((one) => resource("MeshTimeout", name, one.name, timeoutSpec(one), ZONE)),
      MeshTrafficPermission: plan.permissions.map((one) =>
        resource("MeshTrafficPermission", name, one.name, permissionSpec(one), ZONE),
      ),
    };
    policies.MeshLoadBalancingStrategy = plan.localities.map((one) =>
      resource("MeshLoadBalancingStrategy", name, one.name, localitySpec(one), ZONE),
    );
    for (const one of [...plan.policies, ...plan.others]) {
      policies[one.type] = [...(policies[one.type] ?? []), once({ ...one, mesh: name })];
    }
    return {
      mesh: resource("Mesh", "", name, meshSpec(plan), ZONE) as Resource<SpecOf<"Mesh">>,
      resources: {
        Dataplane: sorted(
          plan.dataplanes.map((one) =>
            resource("Dataplane", name, one.name, dataplaneSpec(one), one.zone, { rack: `r${one.host % 3}` }),
          ),
        ),
        ...Object.fromEntries(Object.entries(policies).map(([type, list]) => [type, sorted(list)])),
        MeshService: sorted(plan.services.map((one) => resource("MeshService", name, one, serviceSpec(one), ZONE))),
      },
      bundle: bundles.get(key) ?? [],
      ...(plan.zones && { zones: plan.zones }),
      departed: plan.dataplanes.filter(({ departed }) => departed).map((one) => one.name),
    };
  };
}

export function meshSpec({ mtls, routing: said = {} }: Pick<MeshPlan, "mtls"> & Partial<MeshPlan>): SpecOf<"Mesh"> {
  if (mtls === "off") return {};
  return {
    ...(Object.keys(said).length > 0 && { routing: said }),
    mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin", mode: mtls }] },
  };
}

function dataplaneSpec({ host, zone: own, gateway, inbounds, outbounds }: DataplanePlan): SpecOf<"Dataplane"> {
  return {
    networking: {
      address: `10.0.0.${host}`,
      ...(gateway
        ? { gateway: { type: "DELEGATED" as const, tags: { "kuma.io/service": "edge" } } }
        : {
            inbound: inbounds.map(({ service: name, protocol, port, servicePort, ready }) => ({
              port,
              servicePort,
              tags: {
                "kuma.io/service": name,
                "kuma.io/protocol": protocol,
                version: `v${1 + (host % 2)}`,
                ...(own !== ZONE && { "kuma.io/zone": own }),
              },
              state: ready ? ("Ready" as const) : ("NotReady" as const),
            })),
          }),
      outbound: outbounds.map(({ service: name, port, version, zone = null, real }) =>
        real
          ? { port, backendRef: { kind: real === true ? "MeshService" : (real as "MeshService"), name, port: 80 } }
          : {
              port,
              tags: {
                "kuma.io/service": name,
                ...(version === null ? {} : { version }),
                ...(zone === null ? {} : { "kuma.io/zone": zone }),
              },
            },
      ),
    },
  };
}

function localitySpec({ top: targetRef, to }: LocalityPlan): SpecOf<"MeshLoadBalancingStrategy"> {
  return {
    targetRef,
    to: to.map(({ service: name, awareness }) => ({
      targetRef: name === null ? { kind: "Mesh" as const } : { kind: "MeshService" as const, name },
      default: { localityAwareness: AWARENESS[awareness] },
    })),
  };
}

function timeoutSpec({ top: targetRef, to, from }: TimeoutPlan): SpecOf<"MeshTimeout"> {
  return {
    targetRef,
    to: to.map(({ service: name, seconds }) => ({
      targetRef: name === null ? { kind: "Mesh" } : { kind: "MeshService", name },
      default: { connectionTimeout: `${seconds}s`, http: { requestTimeout: `${seconds}s` } },
    })),
    ...(from === null ? {} : { from: [{ targetRef: { kind: "Mesh" }, default: { idleTimeout: `${from}m` } }] }),
  } as SpecOf<"MeshTimeout">;
}

function permissionSpec({ top: targetRef, rules, from }: PermissionPlan): SpecOf<"MeshTrafficPermission"> {
  if (rules) {
    const ids = from.map(({ service: name }) => ({
      spiffeID: { type: "Prefix" as const, value: `spiffe://m/${name ?? ""}` },
    }));
    return { targetRef, rules: [{ default: { allow: ids, deny: ids.slice(1) } }] } as SpecOf<"MeshTrafficPermission">;
  }
  return {
    targetRef,
    from: from.map(({ service: name, action }) => ({
      targetRef: name === null ? { kind: "Mesh" } : { kind: "MeshService", name },
      default: { action },
    })),
  } as SpecOf<"MeshTrafficPermission">;
}

function serviceSpec(name: string): SpecOf<"MeshService"> {
  return {
    selector: { dataplaneTags: { "kuma.io/service": name } },
    ports: [{ port: 80, targetPort: 80, appProtocol: "http" }],
    identities: [{ type: "ServiceTag", value: name }],
  } as SpecOf<"MeshService">;
}
