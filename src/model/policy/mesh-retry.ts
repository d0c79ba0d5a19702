// Policy MeshRetry: what clients ask again, how often, how long they wait between, and of whom.
import type { Judge } from "#model/kind.ts";
import { itemViolations, type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import type { TargetKind } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";
import { retryViolations } from "./mesh-retry-rules.ts";
import { type MeshRetrySpec, meshRetryShape } from "./mesh-retry-shape.ts";

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshGateway", "MeshService", "MeshServiceSubset", "MeshHTTPRoute", "Dataplane"],
  to: ["Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute"],
  gatewayTags: true,
} as const satisfies PolicyGrammar;

/** What `to` may point at when the policy is attached to a gateway or a route. */
const ATTACHED_TO: readonly TargetKind[] = ["Mesh", "MeshExternalService"];

function validate({ spec }: { readonly spec: MeshRetrySpec }): readonly Violation[] {
  const top = spec.targetRef?.kind;
  const kinds = top === "MeshGateway" || top === "MeshHTTPRoute" ? ATTACHED_TO : grammar.to;
  return [
    ...topViolations(spec, grammar),
    // Kuma's paths have one step more than the document.
    ...itemViolations("to", spec.to, kinds, ({ default: said }) => under("default.conf", retryViolations(said))),
  ];
}

export const meshRetryJudge: Judge<MeshRetrySpec> = {
  shape: meshRetryShape,
  validate,
  warn: ({ spec }) => topWarnings(spec),
};
