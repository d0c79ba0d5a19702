// The order in which matches of a MeshHTTPRoute are tried (Gateway API, HTTPRouteRule.matches).
import type { HttpRouteRule, RouteMatch } from "#model/policy/mesh-http-route-shape.ts";

/** One match of one rule. */
export interface Placed {
  readonly match: RouteMatch;
  readonly rule: HttpRouteRule;
  /** The rule's. */
  readonly index: number;
}

/** All matches of rules in the order in which they are tried. */
export function placedMatches(rules: readonly HttpRouteRule[]): readonly Placed[] {
  const placed = rules.flatMap((rule, index) => rule.matches.map((match): Placed => ({ match, rule, index })));
  return placed.sort((a, b) => comparePlaced(a.match, b.match));
}

/** Whether every request matches. */
export function isCatchAll({ path, method, headers = [], queryParams = [] }: RouteMatch): boolean {
  const anyPath = path === undefined || (path.type === "PathPrefix" && path.value === "/");
  return anyPath && method === undefined && headers.length === 0 && queryParams.length === 0;
}

const PATH_RANK = { Exact: 0, PathPrefix: 1, RegularExpression: 2 } as const;

/** Exact paths first, then the longer prefix, then the longer expression; then a method, more headers, more parameters. */
function comparePlaced(a: RouteMatch, b: RouteMatch): number {
  return (
    rankOf(a) - rankOf(b) ||
    lengthOf(b) - lengthOf(a) ||
    Number(b.method !== undefined) - Number(a.method !== undefined) ||
    (b.headers?.length ?? 0) - (a.headers?.length ?? 0) ||
    (b.queryParams?.length ?? 0) - (a.queryParams?.length ?? 0)
  );
}

function rankOf({ path }: RouteMatch): number {
  return path === undefined ? 3 : PATH_RANK[path.type];
}

function lengthOf({ path }: RouteMatch): number {
  return path === undefined || path.type === "Exact" ? 0 : path.value.length;
}
