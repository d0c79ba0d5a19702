// Predicates over a request, for Envoy's matchers: method, path and headers, each read as strictly as its side needs.
import { typed } from "#envoy/typed.ts";
import type { HeaderMatch } from "#model/header-match.ts";
import type { PathMatch, RequestMatch } from "#model/request-match.ts";
import { any, type Input, type Predicate, regex, single } from "./client-predicate.ts";
import { claimPredicate } from "./jwt-claims.ts";
import { pathRegex } from "./path-regex.ts";
import { escapeRegex } from "./regex.ts";

/** Whether a match lets requests in, and must not be met by more than it says, or keeps them out, and must not be met by less. */
export type Side = "open" | "closed";

/** The conditions of a match over requests; none where it has none. */
export function requestPredicates({ methods, path, headers = [], claims = [] }: RequestMatch, side: Side): Predicate[] {
  const found: Predicate[] = [];
  if (methods !== undefined) found.push(any(methods.map((method) => single(header(":method"), { exact: method }))));
  if (path !== undefined) found.push(pathPredicate(path, side));
  for (const one of headers) found.push(headerPredicate(one, side));
  for (const claim of claims) found.push(claimPredicate(claim));
  return found;
}

/**
 * Paths that an application may read as others than Envoy does, after Envoy has made them normal: a dot segment with a
 * parameter (`/..;x/`) is `..` to servlet containers. Conditions over paths would be blind to them.
 */
export function disguisedPath(): Predicate {
  return single(header(":path"), regex("[^?]*/\\.{1,2};[^?]*(\\?.*)?"));
}

function pathPredicate(path: PathMatch, side: Side): Predicate {
  return single(header(":path"), regex(`${pathRegex(path, side === "closed" ? "loose" : "plain")}(\\?.*)?`));
}

/** Envoy joins a header's values with commas: who lets in must see one value, who keeps out any of them. */
function headerPredicate({ type, name, value = "" }: HeaderMatch, side: Side): Predicate {
  const there = single(header(name), regex("(?s:.*)"));
  if (type === "Present") return there;
  if (type === "Absent") return { notMatcher: there };
  const expression =
    type === "Exact" ? escapeRegex(value) : type === "Prefix" ? `${escapeRegex(value)}(?s:.*)` : `(?:${value})`;
  if (side === "open") return single(header(name), regex(expression));
  return any([
    single(header(name), regex(expression)),
    single(header(name), regex(`(?:(?s:.*),)?\\s*(?:${expression})\\s*(?:,(?s:.*))?`)),
  ]);
}

function header(headerName: string): Input {
  return {
    name: "envoy.matching.inputs.request_headers",
    typedConfig: typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", { headerName }),
  };
}
