// Server-sent events (WHATWG HTML §9.2) of what a listener is told: heartbeats, and an end as soon as the caller may not listen any more.
import type { Hint, HintEvent } from "#api/event.ts";
import type { Events } from "#control/event/hub.ts";

export interface StreamOptions {
  readonly events: Events;
  readonly tenant: string;
  /** Last-Event-ID; null = only what comes. */
  readonly since: string | null;
  /** How long a client waits before it comes back; milliseconds. */
  readonly retry: number;
  /** Between two heartbeats; milliseconds. */
  readonly every: number;
  /** When the caller's right ends at the latest, in milliseconds from now; null = not by time alone. */
  readonly left: number | null;
  /**
   * Looked at with each heartbeat, and at once when a hint of a token is told: what nobody wrote and has changed all the same.
   * Throws when the caller may not listen any more.
   */
  readonly look: () => Promise<readonly Hint[]>;
}

/** Texts that may wait for a reader; one that is slower is cut off, and comes back with the last id that it has read. */
export const MOST_WAITING = 512;

/** The body of the answer. Faults as `Events.listen`. */
export async function openEventStream(options: StreamOptions): Promise<ReadableStream<Uint8Array>> {
  const { events, tenant, since, retry, every, left, look } = options;
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let leave: (() => void) | null = null;
  let beat: ReturnType<typeof setTimeout> | undefined;
  let expiry: ReturnType<typeof setTimeout> | undefined;
  let looking = false;
  /** It was asked for while one was under way, which may have seen what stood before. */
  let again = false;
  let ended = false;

  const end = (): void => {
    if (ended) return;
    ended = true;
    clearTimeout(beat);
    clearTimeout(expiry);
    leave?.();
    controller?.close();
  };
  const write = (text: string): void => {
    if (ended || controller === null) return;
    if ((controller.desiredSize ?? 0) <= 0) end();
    else controller.enqueue(encoder.encode(text));
  };
  const check = async (): Promise<void> => {
    again = true;
    if (looking) return;
    looking = true;
    try {
      while (again && !ended) {
        again = false;
        const hints = await look();
        if (hints.length > 0) write(hints.map((hint) => textOf({ hint })).join(""));
      }
    } catch {
      end();
    } finally {
      looking = false;
    }
  };
  const wait = (): void => {
    beat = setTimeout(() => {
      write(":\n\n");
      void check();
      if (!ended) wait();
    }, every);
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(opened) {
        controller = opened;
      },
      cancel() {
        controller = null;
        end();
      },
    },
    { highWaterMark: MOST_WAITING + 1 },
  );
  write(`retry: ${retry}\n\n`);
  leave = await events.listen(tenant, since, {
    take(event) {
      write(textOf(event));
      if (event.hint.kind === "token") void check();
    },
    end,
  });
  if (ended) leave();
  else {
    wait();
    if (left !== null && left < every) expiry = setTimeout(() => void check(), Math.max(left, 0) + 1);
  }
  return body;
}

/** One event; what has no id leaves the client's last one as it is. */
function textOf({ id, hint }: { readonly id?: HintEvent["id"]; readonly hint: Hint }): string {
  return `${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(hint)}\n\n`;
}
