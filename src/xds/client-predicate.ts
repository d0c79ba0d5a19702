// Predicates over who calls, for Envoy's matchers: by the client's certificate and the server name that it asked for.
import type { Matcher_MatcherList_PredicateJson } from "#envoy/generated/xds/type/matcher/v3/matcher_pb.ts";
import type { StringMatcherJson } from "#envoy/generated/xds/type/matcher/v3/string_pb.ts";
import { type Typed, typed } from "#envoy/typed.ts";
import type { TagMatcher } from "#match/matched.ts";
import type { RuleMatch } from "#model/rule-match.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { anyOfList, escapeRegex } from "./regex.ts";

export type Predicate = Matcher_MatcherList_PredicateJson;

/** What a predicate looks at. */
export interface Input {
  readonly name: string;
  readonly typedConfig: Typed<string, object>;
}

const URI_SAN: Input = {
  name: "envoy.matching.inputs.uri_san",
  typedConfig: typed("envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput", {}),
};
const SERVER_NAME: Input = {
  name: "envoy.matching.inputs.server_name",
  typedConfig: typed("envoy.extensions.matching.common_inputs.network.v3.ServerNameInput", {}),
};

/** A rule's match; an empty one is everybody who has shown a certificate with a URI. */
export function clientPredicate({ spiffeID, sni }: Pick<RuleMatch, "spiffeID" | "sni">): Predicate {
  const predicates: Predicate[] = [];
  if (spiffeID !== undefined) {
    const id = escapeRegex(spiffeID.value) + (spiffeID.type === "Prefix" ? "[^,]*" : "");
    predicates.push(single(URI_SAN, regex(anyOfList(id))));
  }
  if (sni !== undefined) predicates.push(single(SERVER_NAME, { exact: sni.value }));
  return predicates.length === 0 ? single(URI_SAN, regex(".*")) : all(predicates);
}

/** Clients whose certificate has (or, negated, has not) these tags; there must be at least one. */
export function tagsPredicate(mesh: string, matchers: readonly TagMatcher[]): Predicate {
  return all(
    matchers.map(({ key, value, not }) => {
      const uri = key === SERVICE_TAG ? `spiffe://${mesh}/${value}` : `kuma://${key}/${value}`;
      const has = single(URI_SAN, regex(anyOfList(escapeRegex(uri))));
      return not ? { notMatcher: has } : has;
    }),
  );
}

/** One input against one text matcher. */
export function single(input: Input, valueMatch: StringMatcherJson): Predicate {
  return { singlePredicate: { input: { ...input }, valueMatch } };
}

/** All of at least one. */
export function all(predicates: readonly Predicate[]): Predicate {
  return predicates.length === 1 ? (predicates[0] as Predicate) : { andMatcher: { predicate: [...predicates] } };
}

/** Any of at least one. */
export function any(predicates: readonly Predicate[]): Predicate {
  return predicates.length === 1 ? (predicates[0] as Predicate) : { orMatcher: { predicate: [...predicates] } };
}

/** RE2 over the whole text. */
export function regex(expression: string): StringMatcherJson {
  return { safeRegex: { googleRe2: {}, regex: expression } };
}
