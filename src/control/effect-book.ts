// The effect book: what each committed revision did, told by what stood before it and what was published after it.
import { type Compiled, compile } from "#compile/compile.ts";
import { touchedBy } from "#compile/effect/touched.ts";
import type { View } from "#model/view.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { isNoOutcome, type Moment, momentOf, type Outcome, outcomeOf } from "./outcome.ts";
import { boundedOutcome } from "./outcome-bound.ts";
import { rulesOf } from "./rollback/rule.ts";
import type { TenantState } from "./state.ts";
import type { Tenant } from "./tenant.ts";
import { type StoredTouched, storedTouched } from "./touched.ts";
import { type Read, readAll, relaysByZone } from "./view/standing.ts";
import { zoneProxiesOf } from "./zone/places.ts";

/** What was published at once. */
export interface Publication {
  readonly revision: number;
  readonly views: readonly View[];
  readonly zones: ReadonlyMap<string, Compiled>;
}

export interface EffectBook {
  /** Where the next effect begins, unless that is known: called before a commit. Never throws. */
  begin(state: TenantState): Promise<void>;
  /**
   * Stores the effect of all revisions since the last publication, after whoever waits for that has been told. Where
   * publications come faster, one effect covers several. Never throws: an effect is not worth a snapshot.
   */
  note(publication: Publication): void;
  /** Resolves when all that was noted is stored. */
  settle(): Promise<void>;
  /** Somebody else has committed: the next commit begins anew. */
  forget(): void;
}

/** What is stored of one zone, and under the zone "" of none. */
export interface StoredEffect {
  readonly effect?: Outcome["effect"]["zones"][number];
  readonly access?: Outcome["access"];
  readonly faults?: Outcome["faults"];
  readonly cut?: Outcome["cut"];
  /** Absent where nobody may want to know: no mesh had a rule of automatic rollback. */
  readonly touched?: StoredTouched;
}

/** Characters of patches that are kept of a publication; a revision is kept for more than a year. */
const KEPT = 100_000;

interface Known {
  readonly revision: number;
  /** Made when it is asked for: most processes that open a writer commit nothing, and most sequences are no revisions. */
  readonly moment: (now: Publication) => Moment;
}

/** The effect book of one tenant. */
export function openEffectBook(tenant: Tenant): EffectBook {
  const { id, deps, store, vault } = tenant;
  let known: Known | null = null;
  let access: Moment["access"] | undefined;
  let waiting: Publication | null = null;
  let running: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    // Relays that have been rung are answered first.
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (let now = waiting; now !== null; now = waiting) {
      waiting = null;
      const before = known;
      known = knownOf(now);
      if (before === null || now.revision <= before.revision) continue;
      try {
        await storeEffect(before, now);
      } catch (error) {
        deps.log("warn", "an effect was not stored", { tenant: id, revision: now.revision, error });
      }
    }
  };
  const start = (): void => {
    running ??= run().finally(() => {
      running = null;
      // One may have come between the loop's last look and this line.
      if (waiting !== null) start();
    });
  };
  const storeEffect = async (before: Known, now: Publication): Promise<void> => {
    const old = before.moment(now);
    const moment = momentOf(now.views, now.zones, deps.digest, old);
    access = moment.access;
    known = { revision: now.revision, moment: () => moment };
    const state = await tenant.state();
    const isJudged = [...state.meshes.keys()].some((mesh) => rulesOf(state, mesh).length > 0);
    const touched = isJudged ? storedTouched(touchedBy(old.zones, moment.zones)) : undefined;
    const rows = rowsOf(boundedOutcome(outcomeOf(old, moment), KEPT), touched);
    const place = { revision: now.revision, first: before.revision + 1 };
    await store.addEffects(rows.map(([zone, body]) => ({ ...place, zone, body: JSON.stringify(body) })));
  };
  const knownOf = ({ revision, views, zones }: Publication): Known => ({
    revision,
    moment: () => momentOf(views, zones, deps.digest, access && { access }),
  });
  return {
    async begin(state) {
      if (known !== null || waiting !== null) return;
      try {
        const { revision } = state.heads;
        const read = await readAll({ vault }, state);
        const proxies = new Map([...relaysByZone(state).keys()].map((zone) => [zone, zoneProxiesOf(state, zone)]));
        known ??= { revision, moment: (now) => compiledBefore(read, proxies, now) };
      } catch (error) {
        deps.log("warn", "effects are not told", { tenant: id, error });
      }
    },
    note(publication) {
      waiting = publication;
      start();
    },
    async settle() {
      while (running !== null) await running;
    },
    forget() {
      known = null;
    },
  };

  /** Compiled after the fact, with what the later compile knows: a memo changes the time alone. */
  function compiledBefore(
    { views: trusted, native }: Read,
    proxies: ReadonlyMap<string, readonly ZoneProxy[]>,
    now: Publication,
  ): Moment {
    const views = trusted.map(({ view }) => view);
    const zones = [...proxies].map(([zone, zoneProxies]): readonly [string, Compiled] => [
      zone,
      compile({ zone, views, zoneProxies, native }, deps.digest, now.zones.get(zone)?.memo),
    ]);
    return momentOf(views, new Map(zones), deps.digest);
  }
}

/** The row of no zone is always there: it says that nothing else is. */
function rowsOf(
  outcome: Outcome,
  touched: StoredTouched | undefined,
): readonly (readonly [zone: string, body: StoredEffect])[] {
  const { effect, access, faults, cut } = outcome;
  const told = isNoOutcome(outcome) ? {} : { access, faults, ...(cut && { cut }) };
  const whole: StoredEffect = { ...told, ...(touched && { touched }) };
  return [["", whole], ...effect.zones.map((one) => [one.zone, { effect: one }] as const)];
}
