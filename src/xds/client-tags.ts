// A client's own tags: the header in which its proxy says them, conditions over it, and holes for their values.
import type { HeaderValueOptionJson } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import type { HeaderMatcherJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { TagMatcher } from "#match/matched.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { TAGS_HEADER } from "#model/tag.ts";
import { hole } from "#snapshot/template.ts";
import { escapeRegex } from "./regex.ts";

/** What a client's proxy adds to its requests; an application's own header of that name is replaced. */
export function tagsHeader(value: string): HeaderValueOptionJson {
  return { header: { key: TAGS_HEADER, value }, appendAction: "OVERWRITE_IF_EXISTS_OR_ADD" };
}

/** One condition for each tag; a tag's values stand between `=` and `&`, with commas between them. */
export function tagsHeaders(matchers: readonly TagMatcher[]): HeaderMatcherJson[] {
  return matchers.map(({ key, value, not }) => {
    const tag = `.*&${escapeRegex(key)}=(?:[^&]*,)?${escapeRegex(value)}(?:,[^&]*)?&.*`;
    return {
      name: TAGS_HEADER,
      stringMatch: { safeRegex: { regex: tag } },
      // A client without the header has none of the tags.
      ...(not && { invertMatch: true, treatMissingHeaderAsEmpty: true }),
    };
  });
}

const ALL = "proxy.tags";
const ONE = "proxy.tag ";

/** A hole for what the header says of the proxy. */
export const OWN_TAGS: string = hole(ALL);

/** The name of the hole for the proxy's value of one tag. */
export function ownTagHole(key: string): string {
  return `${ONE}${key}`;
}

/** A hole for the proxy's value of one tag; empty where it has none. */
export function ownTag(key: string): string {
  return hole(ownTagHole(key));
}

/** The value of such a hole; undefined for the name of another. */
export function ownTagValue(dataplane: Resource<DataplaneSpec>, name: string): string | undefined {
  if (name === ALL) return serialized(dataplane);
  if (!name.startsWith(ONE)) return undefined;
  const key = name.slice(ONE.length);
  return [...(tagSet(dataplane).get(key) ?? [])].sort()[0] ?? dataplane.labels[key] ?? "";
}

/** `&kuma.io/service=web&&version=v1,v2&`: tags and their values in the order of text. */
function serialized(dataplane: Resource<DataplaneSpec>): string {
  const tags = [...tagSet(dataplane)].sort(([a], [b]) => (a < b ? -1 : 1));
  return tags.map(([key, values]) => `&${key}=${[...values].sort().join()}&`).join("");
}

function tagSet({ spec }: Resource<DataplaneSpec>): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const { inbound = [], gateway } = spec.networking ?? {};
  for (const { tags = {} } of [...inbound, ...(gateway === undefined ? [] : [gateway])]) {
    for (const [key, value] of Object.entries(tags)) found.set(key, (found.get(key) ?? new Set()).add(value));
  }
  return found;
}
