// What must hold for a zone's own proxies, whatever its meshes: the memo changes time only, snapshots are whole, and each server
// name that a client of another zone sends has one chain with somebody behind it.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Compiled, type CompileMemo, compile } from "#compile/compile.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import { freeze } from "#model/freeze.ts";
import type { Json } from "#model/json.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { ZonePlace, ZoneProxy } from "#model/zone-place.ts";
import { inconsistencies } from "#snapshot/consistency.ts";
import { openedOf } from "#snapshot/opened.ts";
import { resourcesOfProxy } from "#snapshot/proxy.ts";
import { createViews, edit, type MeshPlan, meshPlan, sha256, ZONE } from "./plan.ts";

const OTHER = "west";

const OUTSIDE = {
  clusters: new Set<string>(),
  roots: new Set<string>(),
  secret: (mesh: string, name: string) =>
    mesh === "" ? name.startsWith("identity_cert:secret:") : name === `identity_cert:secret:${mesh}`,
};

interface ZonePlan {
  /** How many of each the zone has. */
  readonly ingresses: number;
  readonly egresses: number;
  readonly routing: { readonly zoneEgress?: boolean; readonly defaultForbidMeshExternalServiceAccess?: boolean };
}

const count = fc.integer({ min: 0, max: 2 });
const zonePlan: fc.Arbitrary<ZonePlan> = fc.record({
  ingresses: count,
  egresses: count,
  routing: fc.constantFrom({}, { zoneEgress: true }, { defaultForbidMeshExternalServiceAccess: true }),
});

/** The zone's own proxies, and the zones as views show them; the same objects for the same plan. */
const placesOf = once((key: string) => {
  const { ingresses, egresses } = JSON.parse(key) as ZonePlan;
  const zones = [ZONE, OTHER].map((name, at): ZonePlace => {
    // Ingresses and egresses of a zone stand at other addresses.
    const places = (kind: string, many: number) =>
      Array.from({ length: many }, (_, index) => ({
        name: `${name}-${kind}-${index}`,
        address: `10.${at}.${kind === "ze" ? 9 : 8}.${index}`,
        port: 10001,
      }));
    return {
      name,
      enabled: true,
      ingresses: places("zi", at === 0 ? ingresses : 1),
      egresses: places("ze", at === 0 ? egresses : 1),
    };
  });
  return freeze(zones);
});

const proxiesOf = once((key: string) => {
  const { ingresses, egresses, zone = ZONE } = JSON.parse(key) as ZonePlan & { readonly zone?: string };
  const made = (type: string, kind: string, many: number) =>
    Array.from({ length: many }, (_, index) => ({
      type,
      mesh: "",
      name: `${zone}-${kind}-${index}`,
      labels: { "kuma.io/zone": zone },
      creationTime: "",
      modificationTime: "",
      spec: { networking: { address: `10.0.9.${index}`, port: 10001 } },
    }));
  const all = [...made("ZoneEgress", "ze", egresses), ...made("ZoneIngress", "zi", ingresses)];
  return all as readonly Resource[] as readonly ZoneProxy[];
});

const routed = new WeakMap<Resource, Map<string, View["mesh"]>>();

/** The view with the zones, and the mesh with what the plan says of routes out of it. */
function withZones(view: View, plan: ZonePlan): View {
  const known = routed.get(view.mesh) ?? new Map<string, View["mesh"]>();
  routed.set(view.mesh, known);
  const key = JSON.stringify(plan.routing);
  const mesh = known.get(key) ?? freeze({ ...view.mesh, spec: { ...view.mesh.spec, routing: plan.routing } });
  known.set(key, mesh);
  return { ...view, mesh, zones: placesOf(JSON.stringify(plan)) };
}

function input(zone: string, views: readonly View[], plan: ZonePlan) {
  const own = zone === ZONE ? plan : { ingresses: 1, egresses: 1, routing: {}, zone };
  const zoneProxies = proxiesOf(JSON.stringify(own));
  return { zone, views: views.map((view) => withZones(view, plan)), zoneProxies };
}

