// What MeshLoadBalancingStrategy may say of localities.
import { atLeastOne } from "#model/bound.ts";
import { parsePercentage, percentageViolations } from "#model/percentage.ts";
import type { TargetRef } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";
import type { LocalityAwareness } from "./mesh-load-balancing-strategy-shape.ts";

type CrossZone = NonNullable<LocalityAwareness["crossZone"]>;
type AffinityTags = NonNullable<NonNullable<LocalityAwareness["localZone"]>["affinityTags"]>;

/** Violations of locality awareness toward a target, below its own path. */
export function localityViolations(said: LocalityAwareness | undefined, ref: TargetRef): Violation[] {
  return [
    ...under("localZone", affinityViolations(said?.localZone?.affinityTags)),
    ...under("crossZone", said?.crossZone === undefined ? [] : crossZoneViolations(said.crossZone, ref)),
  ];
}

function affinityViolations(tags: AffinityTags = []): Violation[] {
  const weighted = tags.filter(({ weight }) => weight !== undefined).length;
  return [
    ...tags.flatMap(({ key, weight }, index) =>
      under(`affinityTags[${index}]`, [
        ...(key === "" ? [{ field: "key", reason: "must not be empty" }] : []),
        ...atLeastOne("weight", weight),
      ]),
    ),
    ...(weighted > 0 && weighted < tags.length
      ? [{ field: "affinityTags", reason: "all or none affinity tags should have weight" }]
      : []),
    // Beyond nine the default weights do not fit Envoy's 32 bits.
    ...(weighted === 0 && tags.length > 9
      ? [{ field: "affinityTags", reason: "must have weights when there are more than 9" }]
      : []),
  ];
}

function crossZoneViolations({ failover = [], failoverThreshold }: CrossZone, ref: TargetRef): Violation[] {
  const real = ref.kind === "MeshService" && (!!ref.sectionName || Object.keys(ref.labels ?? {}).length > 0);
  return [
    ...(real ? [{ field: "", reason: "must not be set: MeshService traffic is local" }] : []),
    ...failover.flatMap(({ from, to }, index) =>
      under(`failover[${index}]`, [...fromViolations(from), ...under("to", toViolations(to))]),
    ),
    ...under("failoverThreshold.percentage", thresholdViolations(failoverThreshold)),
  ];
}

function fromViolations(from: { readonly zones: readonly string[] } | undefined): Violation[] {
  if (from === undefined) return [];
  if (from.zones.length === 0) return [{ field: "from.zones", reason: "must not be empty" }];
  return from.zones.flatMap((zone, index) =>
    zone === "" ? [{ field: `from.zones[${index}]`, reason: "must not be empty" }] : [],
  );
}

function toViolations({ type, zones = [] }: NonNullable<CrossZone["failover"]>[number]["to"]): Violation[] {
  const listed = type === "Only" || type === "AnyExcept";
  if (listed === zones.length > 0) return [];
  return [
    {
      field: "zones",
      reason: listed ? `must not be empty when type is ${type}` : `must be empty when type is ${type}`,
    },
  ];
}

function thresholdViolations(said: CrossZone["failoverThreshold"]): Violation[] {
  if (said === undefined) return [];
  const found = percentageViolations(said.percentage);
  return found.length === 0 && parsePercentage(said.percentage) === 0
    ? [{ field: "", reason: "must be greater than 0" }]
    : [...found];
}
