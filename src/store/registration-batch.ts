// Registrations inside a commit: joins and ends of many lives in few statements.
import type { Statement } from "./database.ts";
import type { Registration, RegistrationWrite } from "./face/registration.ts";
import { packJson } from "./limit.ts";

export interface SettledRegistrations {
  readonly sets: readonly Registration[];
  /** Ends that come after the last join of their name. */
  readonly gones: readonly { readonly mesh: string; readonly name: string; readonly id: string }[];
  /** `mesh/name` → the lives of which one must be the current one for the name's resource to go with it. */
  readonly ends: ReadonlyMap<string, readonly string[]>;
}

/** Folds writes in their order: a join replaces whatever was before it, so earlier writes of its name don't matter. */
export function settleRegistrations(writes: readonly RegistrationWrite[]): SettledRegistrations {
  const sets = new Map<string, Registration>();
  const gones = new Map<string, { mesh: string; name: string; id: string }[]>();
  for (const write of writes) {
    if ("set" in write) {
      const key = `${write.set.mesh}/${write.set.name}`;
      sets.set(key, write.set);
      gones.delete(key);
    } else {
      const key = `${write.gone.mesh}/${write.gone.name}`;
      gones.set(key, [...(gones.get(key) ?? []), write.gone]);
    }
  }
  const ends = new Map<string, readonly string[]>();
  for (const [key, ids] of [...gones].map(([key, list]) => [key, list.map(({ id }) => id)] as const)) {
    const set = sets.get(key);
    if (set === undefined) ends.set(key, ids);
    // The life that this commit begins goes on, so nothing goes with the end of another.
    else if (!ids.includes(set.id)) ends.set(key, []);
  }
  return { sets: [...sets.values()], gones: [...gones.values()].flat(), ends };
}

const SET = `INSERT INTO registration (tenant_id, mesh, name, id, zone, relay, owner, online, since, token_id, ready,
  versions)
SELECT ?1, e.value->>'mesh', e.value->>'name', e.value->>'id', e.value->>'zone', e.value->>'relay', e.value->>'owner',
  e.value->>'online', e.value->>'since', e.value->>'tokenId',
  e.value->>'ready', e.value->>'versions' FROM json_each(?2) e WHERE true
ON CONFLICT (tenant_id, mesh, name) DO UPDATE SET id = excluded.id, zone = excluded.zone, relay = excluded.relay,
  owner = excluded.owner, online = excluded.online, since = excluded.since,
  token_id = excluded.token_id, ready = excluded.ready, versions = excluded.versions`;
const CURRENT = "(mesh, name, id) IN (SELECT e.value->>'mesh', e.value->>'name', e.value->>'id' FROM json_each(?2) e)";
const GONE_STREAM = `DELETE FROM registration WHERE tenant_id = ?1 AND owner = 'stream' AND ${CURRENT}`;
const GONE_USER = `UPDATE registration SET online = 0, since = ?3 WHERE tenant_id = ?1 AND owner = 'user' AND online = 1 AND ${CURRENT}`;

/** Joins first; then ends, of which those that are not current match nothing. */
export function registrationStatements(
  tenant: string,
  { sets, gones }: SettledRegistrations,
  now: string,
): Statement[] {
  return [
    ...packJson(sets).map((pack) => ({ sql: SET, params: [tenant, pack] })),
    ...packJson(gones).flatMap((pack) => [
      { sql: GONE_STREAM, params: [tenant, pack] },
      { sql: GONE_USER, params: [tenant, pack, now] },
    ]),
  ];
}
