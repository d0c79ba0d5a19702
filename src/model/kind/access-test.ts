// Kind AccessTest: what is to stay allowed, or denied, whatever else changes. A Weft kind; Kuma has none.

import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { may, text } from "#model/shape.ts";
import type { Violation } from "#model/violation.ts";

export const accessTestShape = z.strictObject(() => ({
  /** `allow`: every request that is meant gets through. `deny`: none does. */
  expect: z.enum(["allow", "deny"]),
  /** Who calls: a service, a dataplane, `Type/name`, a KRI or a SPIFFE ID. */
  from: text,
  /** Who is called: the same, or what is outside the mesh. */
  to: text,
  /** Name or number of a port of who is called; left out, all of them. */
  port: may(text),
  /** HTTP method of the requests that are meant. */
  method: may(text),
  /** Path of the requests that are meant. */
  path: may(text),
  /** Why it is to stay so. */
  reason: may(text),
}));
export type AccessTestSpec = Frozen<z.infer<typeof accessTestShape>>;

const LONGEST = 1000;
/** Methods are written in upper case (RFC 9110, 9.1: they are case-sensitive). */
const METHOD = /^[A-Z]+(-[A-Z]+)*$/;

function validate({ spec }: { readonly spec: AccessTestSpec }): readonly Violation[] {
  const { method, path, port } = spec;
  return [
    ...(["from", "to"] as const).flatMap((field) => nameViolations(field, spec[field])),
    ...(port === "" ? [{ field: "port", reason: "cannot be empty; left out, it means all ports" }] : []),
    ...(method === undefined || METHOD.test(method)
      ? []
      : [{ field: "method", reason: "must be an HTTP method in upper case" }]),
    ...(path === undefined || path.startsWith("/") ? [] : [{ field: "path", reason: "must start with '/'" }]),
    ...(["from", "to", "port", "method", "path", "reason"] as const).flatMap((field) =>
      (spec[field]?.length ?? 0) > LONGEST ? [{ field, reason: `must have at most ${LONGEST} characters` }] : [],
    ),
  ];
}

function nameViolations(field: string, name: string): readonly Violation[] {
  if (name === "")
    return [{ field, reason: "cannot be empty: a service, a dataplane, Type/name, a KRI or a SPIFFE ID" }];
  if (name === "*") return [{ field, reason: "must be somebody: whoever has no certificate cannot be asked about" }];
  return [];
}

export const accessTestJudge: Judge<AccessTestSpec> = {
  shape: accessTestShape,
  validate,
};
