// The writer of one organisation as a Durable Object: one place, one at a time, by RPC.
import { DurableObject } from "cloudflare:workers";
import type { Writer } from "#control/control.ts";
import type { ApiEnvironment } from "./environment.ts";
import { type Floor, openFloor } from "./floor.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { receivers } from "./webhook-call.ts";

/** How long after a commit the alarm compiles what a crash left uncompiled; milliseconds. */
const RECOVERY_DELAY = 10_000;
const TENANT = "tenant";

export class OrganisationWriter extends DurableObject<ApiEnvironment> {
  #floor: Promise<Floor> | undefined;

  /** Calls a method of the writer. The tenant is named by the caller: an object does not know its own name. */
  perform(tenant: string, method: keyof Writer, args: readonly unknown[]): Promise<Outcome> {
    return outcomeOf(async () => {
      const { control } = await this.#open();
      const writer = control.writerOf(tenant);
      return (writer[method] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
    });
  }

  /** Fires when a commit may not have been followed by its compile, and when time alone changes something. */
  override async alarm(): Promise<void> {
    const tenant = await this.ctx.storage.get<string>(TENANT);
    if (tenant === undefined) return;
    const { control } = await this.#open();
    await control.writerOf(tenant).recover();
  }

  #open(): Promise<Floor> {
    this.#floor ??= openFloor(this.env, {
      beforeCommit: (tenant) => this.#wake(tenant, Date.now() + RECOVERY_DELAY),
      wake: (tenant, at) => this.#wake(tenant, at),
      receivers,
    });
    return this.#floor;
  }

  /** An object has one alarm: it stands at the earliest time that was asked for, and what it wakes asks again. */
  async #wake(tenant: string, at: number): Promise<void> {
    const { storage } = this.ctx;
    const standing = await storage.getAlarm();
    if (standing !== null && standing <= at) return;
    if (standing === null) await storage.put(TENANT, tenant);
    await storage.setAlarm(at);
  }
}
