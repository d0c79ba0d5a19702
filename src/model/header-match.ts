// Matching a header of a request or of an answer, as policies write it.

import type { Frozen } from "./frozen.ts";
import { headerName, headerValue } from "./http-header.ts";
import * as z from "./lazy-zod.ts";
import { regexpReason } from "./regexp.ts";
import { may } from "./shape.ts";
import { under, type Violation } from "./violation.ts";

/** Without a type, the value must be exactly this; `Present` and `Absent` look at no value. */
export const headerMatch = z.strictObject(() => ({
  type: z._default(z.enum(["Exact", "Present", "RegularExpression", "Absent", "Prefix"]), "Exact"),
  name: headerName,
  value: may(headerValue),
}));
export type HeaderMatch = Frozen<z.infer<typeof headerMatch>>;

/** Violations of a list of matches, below its own path: expressions that Envoy would refuse. */
export function headerMatchViolations(field: string, matches: readonly HeaderMatch[] = []): Violation[] {
  return matches.flatMap(({ type, value = "" }, index) => {
    const reason = type === "RegularExpression" ? regexpReason(value) : null;
    return reason === null ? [] : under(`${field}[${index}]`, [{ field: "value", reason }]);
  });
}
