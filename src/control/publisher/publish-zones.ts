// A round: every zone that is behind what was committed, as of one moment; then statuses, and the effect of what was committed.
import type { EffectBook } from "#control/effect-book.ts";
import type { FaultBook } from "#control/fault-book.ts";
import type { EnvelopeSigner } from "#control/secret/envelope-key.ts";
import type { TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { type Read, readAll, relaysByZone } from "#control/view/standing.ts";
import { livesByRelay } from "#control/zone/lives.ts";
import { zoneProxiesOf } from "#control/zone/places.ts";
import { isLater } from "#model/position.ts";
import type { SayAlike } from "./alike.ts";
import { publishZone, type ZoneBooks } from "./publish-zone.ts";

/** Zones are compiled one after the other, and after so long others have their turn; milliseconds. */
const LONGEST_BLOCK = 10;

const NOBODY: ReturnType<typeof livesByRelay> = new Map();

interface Books extends ZoneBooks {
  readonly faults: FaultBook;
  readonly effects: EffectBook;
  readonly sayAlike: SayAlike;
}

/** Of a zone: whether nobody is ahead, or why it was not published. */
type Done = { readonly isNewest: boolean } | { readonly error: unknown };

/** Publishes all zones that are behind; throws where one of them failed, after the others. */
export async function publishZones(tenant: Tenant, signer: EnvelopeSigner, books: Books): Promise<void> {
  const { memos, faults, effects, sayAlike } = books;
  const state = await tenant.state();
  const read = await readAll(tenant, state);
  // From here to the first await nothing can be committed in between: heads, views, event numbers and gates belong together.
  const { heads } = state;
  const zones = relaysByZone(state);
  for (const zone of [...memos.keys()]) if (!zones.has(zone)) memos.delete(zone);
  const work = [...zones].flatMap(([zone, relays]) => {
    const behind = relays.some((relay) => isLater(heads, relay));
    return behind ? [{ zone, relays, zoneProxies: zoneProxiesOf(state, zone) }] : [];
  });
  const lives = work.length === 0 ? NOBODY : livesByRelay(state);
  const alike = sayAlike(state, read);
  const keeps = keepsCompiles(tenant, state, zones.size);
  // What was kept of it while it was smaller.
  if (!keeps) for (const memo of memos.values()) Object.assign(memo, { compiled: null, stored: null });
  const round = { state, heads, read, lives, alike, signer, keeps };
  const publications: Promise<Done>[] = [];
  let since = tenant.deps.clock();
  for (const one of work) {
    if (tenant.deps.rest !== undefined) await tenant.deps.rest(tenant.id);
    else if (tenant.deps.clock() - since > LONGEST_BLOCK) {
      await breath();
      since = tenant.deps.clock();
    }
    const publication = publishZone(tenant, round, one, books).then(
      (isNewest): Done => ({ isNewest }),
      (error: unknown): Done => ({ error }),
    );
    publications.push(publication);
    if (!keeps) await publication;
  }
  logProblems(tenant, read);
  const done = await Promise.all(publications);
  await faults.write(state);
  for (const one of done) if ("error" in one) throw one.error;
  if (!keeps || done.some((one) => "isNewest" in one && !one.isNewest)) return effects.forget();
  const compiled = new Map(
    [...memos].flatMap(([zone, memo]) => (memo.compiled ? [[zone, memo.compiled] as const] : [])),
  );
  effects.note({ revision: heads.revision, views: read.views.map(({ view }) => view), zones: compiled });
}

/**
 * Whether compiles stay for the next one and for the effect of a change. Each zone's compile knows the proxies of all zones.
 * Where they do not stay, zones are compiled one after the other, each from nothing, and no two of them are there at once.
 */
function keepsCompiles({ deps }: Tenant, { meshes }: TenantState, zones: number): boolean {
  if (deps.keptProxies === undefined) return true;
  let proxies = 0;
  for (const { lists } of meshes.values()) proxies += lists.get("Dataplane")?.length ?? 0;
  return proxies * zones <= deps.keptProxies;
}

/** Lets all go on that has been waiting. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function logProblems({ id, deps }: Tenant, { views, zoneTrust }: Read): void {
  for (const { view, trust } of views)
    for (const problem of trust.problems)
      deps.log("warn", "trust of a mesh", { tenant: id, mesh: view.mesh.name, problem });
  for (const problem of zoneTrust.problems) deps.log("warn", "trust of the zones", { tenant: id, problem });
}
