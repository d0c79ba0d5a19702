// The writer of one organisation as a Durable Object: one place, one at a time, by RPC.
import { DurableObject } from "cloudflare:workers";
import { PING, PONG } from "#api/bell.ts";
import { answerRelay } from "#control/bell/socket.ts";
import type { MortalWriter } from "#control/ending/mortal-writer.ts";
import type { Writer } from "#control/face/writer.ts";
import { openBuckets } from "#control/limit/bucket.ts";
import { type Control, openControl } from "#control/open.ts";
import { overRate } from "#model/limit/over.ts";
import { openEarliestAlarm, TENANT } from "./earliest-alarm.ts";
import type { WriterEnvironment } from "./environment.ts";
import { eventLines } from "./event-lines.ts";
import { openFloor } from "./floor.ts";
import { openHibernatingBell, relayOf } from "./hibernating-bell.ts";
import { openLog } from "./log.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { receivers } from "./webhook-call.ts";

/** How long after a commit the alarm compiles what a crash left uncompiled, and an alarm that failed rings again; milliseconds. */
const RECOVERY_DELAY = 10_000;

export class OrganisationWriter extends DurableObject<WriterEnvironment> {
  #control: Promise<Control> | undefined;
  readonly #buckets = openBuckets();
  readonly #bell = openHibernatingBell(this.ctx);
  readonly #wake = openEarliestAlarm(this.ctx.storage);

  constructor(ctx: DurableObjectState, env: WriterEnvironment) {
    super(ctx, env);
    // The platform answers pings: neither is the object woken, nor does it lie awake.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
  }

  /** Calls a method of the writer. The tenant is named by the caller: an object does not know its own name. */
  perform(tenant: string, method: keyof Writer, args: readonly unknown[]): Promise<Outcome> {
    return outcomeOf(async () => {
      const control = await this.#open();
      await this.#count(control, tenant, args[0]);
      const writer = control.writerOf(tenant);
      return (writer[method] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
    });
  }

  /** Forgets all that it knows of the tenant, and begins with what the store holds. */
  restart(tenant: string, wake: boolean): Promise<Outcome> {
    return outcomeOf(async () => (await this.#open()).restart(tenant, wake));
  }

  /** Audit entries were written beside the writer. */
  hear(tenant: string): Promise<Outcome> {
    return outcomeOf(async () => (await this.#open()).writerOf(tenant).hear());
  }

  /** Streams of events, relays that come to the bell, and their held polls; the tenant is named by the caller, here too. */
  override async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const tenant = searchParams.get("tenant");
    if (tenant === null) return new Response(null, { status: 404 });
    const relay = { tenant, zone: searchParams.get("zone") ?? "", relay: searchParams.get("relay") ?? "" };
    // Nothing is opened for a poll that is held: it has read its row, and reads it again once it is rung.
    if (pathname === "/hold") return this.#bell.hold(relay);
    const control = await this.#open();
    if (pathname === "/bell") return this.#bell.seat(relay, control.writerOf(tenant).bell);
    return eventLines(control.events, tenant, searchParams.get("since"));
  }

  /** Fires when a commit may not have been followed by its compile, and when time alone changes something. */
  override async alarm(): Promise<void> {
    const tenant = await this.ctx.storage.get<string>(TENANT);
    if (tenant === undefined) return;
    let writer: MortalWriter;
    try {
      writer = (await this.#open()).writerOf(tenant);
      await writer.recover();
    } catch (error) {
      openLog(this.env.LOG_LEVEL)("warn", "a writer did not wake", { tenant, error });
      // An alarm that throws is tried again by the platform, but six times only.
      return this.#wake(tenant, Date.now() + RECOVERY_DELAY);
    }
    if (!writer.isGone()) return;
    // Nothing is left to wake for: the object is forgotten with the organisation.
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#control = undefined;
  }

  /** Isolates count apart; all that is asked of the writer by people and their tokens meets here. Relays are counted where they call. */
  async #count(control: Control, tenant: string, caller: unknown): Promise<void> {
    if (typeof caller !== "object" || caller === null || !("actor" in caller)) return;
    const most = (await control.tiers.of(tenant)).limits["organisation-rate"];
    if (most === null) return;
    const { allowed, wait } = this.#buckets.take(tenant, most, Date.now());
    if (!allowed) throw overRate("organisation-rate", most, wait);
  }

  /** Pings never come here: whatever else a relay says ends its connection. */
  override webSocketMessage(socket: WebSocket, said: string | ArrayBuffer): void {
    answerRelay(socket, said);
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    await this.#left(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.#left(socket);
  }

  async #left(socket: WebSocket): Promise<void> {
    const relay = relayOf(socket);
    if (relay === null || this.#bell.holds(relay)) return;
    const control = await this.#open();
    control.writerOf(relay.tenant).bell.gone(relay);
  }

  #open(): Promise<Control> {
    this.#control ??= openFloor(this.env).then((floor) =>
      openControl({
        ...floor,
        beforeCommit: (tenant) => this.#wake(tenant, Date.now() + RECOVERY_DELAY),
        wake: this.#wake,
        receivers,
        bell: this.#bell,
      }),
    );
    return this.#control;
  }
}
