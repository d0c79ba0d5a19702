// A rollback: a change that is made out of history. What it puts and deletes goes the way of every other change.
import { MOST_CHANGES } from "#api/weft.ts";
import { sameContent } from "#control/draft/draft.ts";
import type { Change, DeleteResource, Left, PutResource, Rollback } from "#control/face/change.ts";
import { revealKeys } from "#control/secret/inline-key.ts";
import type { Vault } from "#control/secret/vault.ts";
import { findStored, type TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import { kindOfType, type SpecOf } from "#model/kinds.ts";
import { keyText, meshOf, type Resource, shownKey } from "#model/resource.ts";
import { toWire } from "#model/wire.ts";
import type { Passage } from "#store/face/history.ts";
import { leftAlone } from "./left.ts";
import { judgeOwners, type Refusal } from "./owner.ts";
import { rollbackRange } from "./range.ts";

export interface Restored {
  /** With `put` and `delete` filled in, and a reason that tells of the rollback. */
  readonly change: Change;
  readonly left: readonly Left[];
}

const TITLE = "Could not roll back";

const FOREIGN = "it is not of the mesh whose rule takes the revision back";

/** Read from history at a time. */
const PAGE = 200;

/**
 * The change that brings the users' resources back. Faults `absent` (no such revision, or kept no longer), `conflict` (a
 * deleted mesh, what was made since, later revisions), `invalid` (too much, or what cannot be read any more).
 */
export async function restoredChange(
  tenant: Tenant,
  state: TenantState,
  change: Change & { readonly rollback: Rollback },
): Promise<Restored> {
  const { rollback } = change;
  const range = await rollbackRange(tenant, state, rollback);
  const passages: Passage[] = [];
  for (let more = true; more; ) {
    const page = await tenant.store.passages(range, { offset: passages.length, size: PAGE });
    passages.push(...page);
    more = page.length === PAGE;
  }
  const { own, foreign } = within(passages, rollback);
  const owners = await judgeOwners(tenant, state, own, rollback);
  const { meant, left } = leftAlone(state, owners.meant);
  const refusals: Refusal[] = [...owners.refusals];
  if (own.length === 0 && foreign.length > 0) refusals.push(outsideText(foreign));
  if ("undo" in rollback) refusals.push(...(await overwritten(tenant, rollback.undo, meant)));
  const put: PutResource[] = [];
  const gone: DeleteResource[] = [];
  for (const { key, before } of meant) {
    const now = findStored(state, key)?.resource ?? null;
    if (before === null) {
      if (now !== null) gone.push({ key });
    } else if (now === null || !sameContent(now, before)) {
      const body = await bodyOf(before, tenant.vault);
      if ("reason" in body) refusals.push(body);
      else put.push({ key, body: body.wire, restored: true });
    }
  }
  if (put.length + gone.length > MOST_CHANGES) {
    const reason = `takes ${put.length + gone.length} resources back, and at most ${MOST_CHANGES} go at once: roll back to a later revision first`;
    refusals.push({ code: "invalid", reason });
  }
  refuse(rollback, refusals);
  return {
    change: { ...change, put, delete: gone, reason: reasonOf(change.reason, rollback) },
    left: [...owners.left, ...left, ...foreign.map(({ key }) => ({ ...key, why: FOREIGN }))],
  };
}

/** What a rollback is called in words. */
export function rollbackText(rollback: Rollback): string {
  if ("to" in rollback) return `roll back to revision ${rollback.to}`;
  const { undo, mesh } = rollback;
  return mesh === undefined ? `undo revision ${undo}` : `undo revision ${undo} in mesh ${mesh}`;
}

/** What the rollback speaks of, and what it must not touch. */
function within(
  passages: readonly Passage[],
  rollback: Rollback,
): { readonly own: readonly Passage[]; readonly foreign: readonly Passage[] } {
  if ("to" in rollback || rollback.mesh === undefined) return { own: passages, foreign: [] };
  const isOwn = ({ key }: Passage): boolean => meshOf(key) === rollback.mesh;
  return { own: passages.filter(isOwn), foreign: passages.filter((one) => !isOwn(one)) };
}

function outsideText(foreign: readonly Passage[]): Refusal {
  const keys = foreign.map(({ key }) => shownKey(key)).join(", ");
  return { code: "conflict", reason: `it wrote nothing in that mesh but ${keys}: who may write that can undo it` };
}

function reasonOf(reason: string, rollback: Rollback): string {
  return reason === "" ? rollbackText(rollback) : `${reason} (${rollbackText(rollback)})`;
}

async function overwritten(
  { store }: Tenant,
  revision: number,
  meant: readonly Passage[],
): Promise<readonly Refusal[]> {
  const own = new Set(meant.map(({ key }) => keyText(key)));
  const made = new Set(meant.flatMap(({ key, before }) => (key.type === "Mesh" && before === null ? [key.name] : [])));
  return (await store.overwrites(revision))
    .filter(({ key }) => own.has(keyText(key)) || made.has(key.mesh))
    .map(({ key, by }) => ({
      code: "conflict",
      reason: `${shownKey(key)} was written again by revision ${by}: undo that one first, or roll back to revision ${revision - 1}`,
    }));
}

/** The body that a user would have to send; in a Secret the content itself, which goes no further than the writer. */
async function bodyOf(resource: Resource, vault: Vault): Promise<{ readonly wire: unknown } | Refusal> {
  const kind = kindOfType(resource.type);
  const text = shownKey(resource);
  if (kind === undefined) return { code: "invalid", reason: `${text} is of a kind that is there no more` };
  try {
    if (!kind.secret) return { wire: toWire(await revealKeys(resource, vault)) };
    const { data = "" } = resource.spec as SpecOf<"Secret">;
    return { wire: toWire({ ...resource, spec: { data: (await vault.openSecret(resource, data)).reveal() } }) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const reason = `what was secret in ${text} cannot be opened any more (${error.message}): write it anew, and roll back the rest by undoing revisions`;
    return { code: "conflict", reason };
  }
}

/** What the rules say of the past, told as a refusal of the rollback. */
export function refusedByRules(error: unknown, rollback: Rollback): unknown {
  if (!(error instanceof Fault) || error.code !== "invalid") return error;
  const detail = `Weft cannot ${rollbackText(rollback)}, and nothing was changed: what would stand breaks rules of now`;
  return new Fault("invalid", detail, { title: TITLE, violations: error.violations, cause: error });
}

function refuse(rollback: Rollback, refusals: readonly Refusal[]): void {
  const [first] = refusals;
  if (first === undefined) return;
  const code = refusals.some((one) => one.code === "conflict") ? "conflict" : "invalid";
  throw new Fault(code, `Weft cannot ${rollbackText(rollback)}, and nothing was changed`, {
    title: TITLE,
    violations: refusals.map(({ field = "rollback", reason }) => ({ field, reason })),
  });
}
