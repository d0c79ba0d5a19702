// Policy MeshHTTPRoute: where requests go by path, method, headers and query, and what is changed on the way.
import { backendRefsViolations, completeBackendRef } from "#model/backend-ref.ts";
import type { Judge } from "#model/kind.ts";
import { itemViolations, type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { regexpReason } from "#model/regexp.ts";
import type { TargetKind } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";
import { completeFilter, filterViolations } from "./mesh-http-route-filter.ts";
import {
  type HttpRouteItem,
  type HttpRouteRule,
  type MeshHttpRouteSpec,
  meshHttpRouteShape,
  type PathMatch,
  type RouteMatch,
} from "./mesh-http-route-shape.ts";

const grammar = {
  top: ["Mesh", "MeshGateway", "MeshSubset", "MeshService", "MeshServiceSubset", "Dataplane"],
  to: ["MeshService", "MeshExternalService", "MeshMultiZoneService"],
  gatewayTags: true,
} as const satisfies PolicyGrammar;

/** A gateway's listener stands for the destination. */
const GATEWAY_TO: readonly TargetKind[] = ["Mesh"];

function validate({ spec }: { readonly spec: MeshHttpRouteSpec }): readonly Violation[] {
  const gateway = spec.targetRef?.kind === "MeshGateway";
  return [
    ...topViolations(spec, grammar),
    ...itemViolations("to", spec.to, gateway ? GATEWAY_TO : grammar.to, (item) => [
      ...item.rules.flatMap((rule, index) => under(`rules[${index}]`, ruleViolations(rule, gateway))),
      ...hostnameViolations(item, gateway),
    ]),
  ];
}

function hostnameViolations({ hostnames = [] }: HttpRouteItem, gateway: boolean): Violation[] {
  return hostnames.length > 0 && !gateway ? [{ field: "hostnames", reason: "must not be defined" }] : [];
}

function ruleViolations({ matches, default: said }: HttpRouteRule, gateway: boolean): Violation[] {
  const { filters = [], backendRefs = [] } = said;
  const redirects = filters.some(({ type }) => type === "RequestRedirect");
  return [
    ...matches.flatMap((match, index) => under(`matches[${index}]`, matchViolations(match))),
    ...filterViolations(filters, matches, gateway),
    ...(gateway && backendRefs.length === 0 && !redirects
      ? [{ field: "default.backendRefs", reason: "must not be empty" }]
      : []),
    ...under("default.backendRefs", backendRefsViolations(backendRefs)),
  ];
}

function matchViolations({ path, queryParams = [], headers = [] }: RouteMatch): Violation[] {
  const found: Violation[] = path === undefined ? [] : under("path.value", pathViolations(path));
  const names = new Set<string>();
  queryParams.forEach(({ type, name, value }, index) => {
    const field = `queryParams[${index}]`;
    if (names.has(name)) found.push({ field: `${field}.name`, reason: `multiple entries for name ${name}` });
    names.add(name);
    if (type === "RegularExpression") found.push(...under(`${field}.value`, regexpViolations(value)));
  });
  headers.forEach(({ type, value = "" }, index) => {
    const field = `headers[${index}].value`;
    if ((type === "Present" || type === "Absent") && value !== "") found.push({ field, reason: "must not be defined" });
    if (type === "RegularExpression") found.push(...under(field, regexpViolations(value)));
  });
  return found;
}

function pathViolations({ type, value }: PathMatch): Violation[] {
  if (type === "RegularExpression") return regexpViolations(value);
  const found: Violation[] = [];
  if (type === "PathPrefix" && value !== "/" && value.endsWith("/")) {
    const reason = "does not need a trailing slash because only a `/`-separated prefix or an entire path is matched";
    found.push({ field: "", reason });
  }
  if (!value.startsWith("/")) found.push({ field: "", reason: "must be an absolute path" });
  return found;
}

/** Envoy takes no empty expression. */
function regexpViolations(value: string): Violation[] {
  const reason = value === "" ? "must not be empty" : regexpReason(value);
  return reason === null ? [] : [{ field: "", reason }];
}

/** What Kuma's schema fills: types of header matches, weights, status codes. */
function complete(spec: MeshHttpRouteSpec): MeshHttpRouteSpec {
  if (spec.to === undefined) return spec;
  return { ...spec, to: spec.to.map((item) => ({ ...item, rules: item.rules.map(completeRule) })) };
}

function completeRule({ matches, default: said }: HttpRouteRule): HttpRouteRule {
  const { filters, backendRefs } = said;
  return {
    matches: matches.map((match) =>
      match.headers === undefined
        ? match
        : { ...match, headers: match.headers.map(({ type = "Exact", ...header }) => ({ type, ...header })) },
    ),
    default: {
      ...(filters && { filters: filters.map(completeFilter) }),
      ...(backendRefs && { backendRefs: backendRefs.map(completeBackendRef) }),
    },
  };
}

export const meshHttpRouteJudge: Judge<MeshHttpRouteSpec> = {
  shape: meshHttpRouteShape,
  complete,
  validate,
  warn: ({ spec }) => topWarnings(spec),
};
