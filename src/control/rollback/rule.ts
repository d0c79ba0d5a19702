// The rules by which revisions are taken back by themselves.

import { storedOf, type TenantState } from "#control/state.ts";
import type { RollbackRule } from "#model/kind/change-control.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";

export interface Rule {
  readonly mesh: string;
  readonly rule: RollbackRule;
  readonly control: Resource;
}

/** Rules of all meshes. */
export function allRules(state: TenantState): readonly Rule[] {
  return [...state.meshes.keys()].flatMap((mesh) => rulesOf(state, mesh));
}

/** Rules that may take revisions of the mesh back, by their names. */
export function rulesOf(state: TenantState, mesh: string): readonly Rule[] {
  const all = storedOf(state, "ChangeControl", mesh) as readonly Resource<SpecOf<"ChangeControl">>[];
  // Asked of each mesh at each commit, and few have any.
  if (all.length === 0) return [];
  return all
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((control) =>
      control.spec.rollback === undefined ? [] : [{ mesh, rule: control.spec.rollback, control }],
    );
}
