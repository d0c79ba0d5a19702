// `weft events`: what changes in the organisation, as it changes, one JSON object a line.
import { setTimeout as sleep } from "node:timers/promises";
import { EVENT_STREAM, HINT_KINDS, type Hint } from "#api/event.ts";
import { createEventParser } from "#api/event-parser.ts";
import type { Command } from "#cli/command.ts";
import { type Connection, connect } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { interruptible } from "#cli/interruption.ts";
import { Fault } from "#model/fault.ts";

/** Before it asks again where the control plane said nothing else; milliseconds. */
const RETRY = 3000;
const KINDS = Object.keys(HINT_KINDS);

export const command: Command = {
  about:
    "Each line says what has changed, and not what it is now: a revision was committed, proxies joined, a relay told how far it " +
    "is. A connection that breaks off is taken up where it was; a line of the kind reset says that something may have been " +
    `missed. Kinds: ${KINDS.join(", ")}. Ends with Ctrl-C.`,
  arguments: [{ name: "[kind...]", help: "only these kinds; all unless given" }],
  examples: ["weft events", "weft events revision delivery", "weft events proxy | jq -r .zone"],
  async run(invocation) {
    const { args, terminal, signal } = invocation;
    const unknown = args.filter((kind) => !KINDS.includes(kind));
    if (unknown.length > 0)
      throw usage(`there is no kind of event ${unknown.join(", ")}`, `kinds are ${KINDS.join(", ")}`);
    const connection = connect(invocation);
    const told = ({ kind }: Hint): boolean => args.length === 0 || args.includes(kind);
    return interruptible(signal, "what changes goes on without it", () =>
      follow(connection, signal, (hint) => {
        if (told(hint)) terminal.out(`${JSON.stringify(hint)}\n`);
      }),
    );
  },
};

/** Ends by the signal, or with the Failure of a call that is refused. */
async function follow(connection: Connection, signal: AbortSignal, take: (hint: Hint) => void): Promise<never> {
  const parser = createEventParser();
  for (let since = ""; ; ) {
    const query = since === "" ? {} : { since };
    const parts = await connection
      .ask("the events could not be read", (client, organisation) =>
        client.download("events", EVENT_STREAM, { params: { organisation }, query, signal }),
      )
      .catch((thrown: unknown) => {
        // Once it has begun, a control plane that is away for a while ends nothing.
        if (since !== "" && thrown instanceof Failure && isAway(thrown.cause)) return [];
        throw thrown;
      });
    parser.reset();
    try {
      for await (const part of parts) for (const hint of parser.push(part)) take(hint);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof Fault)) throw thrown;
    }
    since = parser.lastId;
    await sleep(parser.retry ?? RETRY, undefined, { signal });
  }
}

function isAway(cause: unknown): boolean {
  return cause instanceof Fault && (cause.code === "unavailable" || cause.code === "too-many");
}
