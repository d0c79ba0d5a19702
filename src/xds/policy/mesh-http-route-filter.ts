// Filters of a MeshHTTPRoute's rule in Envoy's words: headers, redirects, rewrites and mirrors.

import type { HeaderValueOptionJson } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import type {
  RedirectActionJson,
  RouteActionJson,
  RouteJson,
} from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import { parsePercentage } from "#model/percentage.ts";
import type {
  HeaderModifier,
  PathRewrite,
  RequestMirror,
  RequestRedirect,
  RouteFilter,
} from "#model/policy/mesh-http-route-shape.ts";
import { backendOf } from "#xds/backend.ts";
import { fractionalPercent } from "#xds/percent.ts";
import type { OutboundParts } from "#xds/policy.ts";
import type { PathHalf } from "./mesh-http-route-match.ts";

/** Whether the rule answers by itself. */
export function isRedirect(filters: readonly RouteFilter[]): boolean {
  return filters.some(({ type }) => type === "RequestRedirect");
}

/** The route with all filters; a mirror that leads to nothing is left out, as its fault says. */
export function applyFilters(
  route: RouteJson,
  filters: readonly RouteFilter[],
  half: PathHalf,
  parts: OutboundParts,
): RouteJson {
  const made: RouteJson = { ...route };
  const action: RouteActionJson = { ...route.route };
  for (const filter of filters) {
    const { requestHeaderModifier, responseHeaderModifier, requestRedirect, urlRewrite, requestMirror } = filter;
    if (filter.type === "RequestHeaderModifier" && requestHeaderModifier !== undefined) {
      const { add, remove } = headersOf(requestHeaderModifier);
      made.requestHeadersToAdd = [...(made.requestHeadersToAdd ?? []), ...add];
      made.requestHeadersToRemove = [...(made.requestHeadersToRemove ?? []), ...remove];
    } else if (filter.type === "ResponseHeaderModifier" && responseHeaderModifier !== undefined) {
      const { add, remove } = headersOf(responseHeaderModifier);
      made.responseHeadersToAdd = [...(made.responseHeadersToAdd ?? []), ...add];
      made.responseHeadersToRemove = [...(made.responseHeadersToRemove ?? []), ...remove];
    } else if (filter.type === "RequestRedirect" && requestRedirect !== undefined) {
      made.redirect = redirectOf(requestRedirect, half);
    } else if (filter.type === "URLRewrite" && urlRewrite !== undefined) {
      // The name that is said here stands in place of a server's own.
      if (urlRewrite.hostname !== undefined) {
        action.hostRewriteLiteral = urlRewrite.hostname;
        delete action.autoHostRewrite;
      }
      if (urlRewrite.path !== undefined) {
        // Envoy takes one kind of rewrite; of two filters the later one counts.
        delete action.prefixRewrite;
        delete action.regexRewrite;
        Object.assign(action, rewriteOf(urlRewrite.path, half));
      }
    } else if (filter.type === "RequestMirror" && requestMirror !== undefined) {
      const mirrors = mirrorOf(requestMirror, parts);
      if (mirrors.length > 0) action.requestMirrorPolicies = [...(action.requestMirrorPolicies ?? []), ...mirrors];
    }
  }
  for (const list of HEADER_LISTS) if (made[list]?.length === 0) delete made[list];
  if (route.route !== undefined) made.route = action;
  return made;
}

const HEADER_LISTS = [
  "requestHeadersToAdd",
  "requestHeadersToRemove",
  "responseHeadersToAdd",
  "responseHeadersToRemove",
] as const;

function headersOf({ set = [], add = [], remove = [] }: HeaderModifier): {
  readonly add: HeaderValueOptionJson[];
  readonly remove: readonly string[];
} {
  const option = (appendAction: "OVERWRITE_IF_EXISTS_OR_ADD" | "APPEND_IF_EXISTS_OR_ADD") => {
    return ({ name, value }: { readonly name: string; readonly value: string }): HeaderValueOptionJson => ({
      header: { key: name, value: literal(value) },
      appendAction,
    });
  };
  return {
    add: [...set.map(option("OVERWRITE_IF_EXISTS_OR_ADD")), ...add.map(option("APPEND_IF_EXISTS_OR_ADD"))],
    remove,
  };
}

/** Envoy reads `%` in header values as the begin of a command; a user means the character. */
function literal(value: string): string {
  return value.replaceAll("%", "%%");
}

const CODES: Readonly<Record<number, NonNullable<RedirectActionJson["responseCode"]>>> = {
  301: "MOVED_PERMANENTLY",
  302: "FOUND",
  303: "SEE_OTHER",
  307: "TEMPORARY_REDIRECT",
  308: "PERMANENT_REDIRECT",
};

function redirectOf(
  { scheme, hostname, path, port, statusCode = 302 }: RequestRedirect,
  half: PathHalf,
): RedirectActionJson {
  return {
    ...(scheme !== undefined && { schemeRedirect: scheme }),
    ...(hostname !== undefined && { hostRedirect: hostname }),
    ...(port !== undefined && { portRedirect: port }),
    ...(path !== undefined && rewriteOf(path, half)),
    responseCode: CODES[statusCode] ?? "FOUND",
  };
}

type Rewrite = Pick<RouteActionJson, "regexRewrite" | "prefixRewrite">;

/** A prefix is replaced as a whole path segment: `/p/y` with `/x` for `/p` is `/x/y`, and `/p` is `/x`. */
function rewriteOf({ type, replaceFullPath = "", replacePrefixMatch = "" }: PathRewrite, half: PathHalf): Rewrite {
  if (type === "ReplaceFullPath") return whole(replaceFullPath);
  const end = replacePrefixMatch.replace(/\/$/, "");
  return half.kind === "below" ? { prefixRewrite: `${end}/` } : whole(end === "" ? "/" : end);
}

function whole(path: string): Rewrite {
  const substitution = path.replaceAll("\\", "\\\\");
  return { regexRewrite: { pattern: { regex: ".*" }, substitution } };
}

function mirrorOf(
  { backendRef, percentage = 100 }: RequestMirror,
  parts: OutboundParts,
): NonNullable<RouteActionJson["requestMirrorPolicies"]> {
  const backend = backendOf(backendRef, "requests", parts);
  if (backend === null) return [];
  const defaultValue = fractionalPercent(parsePercentage(percentage) ?? 100);
  return [{ cluster: backend.cluster, runtimeFraction: { defaultValue } }];
}
