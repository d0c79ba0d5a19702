// Where two values differ, with the items of lists found by what they are: an item more is one difference, not many.
import type { Json } from "#model/json.ts";
import { sameJson } from "#model/same.ts";
import type { Difference } from "#test/xds/difference.ts";

type Members = { readonly [key: string]: Json };

/** What an item of a list is, by the name of the list; others are known by their position. */
const NAMES: Readonly<Record<string, (item: Members) => Json | undefined>> = {
  httpFilters: typeOf,
  filters: typeOf,
  accessLog: typeOf,
  routes: ({ match, directResponse }) =>
    JSON.stringify([withoutEtag(match), ...(directResponse === undefined ? [] : ["answers"])]),
  clusters: ({ name }) => name,
  virtualDomains: ({ name }) => name,
  filterChains: ({ filterChainMatch }) => (filterChainMatch as Members | undefined)?.serverNames?.toString(),
  matchTypedSubjectAltNames: (item) => JSON.stringify(item),
  cidrRanges: ({ addressPrefix }) => addressPrefix,
  requestHeadersToAdd: ({ header }) => (header as Members).key,
  responseHeadersToAdd: ({ header }) => (header as Members).key,
  toRules: ({ matchers }) => JSON.stringify(matchers),
  toResourceRules: ({ resourceMeta, resourceSectionName }) => {
    const { type, name } = resourceMeta as Members;
    return `${type}:${name}:${resourceSectionName}`;
  },
};

function withoutEtag(match: Json | undefined): unknown {
  const { headers, ...others } = (match ?? {}) as Members;
  return JSON.stringify(headers ?? null).includes("If-None-Match") ? { ...others, headers: "If-None-Match" } : match;
}

function typeOf({ typedConfig }: Members): string {
  const { "@type": url, extensionConfig } = typedConfig as Members & { readonly extensionConfig?: Members };
  if (extensionConfig !== undefined) return typeOf(extensionConfig);
  return String(url).slice(String(url).lastIndexOf(".") + 1);
}

/** Places in the order of the first document; `/order` where the items that both have stand in another order. */
export function alignedDifferences(was: Json, now: Json, at = "", list = ""): readonly Difference[] {
  if (sameJson(was, now)) return [];
  if (Array.isArray(was) && Array.isArray(now)) return listDifferences(was, now, at, list);
  if (isMembers(was) && isMembers(now)) return memberDifferences(was, now, at);
  return [{ at, was, now }];
}

function memberDifferences(was: Members, now: Members, at: string): readonly Difference[] {
  return [...new Set([...Object.keys(was), ...Object.keys(now)])].flatMap((key) => {
    const place = `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const [before, after] = [was[key], now[key]];
    if (before === undefined) return [{ at: place, now: after as Json }];
    return after === undefined ? [{ at: place, was: before }] : alignedDifferences(before, after, place, key);
  });
}

function listDifferences(was: readonly Json[], now: readonly Json[], at: string, list: string): readonly Difference[] {
  const [before, after] = [named(was, list), named(now, list)];
  const [first, second] = [before, after].map((own) => [...own.keys()]) as [string[], string[]];
  const [kept, found] = [first.filter((key) => after.has(key)), second.filter((key) => before.has(key))];
  return [
    ...memberDifferences(Object.fromEntries(before), Object.fromEntries(after), at),
    ...(sameJson(kept, found) ? [] : [{ at: `${at}/order`, was: kept, now: found }]),
  ];
}

/** The items by what they are; of those that are alike each further one has its number. */
function named(items: readonly Json[], list: string): ReadonlyMap<string, Json> {
  const name = NAMES[list];
  const result = new Map<string, Json>();
  items.forEach((item, index) => {
    const own = String((isMembers(item) ? name?.(item) : undefined) ?? index).replaceAll(" ", "_");
    let key = own;
    for (let further = 2; result.has(key); further++) key = `${own}#${further}`;
    result.set(key, item);
  });
  return result;
}

function isMembers(value: Json): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