function bytes({ snapshot, faults }: Compiled) {
  const blobs = [...snapshot.blobs].sort(([a], [b]) => (a < b ? -1 : 1));
  return { version: snapshot.version, manifest: snapshot.manifest, blobs, faults };
}

test("incremental = full, byte for byte, after any edits", () => {
  fc.assert(
    fc.property(
      meshPlan,
      meshPlan,
      zonePlan,
      fc.array(fc.tuple(fc.boolean(), edit, fc.option(zonePlan)), { maxLength: 6 }),
      (first, second, zones, edits) => {
        const make = createViews();
        const plans: Record<string, MeshPlan> = { m: first, n: second };
        let now = zones;
        let memo: CompileMemo | undefined;
        for (const [which, change, other] of [[false, (plan: MeshPlan) => plan, null] as const, ...edits]) {
          const name = which ? "m" : "n";
          plans[name] = change(plans[name] as MeshPlan);
          now = other ?? now;
          const views = Object.entries(plans).map(([mesh, plan]) => make(mesh, plan));
          const incremental = compile(input(ZONE, views, now), sha256, memo);
          memo = incremental.memo;
          const fresh = Object.entries(plans).map(([mesh, plan]) => createViews()(mesh, plan));
          expect(bytes(incremental)).toEqual(bytes(compile(input(ZONE, fresh, now), sha256)));
        }
      },
    ),
    { numRuns: 50 },
  );
});

test("any zone gives a whole snapshot, and what is of a mesh without mTLS is in none of its proxies", () => {
  fc.assert(
    fc.property(meshPlan, meshPlan, zonePlan, (first, second, zones) => {
      const views = [createViews()("m", first), createViews()("n", second)];
      const { snapshot } = compile(input(ZONE, views, zones), sha256);
      expect(inconsistencies(snapshot, OUTSIDE)).toEqual([]);
      for (const { name } of proxiesOf(JSON.stringify(zones))) {
        const text = JSON.stringify(resourcesOf(snapshot, "", name).map(({ body }) => body()));
        for (const { mesh } of views) {
          if (mesh.spec.mtls === undefined)
            expect(text).not.toMatch(new RegExp(`mesh=${mesh.name}[,}]|"${mesh.name}[:_]`));
        }
      }
    }),
    { numRuns: 80 },
  );
});

test("what a client sends to an ingress or egress has one chain there, and somebody behind it where that is another zone", () => {
  const seen = { ingress: 0, egress: 0 };
  fc.assert(
    fc.property(meshPlan, zonePlan, (plan, zones) => {
      const view = createViews()("m", acrossZones(plan));
      const away = compile(input(OTHER, [view], { ...zones, ingresses: 1 }), sha256).snapshot;
      const here = compile(input(ZONE, [view], { ...zones, ingresses: 1 }), sha256).snapshot;
      const doors = {
        ingress: { chains: chainsAt(here, `${ZONE}-zi-0`), sets: setsOf(here) },
        egress: { chains: chainsAt(away, `${OTHER}-ze-0`), sets: setsOf(away) },
      };
      const own = setsOf(away);
      for (const { name } of view.resources.Dataplane ?? []) {
        for (const { kind, endpoints, body } of resourcesOf(away, "m", name)) {
          const set = kind === "cluster" && endpoints !== undefined ? own.get(`m ${endpoints}`) : undefined;
          for (const { address, dataplane } of set?.endpoints ?? []) {
            const door = address === EGRESS ? "egress" : dataplane.startsWith(`${ZONE}/`) ? "ingress" : null;
            if (door === null) continue;
            seen[door]++;
            const sni = sniIn(body());
            const found = doors[door].chains.filter((chain) => chain.sni === sni);
            expect(found, `${door} ${sni}`).toHaveLength(1);
            // What leaves the mesh at an egress has its endpoints in its cluster.
            const behind = doors[door].sets.get(` ${door === "egress" ? "egress:" : ""}${found[0]?.cluster}`);
            if (behind === undefined && door === "egress") continue;
            const fitting = (behind?.endpoints ?? []).filter(({ tags }) =>
              Object.entries(found[0]?.tags ?? {}).every(([key, value]) => tags[key] === value),
            );
            expect(fitting.length, `${door} ${sni}`).toBeGreaterThan(0);
          }
        }
      }
    }),
    { numRuns: 80 },
  );
  // Else nothing was shown.
  expect(Math.min(seen.ingress, seen.egress)).toBeGreaterThan(20);
});

