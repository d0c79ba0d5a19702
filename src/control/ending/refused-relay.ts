// Which relays are answered no more. Shared with the tiny poll worker, so it imports little.
import { Fault } from "#model/fault.ts";
import type { ZoneHead } from "#store/face/relay.ts";

/** A relay asks again of its own accord, ever more seldom; seconds. */
const RETRY = 60;

/**
 * Fault `forbidden` for a relay that was revoked; `unavailable` for one whose organisation is to be deleted, which may be taken
 * back: the relay then keeps what it has to tell, as when the control plane is gone, and logs why.
 */
export function refuseEnded({
  zone,
  relay,
  revoked,
  closed,
}: Pick<ZoneHead, "zone" | "relay" | "revoked" | "closed">): void {
  if (revoked) throw new Fault("forbidden", `The relay ${relay} of zone ${zone} has been revoked`);
  if (closed !== true) return;
  const detail = `The organisation of the relay ${relay} of zone ${zone} has been deleted; until an owner restores it, nothing new comes`;
  throw new Fault("unavailable", detail, { retryAfter: RETRY });
}
