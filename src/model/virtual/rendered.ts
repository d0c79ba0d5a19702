// What VirtualOutbounds make of the tags of inbounds: host names, their ports, and the tags that are meant.

import { renderFields } from "#model/hostname-template.ts";
import { hostReason, parameterTags, portOf, type VirtualOutboundSpec } from "#model/kind/virtual-outbound.ts";
import { selects } from "#model/selector.ts";
import type { Tags } from "#model/tag.ts";

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