/** Where the other zone's egress is. */
const EGRESS = "10.1.9.0";

function sniIn(cluster: Json): string {
  const [, text = '""'] = /"sni":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(cluster)) ?? [];
  return (JSON.parse(text) as string).toLowerCase();
}

function chainsAt(snapshot: Compiled["snapshot"], proxy: string): readonly ChainSeen[] {
  return chainsOf(
    resourcesOf(snapshot, "", proxy)
      .find(({ kind }) => kind === "listener")
      ?.body(),
  );
}

/** The plan with mTLS, and with dataplanes that offer something in both zones. */
function acrossZones(plan: MeshPlan): MeshPlan {
  const dataplanes = plan.dataplanes.map((one, at) => ({
    ...one,
    zone: at % 2 === 0 ? ZONE : OTHER,
    gateway: false,
    departed: false,
    inbounds: one.inbounds.map((inbound) => ({ ...inbound, ready: true })),
  }));
  const offers = { service: "api", protocol: "http", port: 80, servicePort: 8080, ready: true };
  const calls = ["api", "backend", "db"].flatMap((service, at) => [
    { service, port: 2000 + at, version: null, real: false },
    { service, port: 2010 + at, version: "v1", real: false },
  ]);
  const refs = plan.others.map(({ type, name }, at) => ({ service: name, port: 2020 + at, version: null, real: type }));
  const more = { host: 7, gateway: false, departed: false };
  const whole = [
    ...dataplanes,
    { ...more, name: "y", zone: ZONE, inbounds: [offers], outbounds: [] },
    { ...more, name: "z", zone: OTHER, inbounds: [], outbounds: [...calls, ...refs] },
  ];
  return { ...plan, dataplanes: whole, mtls: plan.mtls === "off" ? "STRICT" : plan.mtls, bundle: 1 };
}

interface ChainSeen {
  readonly sni: string;
  readonly cluster: string;
  readonly tags: Readonly<Record<string, string>>;
}

function chainsOf(listener: Json | undefined): readonly ChainSeen[] {
  const { filterChains = [] } = (listener ?? {}) as {
    readonly filterChains?: readonly {
      readonly filterChainMatch?: { readonly serverNames?: readonly string[] };
      readonly filters: readonly {
        readonly typedConfig: {
          readonly cluster?: string;
          readonly metadataMatch?: {
            readonly filterMetadata: { readonly "envoy.lb": Readonly<Record<string, string>> };
          };
        };
      }[];
    }[];
  };
  return filterChains.flatMap(({ filterChainMatch, filters }) =>
    (filterChainMatch?.serverNames ?? []).map((sni) => ({
      sni,
      cluster: filters.at(-1)?.typedConfig.cluster ?? "",
      tags: filters.at(-1)?.typedConfig.metadataMatch?.filterMetadata["envoy.lb"] ?? {},
    })),
  );
}

function resourcesOf(snapshot: Compiled["snapshot"], mesh: string, name: string) {
  const view = resourcesOfProxy(snapshot, mesh, name, sha256);
  return (view?.parts ?? []).flatMap((part) => Object.values(part).flatMap((byName) => [...byName.values()]));
}

/** By mesh and cluster. */
function setsOf(snapshot: Compiled["snapshot"]): ReadonlyMap<string, EndpointSet> {
  const { sections, endpointSets } = openedOf(snapshot);
  return new Map(
    [...sections.values()].flatMap(({ name, rows }) =>
      name.kind === "endpoints"
        ? [...(rows as ReadonlyMap<string, string>)].map(
            ([cluster, hash]) => [`${name.mesh} ${cluster}`, endpointSets.get(hash)!] as const,
          )
        : [],
    ),
  );
}

function once<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}
