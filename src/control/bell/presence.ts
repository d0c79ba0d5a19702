// What the writer knows of relays on the bell: what one that comes is told, and which are lost once their connection ends.

import type { ControlDeps } from "#control/deps.ts";
import type { RelayCaller } from "#control/face/caller.ts";
import type { Position } from "#model/position.ts";
import type { TenantStore } from "#store/store.ts";
import type { ContactKeeper } from "./contact.ts";

export interface BellPresence {
  /** It has come: the position of what its zone has, or null where it is revoked and hears nothing. One row is read. */
  come(relay: RelayCaller): Promise<Position | null>;
  /** Its connection has ended, and it has no other. Never throws. */
  gone(relay: RelayCaller): void;
}

/** Of one organisation's writer. `lost` is called once one is known to be gone. */
export function openBellPresence(
  store: Pick<TenantStore, "zoneHead">,
  contacts: Pick<ContactKeeper, "back" | "lost">,
  deps: Pick<ControlDeps, "contacts" | "log">,
  lost: () => void,
): BellPresence {
  /** Where every call comes to this process, polls are heard, too. */
  const polls = (relay: RelayCaller): boolean =>
    deps.contacts?.standing(relay, new Date(0).toISOString(), undefined).online ?? false;
  return {
    async come(caller) {
      const head = await store.zoneHead(caller.zone, caller.relay);
      if (head === null || head.revoked) return null;
      await contacts
        .back(caller)
        .catch((error: unknown) => deps.log("warn", "that a relay is back was not written", { ...caller, error }));
      return { epoch: head.epoch, sequence: head.sequence };
    },
    gone(caller) {
      contacts
        .lost(caller, () => polls(caller))
        .then((isLost) => isLost && lost())
        .catch((error: unknown) => deps.log("warn", "that a relay is gone was not written", { ...caller, error }));
    },
  };
}
