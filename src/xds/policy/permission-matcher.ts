// `rules` of MeshTrafficPermission as RBAC matchers: denies first, then allows, and whoever is left is denied.
import type {
  Matcher_MatcherList_FieldMatcherJson as FieldMatcher,
  MatcherJson,
  Matcher_OnMatchJson as OnMatch,
} from "#envoy/generated/xds/type/matcher/v3/matcher_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { InboundRule } from "#match/matched.ts";
import type { PermissionLists, Permitted } from "#model/policy/mesh-traffic-permission.ts";
import { asksForRequest } from "#model/request-match.ts";
import { all, clientPredicate, type Predicate } from "#xds/client-predicate.ts";
import { disguisedPath, requestPredicates } from "#xds/request-predicate.ts";
import type { Source, Tracer } from "#xds/trace.ts";

const LISTS = ["deny", "allow", "allowWithShadowDeny"] as const;
type ListName = (typeof LISTS)[number];

const CLOSED = "nobody reaches the inbound until it is mended";

interface Item {
  readonly list: ListName;
  readonly source: Source;
  readonly match: Permitted;
}

/** The lists of all rules, read; rules of all policies stand side by side: a deny anywhere beats an allow anywhere. */
export type Permissions = readonly Item[];

/** Null where one of the rules cannot be read: it may be the one that denies. */
export function readPermissions(rules: readonly InboundRule<PermissionLists>[], tracer: Tracer): Permissions | null {
  const items = rules.flatMap(({ conf }, item) => itemsOf(conf, item, tracer));
  return items.includes(null) ? null : (items as Item[]);
}

/** Whether any of them looks at a path, which must then be made normal first. */
export function looksAtPaths(permissions: Permissions): boolean {
  return permissions.some(({ match }) => match.path !== undefined);
}

/**
 * The matchers of one chain. Where requests are not read, a condition over them cannot be judged: then an allow lets nobody
 * in, and a deny keeps its clients out altogether.
 */
export function matcherRules(
  permissions: Permissions,
  readsRequests: boolean,
  tracer: Tracer,
): { matcher: MatcherJson; shadowMatcher?: MatcherJson } {
  const usable = permissions.filter(({ list, match, source }) => {
    if (readsRequests || !asksForRequest(match)) return true;
    const instead = list === "deny" ? "all its clients are kept out" : "it lets nobody in";
    tracer.complain(
      source,
      `requests to an inbound that is not HTTP are not read, so conditions over them do not hold here; ${instead}`,
    );
    return list === "deny";
  });
  const of = (...lists: ListName[]): Item[] => lists.flatMap((list) => usable.filter((item) => item.list === list));
  const deny = of("deny");
  const shadow = of("allowWithShadowDeny");
  const first =
    readsRequests && looksAtPaths(permissions)
      ? [{ predicate: disguisedPath(), onMatch: onMatch("deny", "DENY") }]
      : [];
  const fields = (items: readonly Item[], action: Action): FieldMatcher[] =>
    items.map(({ match, source }) => {
      const predicate = predicateOf(match, readsRequests, action);
      const field: FieldMatcher = { predicate, onMatch: onMatch(action.toLowerCase(), action) };
      tracer.note(field, source);
      return field;
    });
  const matcher = matcherOf([
    ...first,
    ...fields(deny, "DENY"),
    ...fields(of("allow", "allowWithShadowDeny"), "ALLOW"),
  ]);
  if (shadow.length === 0) return { matcher };
  const shadowed = [...first, ...fields([...deny, ...shadow], "DENY"), ...fields(of("allow"), "ALLOW")];
  return { matcher, shadowMatcher: matcherOf(shadowed) };
}

type Action = "ALLOW" | "DENY";

/** The matches of one rule; null for what is none. */
function itemsOf(conf: PermissionLists, item: number, tracer: Tracer): (Item | null)[] {
  return LISTS.flatMap((list) => {
    const source = (pointer: string): Source => ({ policy: "MeshTrafficPermission", list: "rules", item, pointer });
    const matches: unknown = conf?.[list] ?? [];
    if (!Array.isArray(matches)) {
      tracer.complain(source(`/${list}`), `must be a list of matches; ${CLOSED}`);
      return [null];
    }
    return matches.map((match: Permitted, index) => {
      const at = source(`/${list}/${index}`);
      try {
        // Read once, whichever chain it will stand in.
        predicateOf(match, true, "DENY");
        return { list, source: at, match };
      } catch {
        tracer.complain(at, `must be a match by spiffeID, sni or both, or by conditions over requests; ${CLOSED}`);
        return null;
      }
    });
  });
}

function predicateOf(match: Permitted, readsRequests: boolean, action: Action): Predicate {
  const client = clientPredicate(match);
  if (!readsRequests || !asksForRequest(match)) return client;
  return all([client, ...requestPredicates(match, action === "DENY" ? "closed" : "open")]);
}

function matcherOf(matchers: FieldMatcher[]): MatcherJson {
  const onNoMatch = onMatch("default", "DENY");
  return matchers.length === 0 ? { onNoMatch } : { matcherList: { matchers }, onNoMatch };
}

/** The action's name is the verb and not the policy's name: a renamed policy changes no resource, and `explain` names it. */
function onMatch(name: string, action: Action): OnMatch {
  const config = typed("envoy.config.rbac.v3.Action", { name, action });
  return { action: { name: "envoy.filters.rbac.action", typedConfig: config } };
}
