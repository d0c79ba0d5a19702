// Whether a plan still holds: what it writes must be as it was, and what that does must come out the same. Else it is refused, by name.

import type { PlannedAt } from "#control/face/change.ts";
import { findStored, type TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import { keyText, type ResourceKey, shownKey } from "#model/resource.ts";
import type { Violation } from "#model/violation.ts";
import type { RevisionRecord } from "#store/face/history.ts";
import type { Basis, Written } from "./basis.ts";
import { type Kinds, kindDifferences } from "./kinds.ts";

/** Resources that are named; more only lengthen the answer. */
const NAMED = 50;
const TITLE = "Stale plan";

/** Whether nothing at all has moved since the plan was made: then it is what was shown. */
export function isWhereMade({ heads }: TenantState, { epoch, revision, basis }: PlannedAt): boolean {
  return heads.epoch === epoch && heads.revision === revision && (basis === null || heads.sequence === basis.sequence);
}

/**
 * Why the plan cannot be committed any more, by where it was made and by the versions of what it writes; `keys` null = all that
 * was written since counts. Null = nothing of that has moved.
 */
export function movedSince(
  state: TenantState,
  planned: PlannedAt,
): { readonly reason: string; readonly keys: ReadonlySet<string> | null } | null {
  const { plan, epoch, revision, basis } = planned;
  const { heads } = state;
  if (heads.epoch !== epoch) {
    const reason = `Plan ${plan} was made before the organisation was restored; plan again`;
    return { reason, keys: new Set() };
  }
  if (basis === null && heads.revision === revision) return null;
  const keys = basis === null ? null : movedKeys(state, basis.written);
  if (keys?.size === 0) return null;
  return { reason: `${sinceText(planned, heads.revision)}; plan again to see what it would do now`, keys };
}

/** Fault `stale` where `movedSince` says so, with who moved it. */
export async function refuseMoved(
  { store }: Pick<Tenant, "store">,
  state: TenantState,
  planned: PlannedAt,
): Promise<void> {
  const moved = movedSince(state, planned);
  if (moved === null) return;
  const { reason, keys } = moved;
  const size = Math.min(state.heads.revision - planned.revision, NAMED);
  const since = size <= 0 || keys?.size === 0 ? [] : await store.revisions({ size });
  const told = since.flatMap((record) => movedIn(record, keys));
  const others = [...(keys ?? [])].map(movedText).filter(({ field }) => !told.some((one) => one.field === field));
  const violations = [...told, ...others];
  throw new Fault("stale", reason, { title: TITLE, violations: violations.slice(0, NAMED) });
}

/** A resource that moved, where nobody has looked who moved it. */
export function movedText(key: string): Violation {
  return { field: shownText(key), reason: "is not as it was planned on" };
}

/** Fault `stale` where the plan would write something else now, or where what it writes would do something else. */
export function refuseDiffering(
  { heads }: TenantState,
  planned: PlannedAt,
  now: { readonly written: Written; readonly kinds: Kinds },
): void {
  const { basis, revision } = planned;
  if (basis === null) return;
  const other = writtenOtherwise(basis, now.written);
  // More or fewer proxies alone take nothing from what was shown: the last of a service may be about to come back.
  const violations = other.length > 0 ? other : kindDifferences(basis.kinds, now.kinds, heads.revision !== revision);
  if (violations.length === 0) return;
  const detail = `${sinceText(planned, heads.revision)}, and what it would do is not what it shows; plan again`;
  throw new Fault("stale", detail, { title: TITLE, violations: violations.slice(0, NAMED) });
}

/** What a plan meets that cannot be committed at all any more, as a fault of the plan. Others as they are. */
export function staleBy(error: unknown, { heads }: TenantState, planned: PlannedAt): unknown {
  if (!(error instanceof Fault)) return error;
  if (error.code !== "invalid" && error.code !== "absent" && error.code !== "stale") return error;
  const detail = `${sinceText(planned, heads.revision)}, and it cannot be committed on what stands now: ${error.message}`;
  return new Fault("stale", detail, { title: TITLE, violations: error.violations, cause: error });
}

function movedKeys(state: TenantState, written: Written): ReadonlySet<string> {
  const standing = keysIn(written).map(([text, key]) => [text, findStored(state, key)?.etag ?? null] as const);
  return new Set(standing.flatMap(([text, etag]) => (etag === written[text]?.[0] ? [] : [text])));
}

function keysIn(written: Written): readonly (readonly [string, ResourceKey])[] {
  return Object.keys(written).map((text) => [text, keyIn(text)] as const);
}

function keyIn(text: string): ResourceKey {
  const [type = "", mesh = "", ...name] = text.split("/");
  return { type, mesh, name: name.join("/") };
}

function shownText(text: string): string {
  return shownKey(keyIn(text));
}

function writtenOtherwise({ written }: Basis, now: Written): readonly Violation[] {
  return [...new Set([...Object.keys(written), ...Object.keys(now)])].sort().flatMap((key) => {
    const [before, after] = [written[key], now[key]];
    const field = shownText(key);
    if (before === undefined) return [{ field, reason: "would be written, and the plan does not show that" }];
    if (after === undefined) return [{ field, reason: "is as planned already, and would be written no more" }];
    return before[1] === after[1] ? [] : [{ field, reason: "would be written otherwise than the plan shows" }];
  });
}

function sinceText({ plan, revision }: PlannedAt, newest: number): string {
  const made = `Plan ${plan} was made on revision ${revision}`;
  if (newest === revision) return `${made}, and proxies have come or gone since`;
  const to = newest === revision + 1 ? `revision ${newest}` : `revisions ${revision + 1} to ${newest}`;
  return `${made}, and ${to} came since`;
}

/** Of all resources where `keys` is null. */
function movedIn(
  { revision, actor, reason, changes }: RevisionRecord,
  keys: ReadonlySet<string> | null,
): readonly Violation[] {
  const why = reason === "" ? "" : `: ${reason}`;
  return changes.flatMap(({ key, before, after }) => {
    if (keys !== null && !keys.has(keyText(key))) return [];
    const deed = before === null ? "made" : after === null ? "deleted" : "changed";
    return [{ field: shownKey(key), reason: `was ${deed} by revision ${revision} of ${actor}${why}` }];
  });
}
