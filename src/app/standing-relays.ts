// The organisation's relays, each with how it stands.
import type { Standing } from "#control/bell/contact.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import type { ApiCall } from "./call.ts";

export interface StandingRelay extends Standing {
  readonly head: ZoneHead;
}

/** All, or those of one zone, by zone then relay; revoked ones too, which are never online. */
export async function standingRelays(call: ApiCall, zone?: string): Promise<readonly StandingRelay[]> {
  const { tenant } = call.caller;
  const store = call.app.store.within(tenant);
  const [heads, rows] = await Promise.all([store.zoneHeads(zone), store.contacts(zone)]);
  return heads.map((head) => {
    const row = rows.find((one) => one.zone === head.zone && one.relay === head.relay);
    const { zone, relay, enrolledAt, revoked } = head;
    const standing = call.app.contacts.standing({ tenant, zone, relay }, enrolledAt, row);
    return { head, ...standing, online: standing.online && !revoked };
  });
}
