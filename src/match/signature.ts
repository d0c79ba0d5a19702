// Signatures: what of a proxy any policy can see, as text, so that proxies which look alike are matched once.
import { displayName } from "#model/display-name.ts";
import type { Labels } from "#model/resource.ts";
import { ANY } from "#model/selector.ts";
import { LABEL, SERVICE_TAG, type Tags } from "#model/tag.ts";
import type { ProxyFacts, Selecting } from "./select.ts";

/** What any policy's top level names: two proxies that agree on all of it are selected alike. */
export interface Visible {
  readonly tags: Values;
  readonly labels: Values;
  readonly names: ReadonlySet<string>;
  readonly sections: ReadonlySet<string>;
}

type Values = ReadonlyMap<string, ReadonlySet<string>>;

/** What the policies look at. */
export function visibleTo(policies: readonly Selecting[]): Visible {
  const tags = new Map<string, Set<string>>();
  const labels = new Map<string, Set<string>>();
  const names = new Set<string>();
  const sections = new Set<string>();
  const see = (map: Map<string, Set<string>>, key: string, value: string): void => {
    const values = map.get(key);
    if (values === undefined) map.set(key, new Set([value]));
    else values.add(value);
  };
  for (const { selectors } of policies) {
    for (const { ref } of selectors) {
      for (const key in ref.tags) see(tags, key, ref.tags[key] as string);
      for (const key in ref.labels) see(labels, key, ref.labels[key] as string);
      if (ref.kind === "Dataplane" && ref.name) names.add(ref.name);
      else if (ref.name) see(tags, SERVICE_TAG, ref.name);
      if (ref.sectionName) sections.add(ref.sectionName);
    }
  }
  return { tags, labels, names, sections };
}

/**
 * Two proxies of equal text are selected alike by every policy, inbound by inbound. Alike proxies that write the same
 * tags in another order have other texts: that costs time and changes nothing.
 */
export function signatureOf(proxy: ProxyFacts, visible: Visible): string {
  const { dataplane, zone, gateway, gatewayTags, serves, inbounds } = proxy;
  const { labels, name } = dataplane;
  const called = displayName(dataplane);
  const parts = [gateway, zone ?? "", labels[LABEL.origin] ?? "", labels[LABEL.namespace] ?? "", serves?.name ?? ""];
  parts.push(visible.names.has(name) ? name : "", visible.names.has(called) ? called : "");
  seen(visible.labels, labels, parts);
  if (visible.labels.get(LABEL.displayName)?.has(called)) parts.push(called);
  if (gateway !== "none") seen(visible.tags, gatewayTags, parts);
  for (const { tags, section, inbound } of inbounds) {
    const port = String(inbound.port);
    parts.push("|", visible.sections.has(section) ? section : "", visible.sections.has(port) ? port : "");
    seen(visible.tags, tags, parts);
  }
  return parts.join("\u0000");
}

function seen(values: Values, own: Tags | Labels, parts: string[]): void {
  if (values.size === 0) return;
  for (const key in own) {
    const value = own[key] as string;
    const known = values.get(key);
    if (known === undefined) continue;
    if (known.has(value)) parts.push(key, value);
    else if (known.has(ANY)) parts.push(key, ANY);
  }
}
