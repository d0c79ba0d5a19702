// Conditions over a request: method, path, headers, and claims of a JWT that has been verified before.

import type { Frozen } from "./frozen.ts";
import { type HeaderMatch, headerMatch, headerMatchViolations } from "./header-match.ts";
import * as z from "./lazy-zod.ts";
import { regexpReason } from "./regexp.ts";
import { may, text, texts } from "./shape.ts";
import { under, type Violation } from "./violation.ts";

const pathMatch = z.strictObject(() => ({ type: z.enum(["Exact", "PathPrefix", "RegularExpression"]), value: text }));

const claimMatch = z.strictObject(() => ({
  type: z._default(z.enum(["Exact", "Present", "RegularExpression", "Absent", "Prefix"]), "Exact"),
  name: text,
  value: may(text),
}));

/** Members of a match; all that are there must hold. Of methods any, of headers and claims all. */
export const requestMembers = {
  methods: may(texts),
  path: may(pathMatch),
  headers: may(z.array(headerMatch)),
  claims: may(z.array(claimMatch)),
} as const;

export type PathMatch = Frozen<z.infer<typeof pathMatch>>;
export type ClaimMatch = Frozen<z.infer<typeof claimMatch>>;
export interface RequestMatch {
  readonly methods?: readonly string[];
  readonly path?: PathMatch;
  readonly headers?: readonly HeaderMatch[];
  readonly claims?: readonly ClaimMatch[];
}

/** Whether a match asks for anything that only a request shows. */
export function asksForRequest({ methods, path, headers, claims }: RequestMatch): boolean {
  return methods !== undefined || path !== undefined || headers !== undefined || claims !== undefined;
}

/** Violations of one match, below its own path. */
export function requestViolations(match: RequestMatch): readonly Violation[] {
  const { methods, path, headers, claims } = match;
  const found: Violation[] = [];
  for (const [field, list] of Object.entries({ methods, headers, claims })) {
    if (list?.length === 0) found.push({ field, reason: "must not be empty" });
  }
  methods?.forEach((method, index) => {
    if (!/^[A-Z]+(-[A-Z]+)*$/.test(method)) {
      found.push({ field: `methods[${index}]`, reason: "must be an HTTP method in upper case" });
    }
  });
  const wrongPath = path === undefined ? null : pathReason(path);
  if (wrongPath !== null) found.push({ field: "path.value", reason: wrongPath });
  headers?.forEach((header, index) => {
    found.push(...under(`headers[${index}]`, valueViolations(header)));
  });
  found.push(...headerMatchViolations("headers", headers));
  claims?.forEach((claim, index) => {
    const own = [...valueViolations(claim)];
    if (claimPath(claim.name) === null)
      own.push({ field: "name", reason: "must be names of claims with dots between them" });
    const expression = claim.type === "RegularExpression" ? regexpReason(claim.value ?? "") : null;
    if (expression !== null) own.push({ field: "value", reason: expression });
    found.push(...under(`claims[${index}]`, own));
  });
  return found;
}

function valueViolations({ type, value }: Pick<HeaderMatch, "type" | "value">): readonly Violation[] {
  const none = type === "Present" || type === "Absent";
  if (none) return value === undefined ? [] : [{ field: "value", reason: `must not be set with type ${type}` }];
  return value === undefined || value === "" ? [{ field: "value", reason: "must be set" }] : [];
}

/** Paths are compared after they were made normal, so one that is not normal would never match. */
function pathReason({ type, value }: PathMatch): string | null {
  if (type === "RegularExpression") return value === "" ? "must be set" : regexpReason(value);
  if (!value.startsWith("/")) return "must start with '/'";
  if (!/^([A-Za-z0-9\-._~!$&'()*+,=:@/]|%[0-9A-Fa-f]{2})*$/.test(value)) {
    return "must be a path as it stands in a request: no query, no parameters after ';', other characters as %XX";
  }
  if (/\/\/|\/\.{1,2}(\/|$)/.test(value)) return "must be normal: no '//' and no dot segments";
  if (/%(2[DEde]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee]|2[Ff]|5[Cc])/.test(value)) {
    return "must be normal: letters, digits and -._~ as they are, no encoded slash";
  }
  return null;
}

/** The steps of a claim's path; `\.` is a dot inside a name. Null where one is empty. */
export function claimPath(name: string): readonly string[] | null {
  const steps = name.split(/(?<!\\)\./).map((step) => step.replaceAll("\\.", "."));
  return steps.every((step) => step !== "") ? steps : null;
}
