// A writer whose organisation may end: while it is to be deleted the writer rests, can be begun again, and at last removes all there is.
import { openAlarm } from "#control/alarm.ts";
import type { Writer } from "#control/control.ts";
import type { ControlDeps } from "#control/deps.ts";
import { openTellingStore } from "#control/event/telling-store.ts";
import type { Tiers } from "#control/limit/tiers.ts";
import { openWriter, type TenantWriter } from "#control/writer.ts";
import type { Ending } from "#store/face/organisation.ts";
import { type EndDeps, endOrganisation, restoreOrganisation } from "./end.ts";
import { refuseEnding } from "./refused-organisation.ts";

export interface MortalWriter extends TenantWriter, Pick<Writer, "endOrganisation" | "restoreOrganisation"> {
  /** Whether nothing is left of the organisation: then nobody need remember the writer. */
  isGone(): boolean;
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
  let known: Promise<{ readonly name: string; readonly ending?: Ending }> | null = null;
  let isGone = false;
  let closed = false;

  const look = (): Promise<{ readonly name: string; readonly ending?: Ending }> => {
    const asked = known ?? directory.findOrganisation({ id }).then((found) => found ?? { name: "" });
    known = asked;
    asked.catch(() => {
      if (known === asked) known = null;
    });
    return asked;
  };
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(use: () => Promise<T>): Promise<T> => {
    const mine = queue.then(use);
    queue = mine.catch(() => undefined);
    return mine;
  };

  /** What is due of the removal; sets the alarm for the rest. */
  const tend = async (): Promise<void> => {
    known = null;
    const { ending } = await look();
    if (ending === undefined || isGone || closed) return;
    if (Date.parse(ending.purgeAt) > deps.clock()) return alarm.set(Date.parse(ending.purgeAt));
    try {
      if (!(await deps.store.remove(id, STATEMENTS))) return await alarm.set(deps.clock() + PAUSE.more);
      isGone = true;
      deps.log("info", "an organisation was removed", { tenant: id });
      gone();
    } catch (error) {
      deps.log("warn", "an organisation was not removed", { tenant: id, error });
      await alarm.set(deps.clock() + PAUSE.failed);
    }
  };
  const alarm = openAlarm(deps, id, () => void inTurn(tend));

  const guarded = Object.keys(live).map((name) => {
    const method = async (...args: readonly unknown[]): Promise<unknown> => {
      refuseEnding(await look());
      return (live as unknown as Readonly<Record<string, (...given: readonly unknown[]) => unknown>>)[name]?.(...args);
    };
    return [name, method];
  });

  return {
    ...(Object.fromEntries(guarded) as unknown as TenantWriter),
    endOrganisation: (caller, wanted) =>
      inTurn(async () => {
        // Set before anything is written: a crash between the two databases is made good by it.
        await deps.beforeCommit?.(id);
        const ending = await endOrganisation(told, caller, wanted);
        known = null;
        const resting = live;
        live = openWriter(id, deps, tiers);
        await resting.close();
        for (const { zone, relay } of await within.zoneHeads()) deps.bell.dismiss({ tenant: id, zone, relay });
        await alarm.set(Date.parse(ending.purgeAt));
        return ending;
      }),
    restoreOrganisation: (caller) =>
      inTurn(async () => {
        await deps.beforeCommit?.(id);
        await restoreOrganisation(told, caller);
        known = null;
        await alarm.set(null);
        // What time has changed meanwhile follows.
        void live.recover().catch((error: unknown) => deps.log("warn", "a writer did not wake", { tenant: id, error }));
      }),
    recover: () =>
      inTurn(async () => {
        known = null;
        const { ending } = await look();
        await align(ending !== undefined);
        return ending === undefined ? live.recover() : tend();
      }),
    bell: {
      come: async (relay) => ((await look()).ending === undefined ? live.bell.come(relay) : null),
      gone: (relay) =>
        void look()
          .then(({ ending }) => ending === undefined && live.bell.gone(relay))
          .catch(() => undefined),
    },
    view: () => live.view(),
    async settle() {
      await look();
      await queue;
      await live.settle();
    },
    async close() {
      closed = true;
      alarm.close();
      await known?.catch(() => undefined);
      await queue;
      await live.close();
    },
    isGone: () => isGone,
  };

  /** A crash may have left the relays as they were before. */
  async function align(ended: boolean): Promise<void> {
    const heads = await within.zoneHeads();
    if (heads.some((head) => (head.closed === true) !== ended)) await store.closeRelays(ended);
  }
}
