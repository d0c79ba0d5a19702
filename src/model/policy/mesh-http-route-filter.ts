// Rules for the filters of a MeshHTTPRoute: headers, redirects, rewrites and mirrors.
import { isIP } from "#model/address.ts";
import { backendRefViolations, completeBackendRef } from "#model/backend-ref.ts";
import { percentageViolations } from "#model/percentage.ts";
import { under, type Violation } from "#model/violation.ts";
import type { HeaderModifier, PathRewrite, RouteFilter, RouteMatch, UrlRewrite } from "./mesh-http-route-shape.ts";

/** The member that each type needs. */
const MEMBER = {
  RequestHeaderModifier: "requestHeaderModifier",
  ResponseHeaderModifier: "responseHeaderModifier",
  RequestRedirect: "requestRedirect",
  URLRewrite: "urlRewrite",
  RequestMirror: "requestMirror",
} as const satisfies Record<RouteFilter["type"], keyof RouteFilter>;

/** Violations of a rule's filters, below the rule. */
export function filterViolations(
  filters: readonly RouteFilter[],
  matches: readonly RouteMatch[],
  gateway: boolean,
): Violation[] {
  const prefixes = matches.every(({ path }) => path?.type === "PathPrefix");
  return filters.flatMap((filter, index) => {
    const member = MEMBER[filter.type];
    const field = `default.filters[${index}].${member}`;
    return filter[member] === undefined
      ? [{ field, reason: "must be defined" }]
      : under(field, memberViolations(filter, prefixes, gateway));
  });
}

function memberViolations(filter: RouteFilter, prefixes: boolean, gateway: boolean): Violation[] {
  const { requestHeaderModifier, responseHeaderModifier, requestRedirect, urlRewrite, requestMirror } = filter;
  switch (filter.type) {
    case "RequestHeaderModifier":
      return modifierViolations(requestHeaderModifier ?? {});
    case "ResponseHeaderModifier":
      return modifierViolations(responseHeaderModifier ?? {});
    case "RequestRedirect":
      return [...rewriteViolations(requestRedirect?.path, prefixes), ...hostViolations(requestRedirect?.hostname)];
    case "URLRewrite":
      return [
        ...rewriteViolations(urlRewrite?.path, prefixes),
        ...hostViolations(urlRewrite?.hostname),
        ...backendHostViolations(urlRewrite ?? {}, gateway),
      ];
    case "RequestMirror":
      return [
        ...(requestMirror === undefined ? [] : under("backendRef", backendRefViolations(requestMirror.backendRef))),
        ...(requestMirror?.percentage === undefined
          ? []
          : under("percentage", percentageViolations(requestMirror.percentage))),
      ];
  }
}

function modifierViolations({ set, add, remove }: HeaderModifier): Violation[] {
  if (set === undefined && add === undefined && remove === undefined) {
    return [{ field: "", reason: "must have at least one defined: set, add, remove" }];
  }
  const seen = new Set<string>();
  const found: Violation[] = [];
  const see = (list: string, names: readonly string[] = []): void => {
    names.forEach((name, index) => {
      const field = `${list}[${index}].name`;
      if (seen.has(name)) found.push({ field, reason: "duplicate header name" });
      // Envoy refuses the whole route configuration for it; in the other lists the shape does.
      if (name === "host" && list === "remove")
        found.push({ field, reason: "host cannot be modified here; use urlRewrite.hostname" });
      seen.add(name);
    });
  };
  const nameOf = ({ name }: { readonly name: string }): string => name;
  see("set", set?.map(nameOf));
  see("add", add?.map(nameOf));
  see("remove", remove);
  return found;
}

function rewriteViolations(path: PathRewrite | undefined, prefixes: boolean): Violation[] {
  if (path === undefined) return [];
  const found: Violation[] = [];
  const { type, replaceFullPath, replacePrefixMatch } = path;
  if (replacePrefixMatch !== undefined && !prefixes) {
    const reason = "can only appear if all matches match a path prefix";
    found.push({ field: "path.replacePrefixMatch", reason });
  }
  if (type === "ReplaceFullPath" && replaceFullPath === undefined) {
    found.push({ field: "path.replaceFullPath", reason: "must be defined" });
  }
  if (type === "ReplacePrefixMatch" && replacePrefixMatch === undefined) {
    found.push({ field: "path.replacePrefixMatch", reason: "must be defined" });
  }
  return found;
}

function hostViolations(hostname: string | undefined): Violation[] {
  return hostname !== undefined && isIP(hostname) ? [{ field: "hostname", reason: "cannot be an IP address" }] : [];
}

function backendHostViolations({ hostname, hostToBackendHostname }: UrlRewrite, gateway: boolean): Violation[] {
  if (hostToBackendHostname !== true) return [];
  const found: Violation[] = [];
  const field = "hostToBackendHostname";
  if (!gateway) found.push({ field, reason: "can only be set with MeshGateway" });
  if (hostname !== undefined) found.push({ field, reason: "cannot be set together with hostname" });
  return found;
}

/** The filter with what Kuma's schema fills in. */
export function completeFilter(filter: RouteFilter): RouteFilter {
  const { requestRedirect, requestMirror } = filter;
  return {
    ...filter,
    ...(requestRedirect && { requestRedirect: { ...requestRedirect, statusCode: requestRedirect.statusCode ?? 302 } }),
    ...(requestMirror && {
      requestMirror: { ...requestMirror, backendRef: completeBackendRef(requestMirror.backendRef) },
    }),
  };
}
