// The writers' worker: each organisation's writer as a Durable Object, and whatever needs views. It has no address of its own.
import { WorkerEntrypoint } from "cloudflare:workers";
import type { ViewReader } from "#control/control.ts";
import { openViewReader } from "#control/view-reader.ts";
import type { WriterEnvironment } from "./environment.ts";
import { openFloor } from "./floor.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { readViews, type ViewMethod } from "./view-call.ts";

export { OrganisationWriter } from "./organisation-writer.ts";

/** One an isolate: it remembers what it has read of tenants. */
const opened = new WeakMap<WriterEnvironment, Promise<ViewReader>>();

/** No writer is here whose views it might use: those are in objects. */
async function open(env: WriterEnvironment): Promise<ViewReader> {
  return openViewReader(await openFloor(env), () => null);
}

export default class WriterWorker extends WorkerEntrypoint<WriterEnvironment> {
  /** Nobody calls it from outside. */
  override fetch(): Response {
    return new Response(null, { status: 404 });
  }

  /** Carries out a call of the API worker. It goes to no object: reads wait for no writer. */
  perform(method: ViewMethod, args: readonly unknown[]): Promise<Outcome> {
    const { env } = this;
    return outcomeOf(async () => {
      const known = opened.get(env) ?? open(env);
      opened.set(env, known);
      return readViews(await known, method, args);
    });
  }
}
