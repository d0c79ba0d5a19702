// Services of a mesh as pages show them: real resources, and those that are only a tag of proxies.
import { useMemo } from "react";
import type { WireResource } from "#api/kuma.ts";
import { useEvery } from "./every.ts";

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
}

/** What of a service's resource pages read: the four kinds differ in which of it they have. */
interface ServiceResource extends WireResource {
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly ports?: readonly Port[];
    readonly match?: { readonly port?: number; readonly protocol?: string };
    readonly endpoints?: readonly { readonly address: string; readonly port?: number }[];
  };
  readonly networking?: { readonly address?: string };
  readonly tags?: Readonly<Record<string, string>>;
  readonly status?: {
    readonly addresses?: readonly { readonly hostname: string }[];
    readonly vips?: readonly { readonly ip: string }[];
    readonly vip?: { readonly ip?: string };
    readonly dataplaneProxies?: { readonly healthy: number; readonly total: number };
    readonly meshServices?: readonly { readonly name: string; readonly zone: string }[];
  };
}

interface Insight {
  readonly name: string;
  readonly dataplanes?: { readonly online?: number; readonly total?: number };
  readonly addressPort?: string;
  readonly zones?: readonly string[];
}

/** Kinds of services, by the path of their resources; `tag`: what proxies say by `kuma.io/service`, and no resource is of. */
export const SERVICE_KINDS = [
  "meshservices",
  "meshmultizoneservices",
  "meshexternalservices",
  "external-services",
  "tag",
] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

export interface Service {
  readonly kind: ServiceKind;
  readonly name: string;
  readonly zones: readonly string[];
  readonly hostnames: readonly string[];
  readonly addresses: readonly string[];
  readonly ports: readonly string[];
  /** Proxies behind it; null where it is not of proxies. */
  readonly proxies: Count | null;
}

const ZONE_LABEL = "kuma.io/zone";

function portText({ port = 0, appProtocol, name }: Port): string {
  const named = name === undefined || name === String(port) ? "" : ` ${name}`;
  return `${port}${appProtocol === undefined ? "" : `/${appProtocol}`}${named}`;
}

interface Count {
  readonly healthy: number;
  readonly total: number;
}

/** Of a service across zones: what its members have together; null where none of them is known. */
export function membersHealth(
  members: readonly { readonly name: string }[],
  healths: ReadonlyMap<string, Count | null>,
): Count | null {
  const known = members.map(({ name }) => healths.get(name) ?? null).filter((one) => one !== null);
  if (known.length === 0) return null;
  return {
    healthy: known.reduce((sum, one) => sum + one.healthy, 0),
    total: known.reduce((sum, one) => sum + one.total, 0),
  };
}

/** A service out of its resource. */
export function serviceOf(kind: ServiceKind, resource: ServiceResource): Service {
  const { name, labels = {}, spec = {}, status = {}, networking, tags } = resource;
  const { match, endpoints = [], ports = [] } = spec;
  const zone = labels[ZONE_LABEL] ?? tags?.[ZONE_LABEL];
  const members = (status.meshServices ?? []).map((one) => one.zone).filter((one) => one !== "");
  const outside = endpoints.map(({ address, port }) => (port === undefined ? address : `${address}:${port}`));
  const proxies = status.dataplaneProxies;
  return {
    kind,
    name,
    zones: [...new Set(zone === undefined ? members : [zone])],
    hostnames: [...new Set((status.addresses ?? []).map(({ hostname }) => hostname))],
    addresses: [
      ...(status.vips ?? []).map(({ ip }) => ip),
      ...(status.vip?.ip === undefined ? [] : [status.vip.ip]),
      ...(networking?.address === undefined ? [] : [networking.address]),
      ...outside,
    ],
    ports:
      match === undefined
        ? ports.map(portText)
        : [portText({ port: match.port ?? 0, appProtocol: match.protocol ?? "tcp" })],
    proxies: proxies === undefined ? null : { healthy: proxies.healthy, total: proxies.total },
  };
}

/** A service out of its insight. */
export function taggedService({ name, dataplanes = {}, addressPort = "", zones = [] }: Insight): Service {
  const { online = 0, total = 0 } = dataplanes;
  return {
    kind: "tag",
    name,
    zones,
    hostnames: addressPort === "" ? [] : [addressPort],
    addresses: [],
    ports: [],
    proxies: { healthy: online, total },
  };
}

/** All services of a mesh. */
export function useServices(organisation: string, mesh: string) {
  const params = { organisation, mesh };
  const answers = {
    meshservices: useEvery("list", { params: { ...params, plural: "meshservices" } }),
    meshmultizoneservices: useEvery("list", { params: { ...params, plural: "meshmultizoneservices" } }),
    meshexternalservices: useEvery("list", { params: { ...params, plural: "meshexternalservices" } }),
    "external-services": useEvery("list", { params: { ...params, plural: "external-services" } }),
    tag: useEvery("serviceInsights", { params }),
  } as const;
  const { meshservices, meshmultizoneservices, meshexternalservices, "external-services": external, tag } = answers;
  const services = useMemo(() => {
    const inZones = (meshservices.data ?? []).map((one) => serviceOf("meshservices", one as ServiceResource));
    const healths = new Map(inZones.map(({ name, proxies }) => [name, proxies]));
    const acrossZones = (meshmultizoneservices.data ?? []).map((one) => {
      const members = (one as ServiceResource).status?.meshServices ?? [];
      const proxies = membersHealth(members, healths);
      return { ...serviceOf("meshmultizoneservices", one as ServiceResource), proxies };
    });
    return [
      ...inZones,
      ...acrossZones,
      ...(meshexternalservices.data ?? []).map((one) => serviceOf("meshexternalservices", one as ServiceResource)),
      ...(external.data ?? []).map((one) => serviceOf("external-services", one as ServiceResource)),
      ...(tag.data ?? []).map((one) => taggedService(one as unknown as Insight)),
    ];
  }, [meshservices.data, meshmultizoneservices.data, meshexternalservices.data, external.data, tag.data]);
  const all = Object.values(answers);
  /** The answer to wait for: one that failed, else one that has not come. */
  const answer = all.find(({ error }) => error !== null) ?? all.find(({ data }) => data === undefined) ?? tag;
  return { answer, services };
}
