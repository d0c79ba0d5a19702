// The bell on Node: relays' WebSockets in process, by organisation and zone.
import type { WebSocket } from "ws";
import { PING_EVERY } from "#api/bell.ts";
import type { BellDoor } from "#app/call.ts";
import type { ContactBook } from "#control/bell/contact.ts";
import { answerRelay, closeAll, refuseCrowd, ringAll } from "#control/bell/socket.ts";
import type { Bell, Log } from "#control/deps.ts";
import type { RelayCaller } from "#control/face/caller.ts";
import type { TenantWriter } from "#control/writer.ts";
import type { Clock } from "#model/clock.ts";
import { admit } from "./upgrade.ts";

export interface BellServer extends Bell, BellDoor {
  /** Ends every connection: relays knock again, and find who comes after. Resolves once all are ended. */
  close(): Promise<void>;
}

export interface BellServerOptions {
  readonly contacts: Pick<ContactBook, "onBell" | "offBell">;
  readonly writerOf: (tenant: string) => Pick<TenantWriter, "bell">;
  readonly clock: Clock;
  readonly log: Log;
}

/** A relay that has not pinged for so long is gone, whatever its connection says; milliseconds. */
const SILENCE = 3 * PING_EVERY;
/** How long a relay may take to agree to an end; milliseconds. */
const AGREEING = 1000;

/** One relay's connection. */
interface Seated {
  readonly relay: RelayCaller;
  readonly socket: WebSocket;
  pingedAt: number;
}

export function openBellServer({ contacts, writerOf, clock, log }: BellServerOptions): BellServer {
  const byTenant = new Map<string, Map<string, Seated>>();
  const seatedOf = (tenant: string): ReadonlyMap<string, Seated> => byTenant.get(tenant) ?? new Map();
  const all = (): readonly Seated[] => [...byTenant.values()].flatMap((seated) => [...seated.values()]);

  let closing = false;

  function leave(mine: Seated): void {
    const { relay } = mine;
    // It is this process that goes.
    if (closing) return;
    const seated = byTenant.get(relay.tenant);
    // A newer connection of the relay has its seat.
    if (seated?.get(nameOf(relay)) !== mine) return;
    seated.delete(nameOf(relay));
    if (seated.size === 0) byTenant.delete(relay.tenant);
    contacts.offBell(relay);
    writerOf(relay.tenant).bell.gone(relay);
  }

  function take(relay: RelayCaller, socket: WebSocket): void {
    const mine: Seated = { relay, socket, pingedAt: clock() };
    const seated = byTenant.get(relay.tenant) ?? new Map<string, Seated>();
    byTenant.set(relay.tenant, seated);
    const older = seated.get(nameOf(relay));
    seated.set(nameOf(relay), mine);
    if (older !== undefined) closeAll([older.socket], "replaced");
    contacts.onBell(relay);
    socket.on("message", (data, isBinary) => {
      if (!answerRelay(socket, isBinary ? null : String(data))) return;
      mine.pingedAt = clock();
      if (seated.get(nameOf(relay)) === mine) contacts.onBell(relay);
    });
    // What it broke by is told by its close, which follows.
    socket.on("error", () => undefined);
    socket.on("close", () => leave(mine));
    writerOf(relay.tenant)
      .bell.come(relay)
      .then((position) => (position === null ? closeAll([socket], "revoked") : ringAll([socket], position)))
      .catch((error: unknown) => {
        log("warn", "a relay on the bell was not told where its zone is", { ...relay, error });
        socket.terminate();
      });
  }

  const sweeping = setInterval(() => {
    for (const { socket, pingedAt } of all()) if (clock() - pingedAt > SILENCE) socket.terminate();
  }, PING_EVERY);
  sweeping.unref();

  return {
    async open(relay, request) {
      const seated = seatedOf(relay.tenant);
      refuseCrowd(seated.size - (seated.has(nameOf(relay)) ? 1 : 0));
      return admit(request, (socket) => take(relay, socket));
    },
    ring(tenant, zone, position) {
      const heard = [...seatedOf(tenant).values()].filter(({ relay }) => relay.zone === zone);
      ringAll(
        heard.map(({ socket }) => socket),
        position,
      );
    },
    dismiss(relay) {
      const seated = seatedOf(relay.tenant).get(nameOf(relay));
      if (seated !== undefined) closeAll([seated.socket], "revoked");
    },
    async close() {
      closing = true;
      clearInterval(sweeping);
      const sockets = all().map(({ socket }) => socket);
      const ended = sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
      closeAll(sockets, "leaving");
      const hurry = setTimeout(() => {
        for (const socket of sockets) socket.terminate();
      }, AGREEING);
      await Promise.all(ended);
      clearTimeout(hurry);
    },
  };
}

// Neither part holds a slash.
function nameOf({ zone, relay }: RelayCaller): string {
  return `${zone}/${relay}`;
}
