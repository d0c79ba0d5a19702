// Holes that a proxy fills with what it is: some of its bindings, and what is made of them.
import type { MatchedProxy } from "#match/matched.ts";
import type { Json } from "#model/json.ts";
import { fnv1a64 } from "#model/sni.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";

export const PROXY_HOLES = {
  name: "proxy.name",
  /** The first of its services; `unknown` without one. */
  service: "proxy.service",
  zone: "proxy.zone",
  /** Its own address: an outbound's `address` is another. */
  address: "proxy.address",
  /** Its own address with port 0, as Kuma writes a source. */
  source: "proxy.source",
  /** KRI of its workload; empty without one. */
  workloadKri: "proxy.workloadKri",
  /** Tracing tags and OpenTelemetry attributes; null, which leaves no item, where there is nothing to say. */
  zoneTag: "proxy.zoneTag",
  workloadTag: "proxy.workloadTag",
  zoneAttribute: "proxy.zoneAttribute",
  workloadAttribute: "proxy.workloadAttribute",
  /** Labels of its metrics as JSON text, and a hash of them. */
  metricLabels: "proxy.metricLabels",
  metricLabelsHash: "proxy.metricLabelsHash",
  /** Labels of its resolver's metrics as JSON text, and a hash of them. */
  dnsLabels: "proxy.dnsLabels",
  dnsLabelsHash: "proxy.dnsLabelsHash",
} as const;

type Told = Pick<MatchedProxy, "bindings"> & Partial<Pick<MatchedProxy, "mesh" | "gateway" | "inbounds">>;

/** What is made of a proxy's bindings, by hole; undefined for any other hole. */
export function proxyValue(proxy: Told, name: string): Json | undefined {
  const { bindings } = proxy;
  const text = (hole: string): string => String(bindings[hole] ?? "");
  const address = text("address");
  const zone = text(PROXY_HOLES.zone);
  switch (name) {
    case PROXY_HOLES.address:
      return address;
    case PROXY_HOLES.source:
      return address.includes(":") ? `[${address}]:0` : `${address}:0`;
    case PROXY_HOLES.workloadKri:
      return workloadKri(proxy);
    case PROXY_HOLES.zoneTag:
      return tag("kuma.zone", zone);
    case PROXY_HOLES.workloadTag:
      return tag("kuma.workload", workloadKri(proxy));
    case PROXY_HOLES.zoneAttribute:
      return attribute("kuma.zone", zone);
    case PROXY_HOLES.workloadAttribute:
      return attribute("kuma.workload", workloadKri(proxy));
    case PROXY_HOLES.metricLabels:
      return metricLabels(proxy);
    case PROXY_HOLES.metricLabelsHash:
      return fnv1a64(metricLabels(proxy));
    case PROXY_HOLES.dnsLabels:
      return dnsLabels(proxy);
    case PROXY_HOLES.dnsLabelsHash:
      return fnv1a64(dnsLabels(proxy));
    default:
      return undefined;
  }
}

function workloadKri({ mesh = "", bindings }: Told): string {
  const workload = String(bindings["proxy.workload"] ?? "");
  return workload === "" ? "" : `kri_wl_${mesh}_${bindings[PROXY_HOLES.zone] ?? ""}__${workload}_`;
}

function tag(name: string, value: string): Json {
  return value === "" ? null : { tag: name, literal: { value } };
}

function attribute(key: string, value: string): Json {
  return value === "" ? null : { key, value: { stringValue: value } };
}

/** Kuma's labels of a proxy without unified naming: where it is, and each tag in the singular and in the plural. */
function metricLabels(proxy: Told): string {
  const { mesh = "", gateway = false, bindings } = proxy;
  // As Kuma tells it: what does nothing but lead in or out of a zone has no workload beside it.
  const [role = "", only] = String(bindings["proxy.role"] ?? "")
    .split(" ")
    .reverse();
  const labels: Record<string, string> = { mesh, "kuma.proxy_role": role || (gateway ? "gateway" : "sidecar") };
  const told = (key: string, value: string): void => {
    if (value !== "") labels[key] = value;
  };
  told("zone", String(bindings[PROXY_HOLES.zone] ?? ""));
  const workload = only === undefined ? String(bindings["proxy.workload"] ?? "") : "";
  const service = String(bindings[PROXY_HOLES.service] ?? "");
  told("kuma.workload", workload);
  const values = tagValues(proxy);
  for (const key of [...values.keys()].sort()) {
    const list = [...(values.get(key) ?? [])].sort();
    labels[labelName(key)] = list[0] ?? "";
    labels[labelName(`${key}s`)] = `,${list.join(",")},`;
  }
  labels.dataplane = String(bindings[PROXY_HOLES.name] ?? "");
  if (workload === "" && service !== "unknown") told("service", service);
  return JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Kuma's labels of what a resolver counts. */
function dnsLabels({ mesh = "", bindings }: Told): string {
  const zone = String(bindings[PROXY_HOLES.zone] ?? "");
  const workload = String(bindings["proxy.workload"] ?? "");
  return JSON.stringify({
    ...(zone !== "" && { kuma_io_zone: zone }),
    ...(workload !== "" && { kuma_workload: workload }),
    mesh,
  });
}

function tagValues({ inbounds = [], bindings }: Told): ReadonlyMap<string, ReadonlySet<string>> {
  const values = new Map<string, Set<string>>();
  const add = (tags: Tags): void => {
    for (const [key, value] of Object.entries(tags)) values.set(key, (values.get(key) ?? new Set()).add(value));
  };
  for (const { index } of inbounds) add((bindings[`${index}.tags`] ?? {}) as unknown as Tags);
  const service = String(bindings[PROXY_HOLES.service] ?? "unknown");
  if (values.size === 0 && service !== "unknown") add({ [SERVICE_TAG]: service });
  return values;
}

function labelName(key: string): string {
  return key.replaceAll(/[^a-zA-Z0-9_]/g, "_");
}
