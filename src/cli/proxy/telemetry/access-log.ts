// Access logs for TCP receivers: lines of Envoy's pipe, each with its receiver's address, handed on in Kuma's form.
import { createLogReceiver, type LogReceiver, type LogReceiverOptions } from "./log-receiver.ts";
import { openNamedPipe } from "./named-pipe.ts";

export interface AccessLog {
  /** Messages that no receiver could be given. */
  dropped(): number;
  close(): void;
}

/** A receiver that nobody has logged to for so long is let go; milliseconds. */
const IDLE_MS = 600_000;
/** Addresses come from policies, but nothing that is read may grow without end. */
const MOST_RECEIVERS = 64;

export interface AccessLogOptions extends Pick<LogReceiverOptions, "say" | "pauseMs" | "bufferBytes"> {
  /** Of the pipe. */
  readonly path: string;
  readonly now?: () => number;
}

/** Throws where the pipe cannot be made. */
export function startAccessLog({ path, say, now = Date.now, ...receiving }: AccessLogOptions): AccessLog {
  const receivers = new Map<string, LogReceiver>();
  let unread = 0;
  let gone = 0;
  const receiverAt = (address: string): LogReceiver => {
    const known = receivers.get(address);
    if (known !== undefined) return known;
    const oldest = [...receivers].sort(([, a], [, b]) => a.used - b.used);
    for (const [key, one] of oldest) {
      if (receivers.size < MOST_RECEIVERS && now() - one.used < IDLE_MS) continue;
      gone += one.dropped;
      one.close();
      receivers.delete(key);
    }
    const made = createLogReceiver({ address, now, say, ...receiving });
    receivers.set(address, made);
    return made;
  };
  const pipe = openNamedPipe(path, (line) => {
    const read = readLine(line);
    if (read === null) unread += 1;
    else receiverAt(read.address).send(read.message);
  });
  return {
    dropped: () => [...receivers.values()].reduce((sum, { dropped }) => sum + dropped, unread + gone),
    close() {
      pipe.close();
      for (const receiver of receivers.values()) receiver.close();
    },
  };
}

/**
 * `{"address":…,"message":…}`: a text stands as it is, any other message as JSON and a line's end. Also the older
 * `address;message`. Null for what is neither.
 */
export function readLine(line: string): { readonly address: string; readonly message: string } | null {
  try {
    const { address, message } = JSON.parse(line) as { readonly address?: unknown; readonly message?: unknown };
    if (typeof address !== "string") return null;
    return { address, message: typeof message === "string" ? message : `${JSON.stringify(message ?? null)}\n` };
  } catch {
    const at = line.indexOf(";");
    return at < 0 ? null : { address: line.slice(0, at), message: `${line.slice(at + 1)}\n` };
  }
}
