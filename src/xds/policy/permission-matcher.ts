// `rules` of MeshTrafficPermission as RBAC matchers: denies first, then allows, and whoever is left is denied.
import type {
  Matcher_MatcherList_FieldMatcherJson as FieldMatcher,
  MatcherJson,
  Matcher_OnMatchJson as OnMatch,
} from "#envoy/generated/xds/type/matcher/v3/matcher_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { InboundRule } from "#match/matched.ts";
import type { PermissionLists } from "#model/policy/mesh-traffic-permission.ts";
import type { RuleMatch } from "#model/rule-match.ts";
import { clientPredicate, type Predicate } from "#xds/client-predicate.ts";
import type { Source, Tracer } from "#xds/trace.ts";

const LISTS = ["deny", "allow", "allowWithShadowDeny"] as const;
type ListName = (typeof LISTS)[number];

const CLOSED = "nobody reaches the inbound until it is mended";

interface Item {
  readonly list: ListName;
  readonly source: Source;
  readonly predicate: Predicate;
}

/**
 * Rules of all policies stand side by side: a deny anywhere beats an allow anywhere. Null where one of them cannot be read:
 * it may be the one that denies.
 */
export function matcherRules(
  rules: readonly InboundRule<PermissionLists>[],
  tracer: Tracer,
): { matcher: MatcherJson; shadowMatcher?: MatcherJson } | null {
  const items = rules.flatMap(({ conf }, item) => itemsOf(conf, item, tracer));
  if (items.includes(null)) return null;
  const of = (...lists: ListName[]): Item[] =>
    lists.flatMap((list) => items.filter((item): item is Item => item?.list === list));
  const deny = of("deny");
  const shadow = of("allowWithShadowDeny");
  const matcher = matcherOf([
    ...fields(deny, "DENY", tracer),
    ...fields(of("allow", "allowWithShadowDeny"), "ALLOW", tracer),
  ]);
  if (shadow.length === 0) return { matcher };
  const shadowed = [...fields([...deny, ...shadow], "DENY", tracer), ...fields(of("allow"), "ALLOW", tracer)];
  return { matcher, shadowMatcher: matcherOf(shadowed) };
}

/** The matches of one rule; null for what is none. */
function itemsOf(conf: PermissionLists, item: number, tracer: Tracer): (Item | null)[] {
  return LISTS.flatMap((list) => {
    const source = (pointer: string): Source => ({ policy: "MeshTrafficPermission", list: "rules", item, pointer });
    const matches: unknown = conf?.[list] ?? [];
    if (!Array.isArray(matches)) {
      tracer.complain(source(`/${list}`), `must be a list of matches; ${CLOSED}`);
      return [null];
    }
    return matches.map((match: RuleMatch, index) => {
      const at = source(`/${list}/${index}`);
      try {
        return { list, source: at, predicate: clientPredicate(match) };
      } catch {
        tracer.complain(at, `must be a match by spiffeID, sni or both; ${CLOSED}`);
        return null;
      }
    });
  });
}

function matcherOf(matchers: FieldMatcher[]): MatcherJson {
  const onNoMatch = onMatch("default", "DENY");
  return matchers.length === 0 ? { onNoMatch } : { matcherList: { matchers }, onNoMatch };
}

/**
 * The action's name is the verb and not the policy's name: a renamed policy changes no resource, and `explain` names it.
 */
function fields(items: readonly Item[], action: "ALLOW" | "DENY", tracer: Tracer): FieldMatcher[] {
  return items.map(({ predicate, source }) => {
    const field: FieldMatcher = { predicate, onMatch: onMatch(action.toLowerCase(), action) };
    tracer.note(field, source);
    return field;
  });
}

function onMatch(name: string, action: "ALLOW" | "DENY"): OnMatch {
  const config = typed("envoy.config.rbac.v3.Action", { name, action });
  return { action: { name: "envoy.filters.rbac.action", typedConfig: config } };
}
