// What a change makes of what stands: a draft, judged as a whole, so that all that is wrong is told at once.

import type { Caller } from "#control/face/caller.ts";
import type { Change, DeleteResource } from "#control/face/change.ts";
import { ruleViolations } from "#control/rule/rules.ts";
import { refuseUnreadKeys } from "#control/secret/named-key.ts";
import { findStored, type TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import { KINDS, type SpecOf, type TypeName } from "#model/kinds.ts";
import { madeIn } from "#model/label.ts";
import { keyText, type Resource, type ResourceKey, shownKey } from "#model/resource.ts";
import { at, under, type Violation } from "#model/violation.ts";
import { type Draft, draftsOf, plan } from "./draft.ts";
import { foundAuthorities, foundMesh } from "./founding.ts";
import {
  expectationOf,
  lacksMesh,
  missingMesh,
  planPut,
  refuseForeign,
  refuseMissingMesh,
  writableKind,
} from "./put.ts";

/** What others refer to is read first: a Mesh stands when its Secrets are judged. */
const ORDER: ReadonlyMap<string, number> = new Map(Object.keys(KINDS).map((type, index) => [type, index]));

/** Faults `invalid` (all violations at once), `stale`, `absent`, `forbidden`, `read-only`. */
export async function draftChange(tenant: Tenant, caller: Caller, change: Change, state: TenantState): Promise<Draft> {
  const { vault, deps } = tenant;
  const draft: Draft = { state, planned: new Map() };
  refuseAbsent(draft, change);
  for (const item of change.delete) planDelete(draft, item);
  const wrong: Violation[] = [];
  const where = paths(change);
  const puts = change.put.map((put, index) => ({ put, index }));
  puts.sort((a, b) => (ORDER.get(a.put.key.type) ?? 0) - (ORDER.get(b.put.key.type) ?? 0));
  for (const { put, index } of puts) {
    if (puts.length === 1) refuseMissingMesh(draft, put.key);
    else if (lacksMesh(draft, put.key)) {
      wrong.push(...placed(where.put(index), [missingMesh(put.key)]));
      continue;
    }
    const kind = writableKind(caller, put.key, "write");
    wrong.push(...placed(where.put(index), await planPut(draft, put, kind, vault)));
  }
  for (const { key } of [...change.put, ...change.delete]) {
    const planned = draft.planned.get(keyText(key));
    if (planned === undefined) continue;
    refuseForeign(caller, planned, writableKind(caller, key, planned.after === null ? "delete" : "write"));
    if (planned.after !== null) refuseUnreadKeys(caller, planned.before?.resource ?? null, planned.after);
  }
  const unread = wrong.length > 0;
  for (const planned of [...draft.planned.values()]) {
    if (planned.key.type !== "Mesh" || planned.after === null) continue;
    const mesh = planned.after as Resource<SpecOf<"Mesh">>;
    if (planned.before === null) await foundMesh(draft, mesh, vault);
    await foundAuthorities(draft, mesh, vault, deps);
  }
  for (const [list, items] of [
    ["put", change.put],
    ["delete", change.delete],
  ] as const) {
    for (const [index, { key }] of items.entries()) {
      const planned = draft.planned.get(keyText(key));
      if (planned !== undefined)
        wrong.push(...placed(where[list](index), await ruleViolations({ draft, planned, vault })));
    }
  }
  if (wrong.length > 0)
    throw new Fault("invalid", "Resource is not valid", {
      violations: wrong,
      ...(!unread && { title: titleOf(draft, change) }),
    });
  for (const { key } of change.delete) if (key.type === "Zone") planEmptyZone(draft, key.name);
  return draft;
}

/** In a change of one resource paths are the resource's own, as Kuma's clients expect; else they begin with its place. */
function paths(change: Change): Record<"put" | "delete", (index: number) => string> {
  const alone = change.put.length + change.delete.length === 1;
  if (change.rollback !== undefined) {
    // Nobody wrote a list: a resource is told by its key.
    return {
      put: (index) => shownKey(change.put[index]?.key as ResourceKey),
      delete: (index) => shownKey(change.delete[index]?.key as ResourceKey),
    };
  }
  return {
    put: (index) => (alone ? "" : at("put", index, "resource")),
    delete: (index) => (alone ? "" : at("delete", index)),
  };
}

function placed(where: string, violations: readonly Violation[]): readonly Violation[] {
  return where === "" ? violations : under(where, violations);
}

/** Kuma's titles of what its managers refuse. */
function titleOf(draft: Draft, { put }: Change): string {
  const [first] = put;
  if (first === undefined) return "Could not delete a resource";
  return findStored(draft.state, first.key) === null ? "Failed to create a resource" : "Failed to update a resource";
}

/** Of several, whoever asks must be told which is not there. */
function refuseAbsent({ state }: Draft, { put, delete: gone }: Change): void {
  if (put.length + gone.length === 1) return;
  const absent = gone.filter(({ key, ifMatch }) => ifMatch === undefined && findStored(state, key) === null);
  if (absent.length === 0) return;
  const names = absent.map(({ key }) => shownKey(key)).join(", ");
  throw new Fault("absent", `Not found: ${names}`, { title: "Could not delete a resource" });
}

function planDelete(draft: Draft, { key, ifMatch }: DeleteResource): void {
  const before = findStored(draft.state, key);
  const expect = expectationOf(key, before, ifMatch);
  if (before === null) throw new Fault("absent", "Not found", { title: "Could not delete a resource" });
  plan(draft, key, null, expect);
}

/** A zone takes along all that is its own: nothing else would ever end it, and nobody could write it again. */
function planEmptyZone(draft: Draft, zone: string): void {
  for (const mesh of ["", ...draft.state.meshes.keys()]) {
    for (const type of Object.keys(KINDS) as readonly TypeName[]) {
      for (const one of draftsOf(draft, type, mesh)) {
        if (madeIn(one) === zone) plan(draft, { type, mesh, name: one.name }, null);
      }
    }
  }
}

/** Fault `invalid` where a resource stands in the change more than once. */
export function refuseTwins({ put, delete: gone }: Change): void {
  const seen = new Set<string>();
  const check =
    (list: string) =>
    ({ key }: { readonly key: ResourceKey }, index: number): readonly Violation[] => {
      const text = keyText(key);
      if (!seen.has(text)) {
        seen.add(text);
        return [];
      }
      return [{ field: at(list, index), reason: `${shownKey(key)} stands in this change twice` }];
    };
  const violations = [...put.flatMap(check("put")), ...gone.flatMap(check("delete"))];
  if (violations.length > 0) throw new Fault("invalid", "Resource is not valid", { violations });
}
