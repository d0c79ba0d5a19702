// Precedence of policies: a total order, ascending, so that what comes last wins (reference 2.3).
import { displayName } from "#model/display-name.ts";
import type { Meta, Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import type { TargetKind, TargetRef } from "#model/target-ref.ts";

const KIND_RANK: Readonly<Record<TargetKind, number>> = {
  Mesh: 1,
  Dataplane: 2,
  MeshSubset: 3,
  MeshGateway: 4,
  MeshService: 5,
  MeshExternalService: 6,
  MeshMultiZoneService: 7,
  MeshServiceSubset: 8,
  MeshHTTPRoute: 9,
};

const ROLES = ["system", "producer", "consumer", "workload-owner"];

/** What precedence looks at. */
export type Ranked = Pick<Meta, "name" | "labels"> & { readonly spec: { readonly targetRef?: TargetRef } };

/** A policy's top-level targetRef; absent = the whole mesh. */
export function topOf(policy: { readonly spec: { readonly targetRef?: TargetRef } }): TargetRef {
  return policy.spec.targetRef ?? { kind: "Mesh" };
}

/** Compares two policies of one type; never 0 for two of different names. */
export function comparePolicies(a: Ranked, b: Ranked): number {
  return compareSpecificity(a, b) || compareNames(a, b);
}

/** All that precedence looks at but the names. */
export function compareSpecificity(a: Ranked, b: Ranked): number {
  const [first, second] = [topOf(a), topOf(b)];
  return (
    KIND_RANK[first.kind] - KIND_RANK[second.kind] ||
    refinement(first) - refinement(second) ||
    originRank(a) - originRank(b) ||
    gatewayTags(first) - gatewayTags(second) ||
    roleRank(a) - roleRank(b)
  );
}

/** Dataplane: by labels before by name, and within each the whole proxy before one inbound of it. */
function refinement({ kind, name, sectionName }: TargetRef): number {
  if (kind !== "Dataplane") return 0;
  return (name ? 2 : 0) + (sectionName ? 1 : 0);
}

function originRank({ labels }: Ranked): number {
  const origin = labels[LABEL.origin];
  return origin === "global" ? 0 : origin === "zone" ? 2 : 1;
}

function gatewayTags({ kind, tags = {} }: TargetRef): number {
  return kind === "MeshGateway" ? Object.keys(tags).length : 0;
}

function roleRank({ labels }: Ranked): number {
  return Math.max(0, ROLES.indexOf(labels[LABEL.policyRole] ?? "system"));
}

/** Reverse: the smallest display name comes last and so wins ties. */
export function compareNames(a: Ranked, b: Ranked): number {
  return backwards(displayName(a), displayName(b)) || backwards(a.name, b.name);
}

/** Whether a reference by name means the resource: what its user called it, or what it is stored as. */
export function isNamed(resource: Pick<Meta, "name" | "labels">, name: string): boolean {
  return resource.name === name || displayName(resource) === name;
}

function backwards(a: string, b: string): number {
  return a < b ? 1 : a > b ? -1 : 0;
}

/** An item of a policy's `to`, with the policy that it stands in. */
export interface RankedItem {
  readonly policy: Ranked;
  readonly targetRef: TargetRef;
  readonly index: number;
}

/** Compares items toward real resources: here the item's own kind counts more than the policy's name. */
export function compareItems(a: RankedItem, b: RankedItem): number {
  return (
    compareSpecificity(a.policy, b.policy) ||
    KIND_RANK[a.targetRef.kind] - KIND_RANK[b.targetRef.kind] ||
    section(a.targetRef) - section(b.targetRef) ||
    compareNames(a.policy, b.policy) ||
    a.index - b.index
  );
}

function section({ sectionName }: TargetRef): number {
  return sectionName ? 1 : 0;
}

/** Whether a policy is only evaluated when somebody asks what it would do. */
export function isShadow({ labels }: Pick<Resource, "labels">): boolean {
  return labels[LABEL.effect] === "shadow";
}
