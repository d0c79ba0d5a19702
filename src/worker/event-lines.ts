// Events as lines of JSON: how the writer's object hands them to the API worker.
import type { Events } from "#control/event/hub.ts";
import { outcomeOf } from "./outcome.ts";

/** Lines that may wait for the API worker; it reads at once, so more means that it is gone. */
const MOST_WAITING = 512;
/** Between two empty lines: that its reader is gone shows only when something is written. Milliseconds. */
const PING = 20_000;

/** The answer to a call for events: a stream, or what was refused. */
export async function eventLines(events: Events, tenant: string, since: string | null, ping = PING): Promise<Response> {
  const encoder = new TextEncoder();
  let leave: (() => void) | undefined;
  let ended = false;
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let timer: ReturnType<typeof setInterval> | null = null;
  const end = (): void => {
    if (ended) return;
    ended = true;
    clearInterval(timer);
    leave?.();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(opened) {
        controller = opened;
      },
      cancel: end,
    },
    { highWaterMark: MOST_WAITING },
  );
  const close = (): void => {
    if (!ended) controller.close();
    end();
  };
  const write = (line: string): void => {
    if (ended) return;
    if ((controller.desiredSize ?? 0) <= 0) close();
    else controller.enqueue(encoder.encode(`${line}\n`));
  };
  const outcome = await outcomeOf(async () => {
    leave = await events.listen(tenant, since, { take: (event) => write(JSON.stringify(event)), end: close });
    if (ended) leave();
    else timer = setInterval(() => write(""), ping);
  });
  if (outcome.kind !== "value") return Response.json(outcome, { status: 409 });
  return new Response(body, { headers: { "content-type": "application/x-ndjson" } });
}
