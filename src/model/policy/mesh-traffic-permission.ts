// Policy MeshTrafficPermission: which clients may reach an inbound.

import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { itemViolations, listViolations, type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { requestMembers, requestViolations } from "#model/request-match.ts";
import { matchMembers, matchViolations } from "#model/rule-match.ts";
import { may } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

const action = z.strictObject(() => ({ action: may(z.enum(["Allow", "Deny", "AllowWithShadowDeny"])) }));

/** Who, and beyond Kuma: which of their requests. */
const permitted = z.strictObject({ ...matchMembers, ...requestMembers });

const lists = z.strictObject(() => ({
  deny: may(z.array(permitted)),
  allow: may(z.array(permitted)),
  allowWithShadowDeny: may(z.array(permitted)),
}));

export const meshTrafficPermissionShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  from: may(z.array(z.strictObject({ targetRef: targetRefShape, default: may(action) }))),
  rules: may(z.array(z.strictObject({ default: lists }))),
}));
export type MeshTrafficPermissionSpec = Frozen<z.infer<typeof meshTrafficPermissionShape>>;
/** An item of the lists. */
export type Permitted = Frozen<z.infer<typeof permitted>>;
/** Conf of a `from` item. */
export type PermissionAction = Frozen<z.infer<typeof action>>;
/** Conf of a `rules` item; denies of all rules come before their allows. */
export type PermissionLists = Frozen<z.infer<typeof lists>>;

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshService", "MeshServiceSubset", "Dataplane"],
  from: ["Mesh", "MeshSubset", "MeshService", "MeshServiceSubset"],
  rules: true,
} as const satisfies PolicyGrammar;

/** The order in which Kuma reports the lists. */
const LISTS = ["allow", "allowWithShadowDeny", "deny"] as const;

function validate({ spec }: { readonly spec: MeshTrafficPermissionSpec }): readonly Violation[] {
  return [
    ...listViolations(spec, grammar),
    ...topViolations(spec, grammar),
    ...itemViolations("from", spec.from, grammar.from, ({ default: said }) =>
      said?.action === undefined ? [{ field: "default.action", reason: "must be defined" }] : [],
    ),
    ...(spec.rules ?? []).flatMap(({ default: said }, index) => under(`rules[${index}]`, ruleViolations(said))),
  ];
}

/** Kuma's paths leave `default` out here. */
function ruleViolations(said: PermissionLists): readonly Violation[] {
  if (LISTS.every((list) => (said[list]?.length ?? 0) === 0)) {
    return [{ field: "", reason: "at least one of 'allow', 'allowWithShadowDeny', 'deny' has to be defined" }];
  }
  return LISTS.flatMap((list) =>
    (said[list] ?? []).flatMap((match, index) =>
      under(`${list}[${index}]`, [...matchViolations(match), ...requestViolations(match)]),
    ),
  );
}

function warn({ spec }: { readonly spec: MeshTrafficPermissionSpec }): readonly string[] {
  const from = spec.from ?? [];
  const old = new Set(from.map(({ targetRef }) => targetRef.kind));
  return [
    ...(from.length > 0
      ? ["'from' field is deprecated and will be removed in 3.0, use 'rules' with MeshIdentity (spiffeId) instead"]
      : []),
    ...(old.has("MeshService")
      ? ["MeshService value for 'from[].targetRef.kind' is deprecated, use MeshSubset with 'kuma.io/service' instead"]
      : []),
    ...topWarnings(spec),
  ];
}

export const meshTrafficPermissionJudge: Judge<MeshTrafficPermissionSpec> = {
  shape: meshTrafficPermissionShape,
  validate,
  warn,
};
