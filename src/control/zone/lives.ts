// Who lives at which relay, as registrations stand: what a relay compares with what it serves.
import { livesDigest } from "#api/lives.ts";
import type { LivesAnswer } from "#api/zone.ts";
import type { RelayCaller } from "#control/face/caller.ts";
import { relayKey, type TenantState } from "#control/state.ts";
import type { Registration } from "#store/face/registration.ts";

/** `livesDigest` of every relay at which somebody lives, by `<zone>/<relay>`. */
export function livesByRelay(state: TenantState): ReadonlyMap<string, string> {
  const ids = new Map<string, string[]>();
  for (const life of living(state)) {
    const key = relayKey(life);
    const known = ids.get(key);
    if (known === undefined) ids.set(key, [life.id]);
    else known.push(life.id);
  }
  return new Map([...ids].map(([key, own]) => [key, livesDigest(own)]));
}

/** In what these lives of the relay differ from what stands. What a user registered is the user's to end. */
export function compareLives(state: TenantState, relay: RelayCaller, lives: readonly string[]): LivesAnswer {
  const here = [...living(state)].filter((life) => life.zone === relay.zone && life.relay === relay.relay);
  const known = new Set(here.map(({ id }) => id));
  const over = new Set([...registered(state)].flatMap(({ id, online }) => (online ? [] : [id])));
  const told = new Set(lives);
  return {
    missing: lives.filter((id) => !known.has(id)),
    ended: lives.filter((id) => over.has(id)),
    extra: here.flatMap(({ mesh, name, id, owner }) =>
      told.has(id) || owner === "user" ? [] : [{ mesh, name, registration: id }],
    ),
  };
}

function* living(state: TenantState): Iterable<Registration> {
  for (const life of registered(state)) if (life.online) yield life;
}

function* registered({ registrations, meshes }: TenantState): Iterable<Registration> {
  yield* registrations.values();
  for (const mesh of meshes.values()) yield* mesh.registrations.values();
}
