// Worlds for measures of compilation: services of a few instances each, that call the services next to them.
import { hash } from "node:crypto";
import { defaultPolicies } from "#model/default-policies.ts";
import type { Digest } from "#model/json.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";

export const sha256: Digest = (text) => hash("sha256", text, "base64url");

export type Dataplane = Resource<SpecOf<"Dataplane">>;

/** How many services there are, instances of each, and services that each instance calls. */
export interface Size {
  readonly services: number;
  readonly instances: number;
  readonly reach: number;
}

/**
 * Each dataplane calls the next `reach` services, under two policies beside those that a new mesh has. Objects are made anew,
 * so nothing is known of them.
 */
export function viewOf(size: Size): View {
  const mesh = {
    ...meta("Mesh", "", "default"),
    spec: { mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin" }] } },
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
  return {
    mesh,
    resources,
    bundle: ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
    departed: [],
  };
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

function dataplaneOf(service: number, instance: number, { reach, services }: Size): Dataplane {
  const outbound = Array.from({ length: reach }, (_, at) => ({
    port: 10_000 + ((service + at + 1) % services),
    tags: { "kuma.io/service": `service-${(service + at + 1) % services}` },
  }));
  const inbound = [
    {
      port: 8080,
      servicePort: 18_080,
      // As a control plane stores them: sorted, with the zone among them.
      tags: {
        "kuma.io/protocol": "http",
        "kuma.io/service": `service-${service}`,
        "kuma.io/zone": "east",
        version: "v1",
      },
    },
  ];
  return {
    ...meta("Dataplane", "default", `service-${service}-${instance}`),
    spec: { networking: { address: `10.${service >> 8}.${service & 255}.${instance + 1}`, inbound, outbound } },
  };
}

export function meta(type: string, mesh: string, name: string): Omit<Resource, "spec"> {
  const labels: Record<string, string> =
    type === "Mesh" ? {} : { "kuma.io/origin": "zone", "kuma.io/zone": "east", "kuma.io/mesh": mesh };
  return { type, mesh, name, labels, creationTime: "", modificationTime: "" };
}
