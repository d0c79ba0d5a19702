// Derived things: what follows from what users and relays wrote, planned for the very batch that makes it follow.

import { keyText } from "#model/resource.ts";
import type { Commit, StatusWrite, Write } from "#store/face/commit.ts";
import type { Derived } from "./derive/derived.ts";
import type { Deriver } from "./derive/deriver.ts";
import { DERIVERS } from "./derive/derivers.ts";
import { openWorld, type World } from "./derive/world.ts";
import type { TenantState } from "./state.ts";

/** A commit with what follows from it. */
export interface Whole {
  readonly commit: Commit;
  /** A derived write was left out because the commit itself writes its key: derive again after it. */
  readonly again: boolean;
}

/**
 * The commit and what follows from it at `now` (milliseconds since 1970). It stays as it is where nobody looks at what it
 * touches; else it holds only if nothing else was committed since `state`. Deriving again adds nothing.
 */
export function withDerived(
  state: TenantState,
  commit: Commit,
  now: number,
  derivers: readonly Deriver[] = DERIVERS,
): Whole {
  return complete(openWorld(state, commit, now), commit, state.heads.sequence, derivers);
}

/** All that stands derived anew, as a commit of its own; null when nothing differs. */
export function deriveAll(
  state: TenantState,
  commit: Commit,
  now: number,
  derivers: readonly Deriver[] = DERIVERS,
): Commit | null {
  const { commit: whole } = complete(openWorld(state, commit, now, true), commit, state.heads.sequence, derivers);
  return isMore(whole) ? whole : null;
}

/** The earliest time at which time alone changes what is derived; null = never. */
export function dueOf(state: TenantState, derivers: readonly Deriver[] = DERIVERS): number | null {
  const times = derivers.flatMap(({ due }) => due?.(state) ?? []);
  return times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b));
}

function complete(world: World, commit: Commit, sequence: number, derivers: readonly Deriver[]): Whole {
  const own = new Set(commit.writes.map(({ key }) => keyText(key)));
  const found: Derived[] = [];
  let looked = false;
  let again = false;
  for (const { watches, derive } of derivers) {
    for (const mesh of world.touched) {
      if (!watches.some((type) => mesh.touched.has(type))) continue;
      looked = true;
      const derived = derive(mesh, world);
      const clear = (derived.derived ?? []).filter(({ key }) => !own.has(keyText(key)));
      again ||= clear.length < (derived.derived?.length ?? 0);
      const kept: Derived = { ...derived, ...(derived.derived && { derived: clear }) };
      mesh.apply(kept);
      found.push(kept);
    }
  }
  if (!looked) return { commit, again };
  const derived = lastOfEach(found.flatMap((one) => one.derived ?? []));
  const statuses = joined(found.flatMap((one) => one.statuses ?? []));
  const addresses = found.flatMap((one) => one.addresses ?? []);
  return {
    commit: {
      ...commit,
      ...(derived.length > 0 && { derived }),
      ...(statuses.length > 0 && { statuses }),
      ...(addresses.length > 0 && { addresses }),
      readSequence: sequence,
    },
    again,
  };
}

/** A later deriver may write what an earlier one wrote. */
function lastOfEach(writes: readonly Write[]): readonly Write[] {
  return [...new Map(writes.map((write) => [keyText(write.key), write])).values()];
}

/** One patch a resource: derivers patch members of their own. */
function joined(statuses: readonly StatusWrite[]): readonly StatusWrite[] {
  const found = new Map<string, StatusWrite>();
  for (const { key, patch } of statuses) {
    const before = found.get(keyText(key));
    found.set(keyText(key), { key, patch: { ...before?.patch, ...patch } });
  }
  return [...found.values()];
}

function isMore({ derived = [], statuses = [], addresses = [] }: Commit): boolean {
  return derived.length > 0 || statuses.length > 0 || addresses.length > 0;
}
