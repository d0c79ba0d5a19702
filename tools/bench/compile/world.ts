// Worlds for measures of compilation: services of a few instances each, that call the services next to them.
import { hash } from "node:crypto";
import { defaultPolicies } from "#model/default-policies.ts";
import type { Digest } from "#model/json.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { type AddressRow, allot, shownAddresses } from "#model/virtual/allot.ts";
import type { VirtualAddress } from "#model/virtual/name.ts";
import { neededNames } from "#model/virtual/needed.ts";
import type { ZonePlace, ZoneProxy } from "#model/zone-place.ts";

export const sha256: Digest = (text) => hash("sha256", text, "base64url");

export type Dataplane = Resource<SpecOf<"Dataplane">>;

/** How many services there are, instances of each, and services that each instance calls. */
export interface Size {
  readonly services: number;
  readonly instances: number;
  /** Services that each instance lists; `names` = its traffic is redirected, and it reaches all of them by name. */
  readonly reach: number | "names";
  /** East and west: instances are of both by turns, and each has an ingress and an egress. */
  readonly zones?: 2;
}

/**
 * Each dataplane calls the next `reach` services, under two policies beside those that a new mesh has. Objects are made anew,
 * so nothing is known of them.
 */
export function viewOf(size: Size): View {
  const mesh = {
    ...meta("Mesh", "", "default"),
    spec: {
      mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin" }] },
      ...(size.zones === 2 && { routing: { zoneEgress: true } }),
    },
  } as Resource<SpecOf<"Mesh">>;
  const timeout = {
    targetRef: { kind: "Mesh", proxyTypes: ["Sidecar"] },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "5s", http: { requestTimeout: "15s" } } }],
    from: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "10s", idleTimeout: "2h" } }],
  };
  const permission = {
    targetRef: { kind: "Mesh" },
    from: [{ targetRef: { kind: "Mesh" }, default: { action: "Allow" } }],
  };
  const resources: Record<string, readonly Resource[]> = {
    Dataplane: dataplanesOf(size),
    MeshTimeout: [{ ...meta("MeshTimeout", "default", "timeout"), spec: timeout }],
    MeshTrafficPermission: [{ ...meta("MeshTrafficPermission", "default", "permission"), spec: permission }],
  };
  for (const policy of defaultPolicies(mesh)) {
    resources[policy.type] = sorted([...(resources[policy.type] ?? []), policy]);
  }
  return named({
    mesh,
    resources,
    bundle: ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
    departed: [],
    ...(size.zones === 2 && { zones: ZONES.map(placeOf) }),
  });
}

/** The view with a virtual address for each of its names, as the control plane gives them. */
export function named(view: View): View {
  const names = neededNames(view, ZONES);
  const rows = allot(view.addresses?.map(rowOf) ?? [], { names, now: 0 });
  return { ...view, addresses: shownAddresses([...(view.addresses?.map(rowOf) ?? []), ...rows]) };
}

const rowOf = ({ name, address }: VirtualAddress): AddressRow => ({ name, address, givenAt: 0, goneAt: null });

const ZONES = ["east", "west"] as const;
type Zone = (typeof ZONES)[number];

const BORDER = { ingress: 10_001, egress: 10_002 };

function placeOf(zone: Zone): ZonePlace {
  const at = (kind: keyof typeof BORDER) => [{ name: `${zone}-${kind}`, address: "192.168.0.1", port: BORDER[kind] }];
  return { name: zone, enabled: true, ingresses: at("ingress"), egresses: at("egress") };
}

/** The ingress and the egress of the zone east. */
export function borderOf({ zones }: Size): readonly ZoneProxy[] {
  if (zones === undefined) return [];
  const networking = (kind: keyof typeof BORDER) => ({ address: "192.168.0.1", port: BORDER[kind] });
  const egress = { ...meta("ZoneEgress", "", "east-egress"), spec: { networking: networking("egress") } };
  const place = { advertisedAddress: "192.168.0.1", advertisedPort: BORDER.ingress };
  const spec = { networking: { ...networking("ingress"), ...place } };
  return [egress, { ...meta("ZoneIngress", "", "east-ingress"), spec }] as unknown as readonly ZoneProxy[];
}

/** By name, as views have them. */
export function sorted(list: readonly Resource[]): readonly Resource[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Sorted by name. */
export function dataplanesOf(size: Size): readonly Dataplane[] {
  const made: Dataplane[] = [];
  for (let service = 0; service < size.services; service++) {
    for (let instance = 0; instance < size.instances; instance++) made.push(dataplaneOf(service, instance, size));
  }
  return made.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function dataplaneOf(service: number, instance: number, { reach, services, zones }: Size): Dataplane {
  const zone: Zone = zones === 2 && instance % 2 === 1 ? "west" : "east";
  const called = Array.from({ length: reach === "names" ? 0 : reach }, (_, at) => (service + at + 1) % services);
  const outbound = called.map((n) => ({ port: 10_000 + n, tags: { "kuma.io/service": `service-${n}` } }));
  const redirected = { transparentProxying: { redirectPortInbound: 15_006, redirectPortOutbound: 15_001 } };
  const inbound = [
    {
      port: 8080,
      servicePort: 18_080,
      // As a control plane stores them: sorted, with the zone among them.
      tags: {
        "kuma.io/protocol": "http",
        "kuma.io/service": `service-${service}`,
        "kuma.io/zone": zone,
        version: "v1",
      },
    },
  ];
  const address = `10.${service >> 8}.${service & 255}.${instance + 1}`;
  const traffic = reach === "names" ? { inbound, ...redirected } : { inbound, outbound };
  return {
    ...meta("Dataplane", "default", `service-${service}-${instance}`, zone),
    spec: { networking: { address, ...traffic } },
  };
}

export function meta(type: string, mesh: string, name: string, zone: Zone = "east"): Omit<Resource, "spec"> {
  const labels: Record<string, string> =
    type === "Mesh" ? {} : { "kuma.io/origin": "zone", "kuma.io/zone": zone, "kuma.io/mesh": mesh };
  return { type, mesh, name, labels, creationTime: "", modificationTime: "" };
}
