// Pruning: a change that manages a selection deletes what is in it and is no more among what it puts.

import { isGenerated } from "#control/derive/generated-services.ts";
import type { Change, Prune } from "#control/face/change.ts";
import { ownedByStream } from "#control/rollback/left.ts";
import { isTrustSecret } from "#control/secret/name.ts";
import { findStored, storedOf, type TenantState } from "#control/state.ts";
import { defaultPolicies } from "#model/default-policies.ts";
import { Fault } from "#model/fault.ts";
import type { Kind } from "#model/kind.ts";
import { kindOfType, type SpecOf } from "#model/kinds.ts";
import { isProxyKind } from "#model/proxy-kind.ts";
import { keyText, type Resource } from "#model/resource.ts";
import { at, type Violation } from "#model/violation.ts";
import { sameContent } from "./draft.ts";

type Pruning = Change & { readonly prune: Prune };

/** Types whose end takes others along, or that many use unseen: a selection has them only by name. */
const BY_NAME: readonly string[] = ["Mesh", "Zone", "Secret", "GlobalSecret"];

/** The change with its deletions. Fault `invalid` (all violations at once) for a selection that says too little. */
export function prunedChange(state: TenantState, change: Pruning): Change {
  const { prune, put, delete: gone } = change;
  const types = prune.types ?? [...new Set(put.map(({ key }) => key.type))].filter((type) => !BY_NAME.includes(type));
  const violations = violationsOf(state, change, types);
  if (violations.length > 0)
    throw new Fault("invalid", "What is to be pruned is not said well enough", {
      title: "Could not prune",
      violations,
    });
  const kept = new Set([...put, ...gone].map(({ key }) => keyText(key)));
  const found = types.flatMap((type) => selected(state, kindOfType(type) as Kind, prune));
  const more = found.filter((resource) => !kept.has(keyText(resource)) && isUsers(state, resource));
  return { ...change, delete: [...gone, ...more.map(({ type, mesh, name }) => ({ key: { type, mesh, name } }))] };
}

function violationsOf(state: TenantState, { prune, put }: Pruning, types: readonly string[]): readonly Violation[] {
  const { labels = {}, meshes = [], empty = false } = prune;
  const found: Violation[] = [];
  const byLabel = Object.keys(labels).length > 0;
  if (!byLabel && meshes.length === 0)
    found.push({ field: "prune", reason: "names neither labels nor meshes: everything would be selected" });
  if (put.length === 0 && !empty) {
    const reason = "nothing is put, so everything selected would be deleted: say empty: true if that is meant";
    found.push({ field: "prune.empty", reason });
  }
  for (const [index, type] of types.entries()) {
    const kind = kindOfType(type);
    const field = at("prune", "types", index);
    if (kind === undefined) found.push({ field, reason: `there is no kind ${JSON.stringify(type)}` });
    else if (kind.readOnly) found.push({ field, reason: `${type} is written by the control plane alone` });
    else if (kind.scope === "Global" && !byLabel && prune.types !== undefined)
      found.push({ field, reason: `a ${type} belongs to no mesh: select it by labels` });
  }
  for (const [index, mesh] of meshes.entries()) {
    const key = { type: "Mesh", mesh: "", name: mesh };
    if (findStored(state, key) === null && !put.some((one) => keyText(one.key) === keyText(key)))
      found.push({ field: at("prune", "meshes", index), reason: `there is no mesh ${JSON.stringify(mesh)}` });
  }
  for (const [index, { key, body }] of put.entries()) {
    // It would be forgotten: the next change that leaves it out would not find it.
    if (types.includes(key.type) && !hasLabels(labelsIn(body), labels)) {
      const reason = `must have ${textOf(labels)}, by which this change finds what it manages`;
      found.push({ field: at("put", index, "resource", "labels"), reason });
    }
  }
  return found;
}

function selected(state: TenantState, { type, scope }: Kind, { labels = {}, meshes = [] }: Prune): readonly Resource[] {
  // What is of no mesh is in no selection of meshes alone.
  if (scope === "Global")
    return meshes.length > 0 ? [] : storedOf(state, type, "").filter((one) => hasLabels(one.labels, labels));
  const within = meshes.length > 0 ? new Set(meshes) : [...state.meshes.keys()];
  return [...within].flatMap((mesh) => storedOf(state, type, mesh)).filter((one) => hasLabels(one.labels, labels));
}

/** Whether somebody wrote it: what comes and goes by itself, or came with the mesh and was never touched, is nobody's to prune. */
function isUsers(state: TenantState, resource: Resource): boolean {
  if (isProxyKind(resource.type) && ownedByStream(state, resource)) return false;
  if (resource.type === "MeshService" && isGenerated(resource as Resource<SpecOf<"MeshService">>)) return false;
  return !isTrustSecret(resource) && !isUntouchedDefault(state, resource);
}

function isUntouchedDefault(state: TenantState, resource: Resource): boolean {
  const mesh = state.meshes.get(resource.mesh)?.own.resource as Resource<SpecOf<"Mesh">> | undefined;
  if (mesh === undefined) return false;
  const same = defaultPolicies(mesh).find((one) => keyText(one) === keyText(resource));
  return same !== undefined && sameContent(same, resource);
}

function labelsIn(body: unknown): Readonly<Record<string, unknown>> {
  const { labels = {} } = (body ?? {}) as { readonly labels?: Readonly<Record<string, unknown>> };
  return labels ?? {};
}

function hasLabels(has: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => has[key] === value);
}

function textOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
}
