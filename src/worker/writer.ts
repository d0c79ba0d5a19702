// The writers' worker: each organisation's writer as a Durable Object, and whatever needs views. It has no address of its own.
import { WorkerEntrypoint } from "cloudflare:workers";
import type { ViewReader } from "#control/face/reader.ts";
import { openViewReader } from "#control/view/reader.ts";
import type { WriterEnvironment } from "./environment.ts";
import { openFloor } from "./floor.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { readViews, type ViewMethod } from "./view-call.ts";

export { OrganisationWriter } from "./organisation-writer.ts";

/** One an isolate: it remembers what it has read of tenants. */
const opened = new WeakMap<WriterEnvironment, ViewReader>();

/** The first that was opened is kept, and never the opening. No writer is here whose views it might use: those are in objects. */
async function readerOf(env: WriterEnvironment): Promise<ViewReader> {
  const known = opened.get(env);
  if (known !== undefined) return known;
  const floor = await openFloor(env);
  const first = opened.get(env) ?? openViewReader(floor, () => null);
  opened.set(env, first);
  return first;
}

export default class WriterWorker extends WorkerEntrypoint<WriterEnvironment> {
  /** Nobody calls it from outside. */
  override fetch(): Response {
    return new Response(null, { status: 404 });
  }

  /** Carries out a call of the API worker. It goes to no object: reads wait for no writer. */
  perform(method: ViewMethod, args: readonly unknown[]): Promise<Outcome> {
    const { env } = this;
    return outcomeOf(async () => readViews(await readerOf(env), method, args));
  }
}
