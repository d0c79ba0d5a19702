// Policy MeshLoadBalancingStrategy: how clients choose among the instances of a service, and among zones.
import type { Judge } from "#model/kind.ts";
import { type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { type TargetKind, type TargetRef, targetRefViolations } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";
import { localityViolations } from "./mesh-load-balancing-strategy-locality.ts";
import { balancerViolations, hashViolations, hashWarnings } from "./mesh-load-balancing-strategy-rules.ts";
import {
  type MeshLoadBalancingStrategyConf,
  type MeshLoadBalancingStrategySpec,
  meshLoadBalancingStrategyShape,
} from "./mesh-load-balancing-strategy-shape.ts";

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshGateway", "MeshService", "MeshServiceSubset", "Dataplane"],
  to: ["Mesh", "MeshService", "MeshMultiZoneService", "MeshHTTPRoute"],
  gatewayTags: true,
} as const satisfies PolicyGrammar;

const GATEWAY_TO: readonly TargetKind[] = ["Mesh", "MeshService", "MeshMultiZoneService"];

const EGRESS_ONLY =
  "kind MeshExternalService is only allowed with targetRef.kind: Mesh as it is configured on the Zone Egress and shared by all clients in the mesh";

function validate({ spec }: { readonly spec: MeshLoadBalancingStrategySpec }): readonly Violation[] {
  const top = spec.targetRef?.kind ?? "Mesh";
  return [
    ...topViolations(spec, grammar),
    ...(spec.to ?? []).flatMap(({ targetRef, default: said = {} }, index) =>
      under(`to[${index}]`, [
        ...under("targetRef", refViolations(targetRef, top, said)),
        ...under("default", confViolations(said, targetRef)),
      ]),
    ),
  ];
}

function refViolations(ref: TargetRef, top: TargetKind, said: MeshLoadBalancingStrategyConf): readonly Violation[] {
  const external = ref.kind === "MeshExternalService";
  if (top === "Mesh") return targetRefViolations(ref, { kinds: [...grammar.to, "MeshExternalService"] });
  const outside = external ? [{ field: "kind", reason: EGRESS_ONLY }] : [];
  if (top !== "MeshGateway") return [...targetRefViolations(ref, { kinds: grammar.to }), ...outside];
  if (said.loadBalancer !== undefined && ref.kind !== "Mesh") {
    const reason = "value 'MeshGateway' is not supported, only Mesh is allowed if loadBalancer is set";
    return [{ field: "kind", reason }, ...outside];
  }
  return [...targetRefViolations(ref, { kinds: GATEWAY_TO }), ...outside];
}

const ROUTE_ONLY = "field is not allowed when targetRef.kind is MeshHTTPRoute, only hashPolicies is supported";

function confViolations(said: MeshLoadBalancingStrategyConf, ref: TargetRef): Violation[] {
  const hashes = under("hashPolicies", hashViolations(said.hashPolicies));
  if (ref.kind === "MeshHTTPRoute") {
    const others = (["loadBalancer", "localityAwareness"] as const).filter((field) => said[field] !== undefined);
    return [...hashes, ...others.map((field) => ({ field, reason: ROUTE_ONLY }))];
  }
  return [
    ...under("loadBalancer", balancerViolations(said)),
    ...under("localityAwareness", localityViolations(said.localityAwareness, ref)),
    ...hashes,
  ];
}

export const meshLoadBalancingStrategyJudge: Judge<MeshLoadBalancingStrategySpec> = {
  shape: meshLoadBalancingStrategyShape,
  validate,
  warn: ({ spec }) => [...hashWarnings(spec), ...topWarnings(spec)],
};
