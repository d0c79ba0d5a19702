// A header match of a policy as Envoy's matcher.
import type { HeaderMatcherJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { HeaderMatch } from "#model/header-match.ts";

/** Envoy's matcher; a match without a type is exact. */
export function headerMatcher({
  name,
  type,
  value = "",
}: Omit<HeaderMatch, "type"> & { readonly type?: HeaderMatch["type"] }): HeaderMatcherJson {
  if (type === "Present" || type === "Absent") return { name, presentMatch: type === "Present" };
  if (type === "Prefix") return { name, stringMatch: { prefix: value } };
  if (type === "RegularExpression") return { name, stringMatch: { safeRegex: { regex: value } } };
  return { name, stringMatch: { exact: value } };
}
