// Meshes and zones, which others belong to: one that was deleted does not come back by itself, one that was made since may have to stay.

import type { Left, Rollback } from "#control/face/change.ts";
import { findStored, type TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import type { FaultCode } from "#model/fault.ts";
import { keyText, meshOf, type ResourceKey } from "#model/resource.ts";
import type { Passage } from "#store/face/history.ts";

/** Why a rollback is refused; all are told at once. */
export interface Refusal {
  readonly code: Extract<FaultCode, "conflict" | "invalid">;
  /** `rollback` unless said. */
  readonly field?: string;
  readonly reason: string;
}

export interface Judged {
  /** Without what goes or stays with its mesh. */
  readonly meant: readonly Passage[];
  readonly left: readonly Left[];
  readonly refusals: readonly Refusal[];
}

const OWNERS: readonly string[] = ["Mesh", "Zone"];

/** Judges what belongs to a mesh that was deleted or made in the range, and zones that were made in it. */
export async function judgeOwners(
  tenant: Tenant,
  state: TenantState,
  passages: readonly Passage[],
  { created }: Rollback,
): Promise<Judged> {
  const refusals: Refusal[] = [];
  const left: Left[] = [];
  /** Meshes whose resources need nothing of their own. */
  const settled = new Set<string>();
  const dropped = new Set<string>();
  const undecided: ResourceKey[] = [];
  const stays = new Set<string>();
  for (const { key, before, deletions, last } of passages.filter(({ key }) => OWNERS.includes(key.type))) {
    const stands = findStored(state, key) !== null;
    if (key.type === "Mesh" && before !== null && deletions > 0) {
      refusals.push({ code: "conflict", reason: await deletedText(tenant, key.name, last) });
      settled.add(key.name);
    }
    if (before !== null) continue;
    if (!stands) {
      if (key.type === "Mesh") settled.add(key.name);
    } else if (created === undefined) {
      undecided.push(key);
    } else if (created === "keep") {
      stays.add(keyText(key));
      left.push({ ...key, why: "it was made since, and was to be kept" });
      if (key.type === "Mesh") settled.add(key.name);
    } else if (key.type === "Mesh") dropped.add(key.name);
  }
  refusals.push(...undecided.map(undecidedText));
  const meant = passages.filter(({ key }) => {
    if (stays.has(keyText(key)) || settled.has(meshOf(key))) return false;
    // The rest goes with its mesh; dataplanes would hold it.
    return !dropped.has(key.mesh) || key.type === "Dataplane";
  });
  return { meant, left, refusals };
}

async function deletedText({ store }: Tenant, name: string, last: number): Promise<string> {
  const records = await store.revisions({ type: "Mesh", mesh: "", name, before: last + 1, size: 50 });
  const at = records.find(({ changes }) => changes.some(({ after }) => after === null))?.revision ?? last;
  return (
    `the mesh ${name} was deleted by revision ${at}, and its keys are gone: its proxies could never trust it again. ` +
    `Roll back to revision ${at} or later; what the mesh held stands in revision ${at}, from which it can be made anew`
  );
}

function undecidedText({ type, name }: ResourceKey): Refusal {
  const what = type === "Mesh" ? `the mesh ${name}` : `the zone ${name}`;
  const reason = `${what} was made since, and all that belongs to it would be deleted: say whether what was made since is to go (delete) or to stay (keep)`;
  return { code: "conflict", field: "rollback.created", reason };
}
