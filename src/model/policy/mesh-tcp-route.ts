// Policy MeshTCPRoute: how connections to a service are split among backends.

import { backendRefShape, backendRefsViolations, completeBackendRef } from "#model/backend-ref.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { itemViolations, type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { may } from "#model/shape.ts";
import { type TargetKind, targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

const conf = z.strictObject({ backendRefs: may(z.array(backendRefShape)) });

const item = z.strictObject(() => ({
  targetRef: targetRefShape,
  rules: z
    .array(z.strictObject({ default: conf }))
    .check(z.refine((rules) => rules.length <= 1, "in body should have at most 1 items")),
}));

export const meshTcpRouteShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  to: may(z.array(item).check(z.refine((items) => items.length > 0, "in body should have at least 1 items"))),
}));
export type MeshTcpRouteSpec = Frozen<z.infer<typeof meshTcpRouteShape>>;
/** What the one rule says; a conf of several policies has the backendRefs of the last. */
export type MeshTcpRouteConf = Frozen<z.infer<typeof conf>>;

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshGateway", "MeshService", "MeshServiceSubset", "Dataplane"],
  to: ["MeshService", "MeshExternalService", "MeshMultiZoneService"],
  gatewayTags: true,
} as const satisfies PolicyGrammar;

/** A gateway's listener stands for the destination. */
const GATEWAY_TO: readonly TargetKind[] = ["Mesh"];

function validate({ spec }: { readonly spec: MeshTcpRouteSpec }): readonly Violation[] {
  const to = spec.targetRef?.kind === "MeshGateway" ? GATEWAY_TO : grammar.to;
  return [
    ...topViolations(spec, grammar),
    ...itemViolations("to", spec.to, to, ({ rules }) =>
      rules.flatMap(({ default: { backendRefs = [] } }, index) =>
        under(`rules[${index}].default`, [
          ...(backendRefs.length === 0 ? [{ field: "backendRefs", reason: "must be defined" }] : []),
          ...under("backendRefs", backendRefsViolations(backendRefs)),
        ]),
      ),
    ),
  ];
}

/** Kuma's schema fills the weights. */
function complete(spec: MeshTcpRouteSpec): MeshTcpRouteSpec {
  if (spec.to === undefined) return spec;
  const rules = (list: (typeof spec.to)[number]["rules"]): typeof list =>
    list.map(({ default: { backendRefs } }) => ({
      default: backendRefs === undefined ? {} : { backendRefs: backendRefs.map(completeBackendRef) },
    }));
  return { ...spec, to: spec.to.map((one) => ({ ...one, rules: rules(one.rules) })) };
}

export const meshTcpRouteJudge: Judge<MeshTcpRouteSpec> = {
  shape: meshTcpRouteShape,
  complete,
  validate,
  warn: ({ spec }) => topWarnings(spec),
};
