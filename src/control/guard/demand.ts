// What the ChangeControls of touched meshes demand of a commit, as they stand before it. Pure.
import { findStored, storedOf, type TenantState } from "#control/state.ts";
import type { Freeze } from "#model/freeze-window.ts";
import type { Protected } from "#model/kind/change-control.ts";
import type { SpecOf } from "#model/kinds.ts";
import { keyText, type Resource, type ResourceKey, shownKey } from "#model/resource.ts";
import type { Commit } from "#store/face/commit.ts";

type Control = Resource<SpecOf<"ChangeControl">>;
type Writes = Pick<Commit, "writes" | "dropMeshes">;

/** What one ChangeControl, or one AccessTest, demands. */
export type Demand = { readonly mesh: string; readonly control: string } & (
  | { readonly kind: "approvals"; readonly required: number }
  | { readonly kind: "freeze"; readonly window: Freeze }
  /** Those that would change, as people are told them: the first of `count`. */
  | { readonly kind: "protected"; readonly resources: readonly string[]; readonly count: number }
  /** Of an AccessTest, which is named in place of a control: it holds now, and would not; `said` tells how. */
  | { readonly kind: "test"; readonly said: string }
);

/** Names of protected resources that are told. */
const NAMED = 5;

/** Demands of all meshes that the commit touches, by mesh and control. Windows are among them whether they hold now or not. */
export function demandsOf(state: TenantState, commit: Writes): readonly Demand[] {
  return touchedBy(commit).flatMap((mesh) => {
    const controls = storedOf(state, "ChangeControl", mesh) as readonly Control[];
    return controls
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((control) => demandsOfOne(state, commit, control));
  });
}

/** Meshes whose resources, or which themselves, are written; sorted. */
export function touchedBy({ writes, dropMeshes = [] }: Writes): readonly string[] {
  const written = writes.flatMap(({ key }) => meshOfKey(key) ?? []);
  return [...new Set([...written, ...dropMeshes])].sort();
}

function meshOfKey({ type, mesh, name }: ResourceKey): string | null {
  if (type === "Mesh") return name;
  return mesh === "" ? null : mesh;
}

function demandsOfOne(state: TenantState, commit: Writes, control: Control): readonly Demand[] {
  const { approvals, freezes = [] } = control.spec;
  const by = { mesh: control.mesh, control: control.name };
  const held = heldBy(state, commit, control).map(shownKey);
  return [
    ...(approvals === undefined ? [] : [{ ...by, kind: "approvals", required: approvals.required } as const]),
    ...freezes.map((window) => ({ ...by, kind: "freeze", window }) as const),
    ...(held.length === 0
      ? []
      : [{ ...by, kind: "protected", resources: held.slice(0, NAMED), count: held.length } as const]),
  ];
}

/** What the control protects and the commit changes or deletes; itself, where it would protect less afterwards. */
function heldBy(state: TenantState, { writes, dropMeshes = [] }: Writes, control: Control): readonly ResourceKey[] {
  const { protected: list = [] } = control.spec;
  if (list.length === 0) return [];
  const { mesh } = control;
  const isHeld = ({ type, name }: ResourceKey): boolean =>
    list.some((one) => one.type === type && (one.name === undefined || one.name === name));
  const found = new Map<string, ResourceKey>();
  const hold = (key: ResourceKey): void => void found.set(keyText(key), key);
  for (const { key, after } of writes) {
    if (meshOfKey(key) !== mesh) continue;
    if (isHeld(key) && findStored(state, key) !== null) hold(key);
    if (keyText(key) === keyText(control) && protectsLess(list, after as Control | null)) hold(key);
  }
  if (dropMeshes.includes(mesh)) {
    hold(control);
    if (isHeld({ type: "Mesh", mesh: "", name: mesh })) hold({ type: "Mesh", mesh: "", name: mesh });
    for (const { resource } of state.meshes.get(mesh)?.items.values() ?? []) if (isHeld(resource)) hold(resource);
  }
  return [...found.values()];
}

function protectsLess(before: readonly Protected[], after: Control | null): boolean {
  const now = new Set((after?.spec.protected ?? []).map(textOf));
  return !before.every((one) => now.has(textOf(one)) || now.has(textOf({ type: one.type })));
}

function textOf({ type, name = "" }: Protected): string {
  return `${type}/${name}`;
}
