// A writer whose organisation may end: while it is to be deleted the writer rests, can be begun again, and at last removes all there is.
import { earliest, openAlarm } from "#control/alarm.ts";
import type { ControlDeps } from "#control/deps.ts";
import { openTellingStore } from "#control/event/telling-store.ts";
import type { Writer } from "#control/face/writer.ts";
import type { Tiers } from "#control/limit/tiers.ts";
import { openQueue } from "#control/queue.ts";
import { openWriter, type TenantWriter } from "#control/writer.ts";
import type { Organisation } from "#store/face/organisation.ts";
import { alignEnd, type EndDeps, endOrganisation, restoreOrganisation } from "./end.ts";
import { refuseEnding } from "./refused-organisation.ts";

export interface MortalWriter extends TenantWriter, Pick<Writer, "endOrganisation" | "restoreOrganisation"> {
  /** Whether there is no such organisation any more: then nobody need remember the writer. */
  isGone(): boolean;
  /** When somebody called it last, milliseconds since 1970; zero = nobody has, null = a call is under way. */
  calledAt(): number | null;
}

/** Statements of one run of the removal: what one call of a worker may ask of its database. */
const STATEMENTS = 200;
/** Between two runs, and after one that failed; milliseconds. */
const PAUSE = { more: 1000, failed: 60_000 } as const;

/** Opens it; nothing is read before its first use. `gone` is called once nothing is left. */
export function openMortalWriter(
  id: string,
  deps: ControlDeps,
  tiers: Pick<Tiers, "of">,
  gone: () => void,
): MortalWriter {
  const { directory } = deps.store;
  const within = deps.store.within(id);
  const store = deps.tell === undefined ? within : openTellingStore(within, deps.tell);
  const { members } = deps.store;
  const told: EndDeps = { clock: deps.clock, store: { directory, members, within: () => store } };
  let live = openWriter(id, deps, tiers);
  /** As the directory said; absent = not asked yet. Only this writer changes it. */
  let known: Promise<Organisation | null> | null = null;
  /** Since it was marked: nothing of the writer goes on. */
  let rests = false;
  let isGone = false;
  let closed = false;

  const look = (): Promise<Organisation | null> => {
    const asked = known ?? directory.findOrganisation({ id });
    known = asked;
    asked.catch(() => {
      if (known === asked) known = null;
    });
    return asked;
  };
  const queue = openQueue();

  /** Its timers end, and its relays hear the bell no more. */
  const rest = async (): Promise<void> => {
    if (rests) return;
    rests = true;
    const before = live;
    live = openWriter(id, deps, tiers);
    await before.close();
    for (const { zone, relay } of await within.zoneHeads()) deps.bell.dismiss({ tenant: id, zone, relay });
  };
  const vanish = (): void => {
    isGone = true;
    gone();
  };
  /** A piece of the removal; sets the alarm for the rest. */
  const remove = async (): Promise<void> => {
    if (isGone || closed) return;
    try {
      if (!(await deps.store.remove(id, STATEMENTS))) return await alarm.set(deps.clock() + PAUSE.more);
      deps.log("info", "an organisation was removed", { tenant: id });
      vanish();
    } catch (error) {
      deps.log("warn", "an organisation was not removed", { tenant: id, error });
      await alarm.set(deps.clock() + PAUSE.failed);
    }
  };
  /** The directory does not know it: a removal may have stopped at its last line. */
  const sweep = async (): Promise<void> => {
    if (isGone || closed) return;
    // A purge ends with the heads. Rows beside heads are of one that is being restored, or that the directory has lost: they stay.
    if ((await within.heads()).sequence === 0 && !(await within.purge(STATEMENTS)))
      return alarm.set(deps.clock() + PAUSE.more);
    vanish();
  };
  /** What stops between the two databases is made good a while later. */
  const whole = async <T>(use: () => Promise<T>): Promise<T> => {
    try {
      return await use();
    } catch (error) {
      known = null;
      await alarm.set(deps.clock() + PAUSE.failed);
      throw error;
    }
  };
  /** Has all be as the directory says; whether the organisation stands. */
  const tend = async (): Promise<boolean> => {
    const organisation = await look();
    if (organisation === null) {
      await sweep();
      return false;
    }
    const { ending } = organisation;
    if (ending !== undefined && Date.parse(ending.purgeAt) <= deps.clock()) {
      await remove();
      return false;
    }
    await alignEnd(told, organisation);
    if (ending === undefined) rests = false;
    else {
      await rest();
      await alarm.set(Date.parse(ending.purgeAt));
    }
    return ending === undefined;
  };
  const recover = (): Promise<void> =>
    queue.inTurn(async () => {
      known = null;
      if (await whole(tend)) await live.recover();
    });
  const failed = (error: unknown): void => deps.log("warn", "a writer did not wake", { tenant: id, error });
  const alarm = openAlarm(deps, id, () => void recover().catch(failed));

  let calls = 0;
  let calledAt = 0;
  const called = <T>(use: () => Promise<T>): Promise<T> => {
    calls++;
    return use().finally(() => {
      calls--;
      calledAt = deps.clock();
    });
  };
  const guarded = Object.keys(live).map((name) => {
    const method = (...args: readonly unknown[]): Promise<unknown> =>
      called(async () => {
        refuseEnding(await look());
        return (live as unknown as Readonly<Record<string, (...given: readonly unknown[]) => unknown>>)[name]?.(
          ...args,
        );
      });
    return [name, method];
  });

  return {
    ...(Object.fromEntries(guarded) as unknown as TenantWriter),
    endOrganisation: (caller, wanted) =>
      queue.inTurn(() =>
        whole(async () => {
          // Set before anything is written: a crash between the two databases is made good by it.
          await deps.beforeCommit?.(id);
          const ending = await endOrganisation(told, caller, wanted);
          known = null;
          await rest();
          await alarm.set(Date.parse(ending.purgeAt));
          return ending;
        }),
      ),
    restoreOrganisation: (caller) =>
      queue.inTurn(() =>
        whole(async () => {
          await deps.beforeCommit?.(id);
          await restoreOrganisation(told, caller);
          known = null;
          rests = false;
          await alarm.set(null);
          // What time has changed meanwhile follows.
          void live.recover().catch(failed);
        }),
      ),
    recover,
    bell: {
      come: (relay) => called(async () => ((await look())?.ending === undefined ? live.bell.come(relay) : null)),
      gone: (relay) =>
        void called(look)
          .then((found) => found?.ending === undefined && live.bell.gone(relay))
          .catch(() => undefined),
    },
    view: () => called(() => live.view()),
    due() {
      // One that rests was never begun: only its end is to come.
      const due = rests ? null : live.due();
      if (!queue.isQuiet() || due === undefined) return undefined;
      return earliest([due, alarm.due()]);
    },
    calledAt: () => (calls > 0 ? null : calledAt),
    async settle() {
      await look();
      await queue.settled();
      await live.settle();
    },
    async close() {
      closed = true;
      alarm.close();
      await known?.catch(() => undefined);
      await queue.settled();
      await live.close();
    },
    isGone: () => isGone,
  };
}
