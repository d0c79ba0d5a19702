// What VirtualOutbounds make of the tags of inbounds: host names, their ports, and the tags that are meant.
import { isIP } from "#model/address.ts";
import { renderFields } from "#model/hostname-template.ts";
import type { Inbound } from "#model/kind/dataplane.ts";
import { hostAndPort } from "#model/kind/external-service.ts";
import { hostReason, parameterTags, portOf, type VirtualOutboundSpec } from "#model/kind/virtual-outbound.ts";
import { selects } from "#model/selector.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { SERVICE_PORT } from "./name.ts";

/** A host name's port, and the tags of the endpoints behind it. */
export interface Rendered {
  readonly host: string;
  readonly port: number;
  readonly tags: Tags;
}

/** What one VirtualOutbound makes of one set of tags; null where it does not select it, or makes no legal name of it. */
export function renderOutbound({ selectors = [], conf }: VirtualOutboundSpec, tags: Tags): Rendered | null {
  if (conf === undefined || !selectors.some(({ match = {} }) => selects(match, tags))) return null;
  const values: Record<string, string> = {};
  const meant: Record<string, string> = {};
  for (const [name, key] of parameterTags(conf)) {
    const value = tags[key];
    // Kuma: a template needs all of its parameters.
    if (value === undefined) return null;
    values[name] = value;
    meant[key] = value;
  }
  const host = renderFields(conf.host ?? "", values);
  const port = renderFields(conf.port ?? "", values);
  if ("reason" in host || "reason" in port || hostReason(host.text) !== null) return null;
  const number = portOf(port.text);
  return number === null ? null : { host: host.text, port: number, tags: meant };
}

/** A service outside the mesh, and where it is reached. */
export interface OutsideService {
  readonly service: string;
  /** Null where the host is an address, or shall not be resolved to a virtual one. */
  readonly host: string | null;
  readonly port: number;
}

/** What ExternalServices say, in the order of their names. */
export function outsideServices(view: Pick<View, "resources">): readonly OutsideService[] {
  return resourcesOf(view, "ExternalService").flatMap(
    ({ spec: { networking, tags = {} } }): readonly OutsideService[] => {
      const place = hostAndPort(networking?.address ?? "");
      const service = tags[SERVICE_TAG];
      if (place === null || service === undefined) return [];
      const named = networking?.disableHostDNSEntry !== true && !isIP(place.host);
      return [{ service, host: named ? place.host : null, port: place.port }];
    },
  );
}

/**
 * By host name, what users made of tags: hosts of ExternalServices at their port and the usual one, and what VirtualOutbounds
 * make of the tags of all inbounds. Of two that want one port, the first has it.
 */
export function madeHosts(view: Pick<View, "resources">): ReadonlyMap<string, readonly Rendered[]> {
  const hosts = new Map<string, Rendered[]>();
  const add = (one: Rendered): void => {
    const list = hosts.get(one.host) ?? [];
    if (!list.some(({ port }) => port === one.port)) hosts.set(one.host, [...list, one]);
  };
  const outside = outsideServices(view);
  for (const { service, host, port } of outside) {
    if (host === null) continue;
    for (const number of new Set([port, SERVICE_PORT])) add({ host, port: number, tags: { [SERVICE_TAG]: service } });
  }
  const outbounds = resourcesOf(view, "VirtualOutbound");
  if (outbounds.length === 0) return hosts;
  const seen = new Map<string, Tags>();
  for (const { tags } of inboundsOf(view)) if (tags !== undefined) seen.set(JSON.stringify(tags), tags);
  for (const { service } of outside) seen.set(JSON.stringify({ [SERVICE_TAG]: service }), { [SERVICE_TAG]: service });
  const sets = [...seen].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const { spec } of outbounds) {
    for (const [, tags] of sets) {
      const one = renderOutbound(spec, tags);
      if (one !== null) add(one);
    }
  }
  return hosts;
}

/** Inbounds that have names: not those that are ignored, nor that of a service without a port (Kuma: 49151). */
export function inboundsOf(view: Pick<View, "resources">): readonly Inbound[] {
  return resourcesOf(view, "Dataplane").flatMap(({ spec }) =>
    (spec.networking?.inbound ?? []).filter(({ state, port }) => state !== "Ignored" && port !== 49_151),
  );
}
