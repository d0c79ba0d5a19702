// All chores of one organisation's writer: the audit log, webhooks and their deliveries, revisions to judge, unused blobs.
import type { WebhookRow } from "#store/face/webhook.ts";
import { earliest } from "./alarm.ts";
import { openAuditKeeper } from "./audit/keeper.ts";
import { GRACE, openBlobCollector } from "./blob-collector.ts";
import { openChore } from "./chore.ts";
import type { EnvelopeSigner } from "./secret/envelope-key.ts";
import type { Tenant } from "./tenant.ts";
import { openDeliverer } from "./webhook/deliverer.ts";
import { openWatcher } from "./webhook/watcher.ts";

const DAY = 86_400_000;
/** What relays tell comes in bursts, and is looked at together; milliseconds. */
const BURST = 500;

export interface Chores {
  /** When the first is due, milliseconds since 1970; null = none is. */
  due(): number | null;
  /** Begins what is due. */
  look(): void;
  /** A use case has ended: what it wrote into the outbox is sent, and a checkpoint of the audit log follows within a day. */
  done(): void;
  /** Something was written into the outbox beside the writer; whether there may be somebody to send it to. */
  heard(): Promise<boolean>;
  /** A relay has told something. */
  reported(): void;
  /** Blobs were noted as unused. */
  dropped(): void;
  /** Webhooks were made or changed. */
  rewired(): void;
  /** Audit entries are kept for another time. */
  resettled(): void;
  /** A relay has told what a revision may have to be taken back for. */
  suspected(): void;
  /** Nothing is under way, calls to receivers included. */
  isQuiet(): boolean;
  /** Resolves when that is so. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface ChoreHooks {
  /** Judges revisions; resolves to when that is to be done again. */
  judge(): Promise<number | null>;
  /** The first chore is due at another time. */
  changed(): void;
}

/** Opens them; nothing is read before they are looked at. */
export function openChores(
  tenant: Tenant,
  signer: () => Promise<EnvelopeSigner>,
  { judge, changed }: ChoreHooks,
): Chores {
  const { id, deps, store } = tenant;
  const { receivers } = deps;
  const keeper = openAuditKeeper(tenant, signer);
  const audit = openChore(deps, id, "audit", keeper.tend, changed);

  /** An organisation without webhooks costs no read: only its writer makes them. */
  let mayListen = true;
  const listening = async (): Promise<readonly WebhookRow[]> => {
    const active = (await store.webhooks.list()).filter(({ disabledAt }) => disabledAt === null);
    mayListen = active.length > 0;
    return active;
  };
  const deliverer = receivers && openDeliverer(tenant, receivers, listening, () => deliveries?.ask(deps.clock()));
  const deliveries = deliverer && openChore(deps, id, "webhook deliveries", deliverer.tend, changed);
  const watcher = receivers && openWatcher(tenant, listening);
  const watch =
    watcher &&
    openChore(
      deps,
      id,
      "webhook events",
      async () => {
        const next = await watcher.tend();
        deliveries?.ask(deps.clock());
        return next;
      },
      changed,
    );
  const blobs = openChore(deps, id, "blobs", openBlobCollector(tenant).tend, changed);
  const rollbacks = openChore(deps, id, "rollbacks", judge, changed);
  const all = [audit, watch, deliveries, blobs, rollbacks].filter((one) => one !== undefined);

  return {
    due: () => earliest(all.map((one) => one.due())),
    look() {
      for (const one of all) one.look();
    },
    done() {
      if (audit.due() === null) audit.ask(deps.clock() + DAY);
      if (mayListen) deliveries?.ask(deps.clock());
    },
    async heard() {
      if (!mayListen || deliveries === undefined) return false;
      deliveries.ask(deps.clock());
      await deliveries.settle();
      return mayListen;
    },
    reported() {
      if (mayListen) watch?.ask(deps.clock() + BURST);
    },
    suspected: () => rollbacks.ask(deps.clock()),
    dropped: () => blobs.ask(deps.clock() + GRACE),
    rewired() {
      mayListen = true;
      watch?.ask(deps.clock());
      deliveries?.ask(deps.clock());
    },
    resettled: () => audit.ask(deps.clock()),
    isQuiet: () => deliverer?.isCalling() !== true && !all.some((one) => one.isRunning()),
    async settle() {
      // What is seen is delivered, and what was delivered makes room for more.
      do for (const one of all) await one.settle();
      while ((await deliverer?.settle()) === true);
    },
    async close() {
      await Promise.all([...all.map((one) => one.close()), deliverer?.close()]);
    },
  };
}
