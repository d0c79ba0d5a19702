// The bell on Workers: an organisation's object holds its relays' WebSockets, and sleeps while they stand open.
import type { Closing } from "#api/bell.ts";
import type { BellPresence } from "#control/bell/presence.ts";
import { closeAll, refuseCrowd, ringAll } from "#control/bell/socket.ts";
import type { Bell } from "#control/deps.ts";
import type { RelayCaller } from "#control/face/caller.ts";
import { outcomeOf } from "./outcome.ts";

export interface HibernatingBell extends Bell {
  /** The answer to a relay's call for a WebSocket, or what was refused. A newer connection of a relay ends the older. */
  seat(relay: RelayCaller, presence: BellPresence): Promise<Response>;
  /** The same for a poll of the relay that is held: it is rung, and says nothing of whether the relay is there. */
  hold(relay: RelayCaller): Promise<Response>;
  /** Whether the relay has a connection to the bell that stands. */
  holds(relay: RelayCaller): boolean;
}

type Sockets = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">;

/** Of one organisation. Nothing is kept in memory, which a sleeping object loses: a connection knows whose it is by its tags. */
export function openHibernatingBell(ctx: Sockets): HibernatingBell {
  const standing = (tag?: string): readonly WebSocket[] =>
    ctx.getWebSockets(tag).filter(({ readyState }) => readyState === WebSocket.OPEN);
  const closeOf = (tag: string, closing: Closing): void => closeAll(standing(tag), closing);
  /** What refuses one more connection, beside so many that it takes the place of; null = nothing. */
  const refusal = async (replaced: number): Promise<Response | null> => {
    const outcome = await outcomeOf(async () => refuseCrowd(standing().length - replaced));
    return outcome.kind === "value" ? null : Response.json(outcome, { status: 409 });
  };
  return {
    async seat(relay, presence) {
      const refused = await refusal(standing(relayTag(relay)).length);
      if (refused !== null) return refused;
      closeOf(relayTag(relay), "replaced");
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
    async hold(relay) {
      const refused = await refusal(0);
      if (refused !== null) return refused;
      const { 0: far, 1: near } = new WebSocketPair();
      ctx.acceptWebSocket(near, [zoneTag(relay.zone), holdTag(relay)]);
      return new Response(null, { status: 101, webSocket: far });
    },
    holds: (relay) => standing(relayTag(relay)).length > 0,
    ring: (_, zone, position) => ringAll(standing(zoneTag(zone)), position),
    dismiss(relay) {
      closeOf(relayTag(relay), "revoked");
      closeOf(holdTag(relay), "revoked");
    },
  };
}

/** Whose connection to the bell it is; null where it was never seated, and of a held poll. */
export function relayOf(socket: WebSocket): RelayCaller | null {
  return socket.deserializeAttachment() as RelayCaller | null;
}

function zoneTag(zone: string): string {
  return `zone ${zone}`;
}

function relayTag({ zone, relay }: RelayCaller): string {
  return `relay ${zone}/${relay}`;
}

function holdTag({ zone, relay }: RelayCaller): string {
  return `hold ${zone}/${relay}`;
}
