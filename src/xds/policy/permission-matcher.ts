// `rules` of MeshTrafficPermission as RBAC matchers: denies first, then allows, and whoever is left is denied.
import type {
  Matcher_MatcherList_FieldMatcherJson as FieldMatcher,
  MatcherJson,
  Matcher_OnMatchJson as OnMatch,
  Matcher_MatcherList_PredicateJson as Predicate,
} from "#envoy/generated/xds/type/matcher/v3/matcher_pb.ts";
import type { StringMatcherJson } from "#envoy/generated/xds/type/matcher/v3/string_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { InboundRule } from "#match/matched.ts";
import type { PermissionLists } from "#model/policy/mesh-traffic-permission.ts";
import type { RuleMatch } from "#model/rule-match.ts";
import { anyOfList, escapeRegex } from "#xds/regex.ts";
import type { Source, Tracer } from "#xds/trace.ts";

const URI_SAN = {
  name: "envoy.matching.inputs.uri_san",
  typedConfig: typed("envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput", {}),
};
const SERVER_NAME = {
  name: "envoy.matching.inputs.server_name",
  typedConfig: typed("envoy.extensions.matching.common_inputs.network.v3.ServerNameInput", {}),
};

type Lists = readonly ("deny" | "allow" | "allowWithShadowDeny")[];

interface Item {
  readonly match: RuleMatch;
  readonly source: Source;
  readonly list: Lists[number];
}

/** Rules of all policies stand side by side: a deny anywhere beats an allow anywhere. */
export function matcherRules(
  rules: readonly InboundRule<PermissionLists>[],
  tracer: Tracer,
): { matcher: MatcherJson; shadowMatcher?: MatcherJson } {
  const deny = itemsOf(rules, ["deny"]);
  const allow = itemsOf(rules, ["allow", "allowWithShadowDeny"]);
  const shadow = itemsOf(rules, ["allowWithShadowDeny"]);
  const matcher = matcherOf([...fields(deny, "DENY", tracer), ...fields(allow, "ALLOW", tracer)]);
  if (shadow.length === 0) return { matcher };
  const plain = allow.filter(({ list }) => list === "allow");
  return {
    matcher,
    shadowMatcher: matcherOf([...fields([...deny, ...shadow], "DENY", tracer), ...fields(plain, "ALLOW", tracer)]),
  };
}

function itemsOf(rules: readonly InboundRule<PermissionLists>[], lists: Lists): Item[] {
  return lists.flatMap((list) =>
    rules.flatMap(({ conf }, item) =>
      (conf[list] ?? []).map((match, index) => ({
        list,
        match,
        source: { policy: "MeshTrafficPermission", list: "rules" as const, item, pointer: `/${list}/${index}` },
      })),
    ),
  );
}

function matcherOf(matchers: FieldMatcher[]): MatcherJson {
  const onNoMatch = onMatch("default", "DENY");
  return matchers.length === 0 ? { onNoMatch } : { matcherList: { matchers }, onNoMatch };
}

/**
 * The action's name is the verb and not the policy's name: a renamed policy changes no resource, and `explain` names it.
 */
function fields(items: readonly Item[], action: "ALLOW" | "DENY", tracer: Tracer): FieldMatcher[] {
  return items.map(({ match, source }) => {
    const field: FieldMatcher = { predicate: predicateOf(match), onMatch: onMatch(action.toLowerCase(), action) };
    tracer.note(field, source);
    return field;
  });
}

function onMatch(name: string, action: "ALLOW" | "DENY"): OnMatch {
  const config = typed("envoy.config.rbac.v3.Action", { name, action });
  return { action: { name: "envoy.filters.rbac.action", typedConfig: config } };
}

/** An empty match is everybody: every client on these chains has shown a certificate with a URI. */
function predicateOf({ spiffeID, sni }: RuleMatch): Predicate {
  const predicates: Predicate[] = [];
  if (spiffeID !== undefined) {
    const id = escapeRegex(spiffeID.value) + (spiffeID.type === "Prefix" ? "[^,]*" : "");
    predicates.push(single(URI_SAN, regex(anyOfList(id))));
  }
  if (sni !== undefined) predicates.push(single(SERVER_NAME, { exact: sni.value }));
  if (predicates.length === 0) return single(URI_SAN, regex(".*"));
  return predicates.length === 1 ? (predicates[0] as Predicate) : { andMatcher: { predicate: predicates } };
}

function single(input: typeof URI_SAN | typeof SERVER_NAME, valueMatch: StringMatcherJson): Predicate {
  return { singlePredicate: { input, valueMatch } };
}

function regex(expression: string): StringMatcherJson {
  return { safeRegex: { googleRe2: {}, regex: expression } };
}
