// Matches of a MeshHTTPRoute in Envoy's words, and the order in which they are tried (Gateway API, HTTPRouteRule.matches).
import type {
  HeaderMatcherJson,
  QueryParameterMatcherJson,
  RouteMatchJson,
} from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { HeaderMatch, QueryMatch, RouteMatch } from "#model/policy/mesh-http-route-shape.ts";

/** How one match looks at the path; a prefix `/p` means `/p` itself and all below `/p/`, which Envoy takes two routes to say. */
export type PathHalf =
  | { readonly kind: "any" }
  | { readonly kind: "exact"; readonly value: string }
  | { readonly kind: "regex"; readonly value: string }
  /** The prefix itself. */
  | { readonly kind: "prefix"; readonly value: string }
  /** All below it; ends with a slash. */
  | { readonly kind: "below"; readonly value: string };

/** The routes that a match takes, one each. */
export function halvesOf({ path }: RouteMatch): readonly PathHalf[] {
  if (path === undefined) return [{ kind: "any" }];
  const { type, value } = path;
  if (type === "Exact") return [{ kind: "exact", value }];
  if (type === "RegularExpression") return [{ kind: "regex", value }];
  if (value === "/") return [{ kind: "below", value: "/" }];
  return [
    { kind: "prefix", value },
    { kind: "below", value: `${value}/` },
  ];
}

/** The match itself in JSON: a route's name says what it is for, whoever wrote it. */
export function routeName({ path, method, headers, queryParams }: RouteMatch): string {
  return JSON.stringify({ path, method, headers, queryParams });
}

export function routeMatch(match: RouteMatch, half: PathHalf): RouteMatchJson {
  const method = match.method === undefined ? [] : [{ name: ":method", stringMatch: { exact: match.method } }];
  const headers = [...method, ...(match.headers ?? []).map(headerMatcher)];
  const queryParameters = (match.queryParams ?? []).map(queryMatcher);
  return {
    ...pathMatch(half),
    ...(headers.length > 0 && { headers }),
    ...(queryParameters.length > 0 && { queryParameters }),
  };
}

function pathMatch(half: PathHalf): RouteMatchJson {
  switch (half.kind) {
    case "any":
      return { prefix: "/" };
    case "exact":
    case "prefix":
      return { path: half.value };
    case "regex":
      return { safeRegex: { regex: half.value } };
    case "below":
      return { prefix: half.value };
  }
}

function headerMatcher({ type = "Exact", name, value = "" }: HeaderMatch): HeaderMatcherJson {
  switch (type) {
    case "Exact":
      return { name, stringMatch: { exact: value } };
    case "Prefix":
      // Envoy takes no empty prefix; every value begins with it.
      return value === "" ? { name, presentMatch: true } : { name, stringMatch: { prefix: value } };
    case "RegularExpression":
      return { name, stringMatch: { safeRegex: { regex: value } } };
    case "Present":
      return { name, presentMatch: true };
    case "Absent":
      return { name, presentMatch: false };
  }
}

function queryMatcher({ type, name, value }: QueryMatch): QueryParameterMatcherJson {
  const stringMatch = type === "Exact" ? { exact: value } : { safeRegex: { regex: value } };
  return { name, stringMatch };
}
