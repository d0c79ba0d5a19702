// The bell on Workers: an organisation's object holds its relays' WebSockets, and sleeps while they stand open.
import type { Closing } from "#api/bell.ts";
import type { BellPresence } from "#control/bell-presence.ts";
import { closeAll, refuseCrowd, ringAll } from "#control/bell-socket.ts";
import type { RelayCaller } from "#control/control.ts";
import type { Bell } from "#control/deps.ts";
import { outcomeOf } from "./outcome.ts";

export interface HibernatingBell extends Bell {
  /** The answer to a relay's call for a WebSocket, or what was refused. A newer connection of a relay ends the older. */
  seat(relay: RelayCaller, presence: BellPresence): Promise<Response>;
  /** Whether the relay has a connection that stands. */
  holds(relay: RelayCaller): boolean;
}

type Sockets = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">;

/** Of one organisation. Nothing is kept in memory, which a sleeping object loses: a connection knows whose it is by its tags. */
export function openHibernatingBell(ctx: Sockets): HibernatingBell {
  const standing = (tag?: string): readonly WebSocket[] =>
    ctx.getWebSockets(tag).filter(({ readyState }) => readyState === WebSocket.OPEN);
  const closeOf = (relay: RelayCaller, closing: Closing): void => closeAll(standing(relayTag(relay)), closing);
  return {
    async seat(relay, presence) {
      const outcome = await outcomeOf(async () => refuseCrowd(standing().length - standing(relayTag(relay)).length));
      if (outcome.kind !== "value") return Response.json(outcome, { status: 409 });
      closeOf(relay, "replaced");
      const { 0: far, 1: near } = new WebSocketPair();
      ctx.acceptWebSocket(near, [zoneTag(relay.zone), relayTag(relay)]);
      near.serializeAttachment(relay);
      // Read after it was accepted: what is published from here on is rung to it.
      const position = await presence.come(relay).catch((error: unknown) => {
        closeAll([near], "leaving");
        throw error;
      });
      if (position === null) closeAll([near], "revoked");
      else ringAll([near], position);
      return new Response(null, { status: 101, webSocket: far });
    },
    holds: (relay) => standing(relayTag(relay)).length > 0,
    ring: (_, zone, position) => ringAll(standing(zoneTag(zone)), position),
    dismiss: (relay) => closeOf(relay, "revoked"),
  };
}

/** Whose connection it is; null where it was never seated. */
export function relayOf(socket: WebSocket): RelayCaller | null {
  return socket.deserializeAttachment() as RelayCaller | null;
}

function zoneTag(zone: string): string {
  return `zone ${zone}`;
}

function relayTag({ zone, relay }: RelayCaller): string {
  return `relay ${zone}/${relay}`;
}
