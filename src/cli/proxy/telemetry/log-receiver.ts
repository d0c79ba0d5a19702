// One TCP receiver of log lines: reached when there is something to say, and again after a pause when it is gone.
import { connect, type Socket } from "node:net";

export interface LogReceiver {
  /** Sends a message, or keeps it until the receiver is reached; drops it where too much is kept. */
  send(message: string): void;
  /** Milliseconds, of `now`, when something was last to be sent. */
  readonly used: number;
  readonly dropped: number;
  close(): void;
}

export interface LogReceiverOptions {
  /** `host:port`; IPv6 in brackets. */
  readonly address: string;
  readonly now: () => number;
  /** Told once for each time that the receiver is lost, and when messages had to be dropped. */
  readonly say: (line: string) => void;
  /** First pause before the next attempt; doubles up to 30 s. */
  readonly pauseMs?: number;
  /** Most bytes that wait for the receiver. */
  readonly bufferBytes?: number;
}

const LONGEST_PAUSE_MS = 30_000;
const CONNECT_MS = 5_000;

export function createLogReceiver({
  address,
  now,
  say,
  pauseMs = 200,
  bufferBytes = 1_048_576,
}: LogReceiverOptions): LogReceiver {
  const waiting: string[] = [];
  let bytes = 0;
  let dropped = 0;
  let droppedSince = 0;
  let used = now();
  let pause = pauseMs;
  let socket: Socket | undefined;
  let reached = false;
  let timer: NodeJS.Timeout | undefined;
  let over = false;

  const open = (): void => {
    timer = undefined;
    const target = addressOf(address);
    if (target === null || over) return;
    const made = connect(target);
    socket = made;
    made.setTimeout(CONNECT_MS, () => {
      if (!reached) made.destroy(new Error(`no answer within ${CONNECT_MS} ms`));
    });
    made.on("connect", () => {
      made.setTimeout(0);
      reached = true;
      pause = pauseMs;
      if (droppedSince > 0) say(`${droppedSince} log lines for ${address} were dropped while it was out of reach`);
      droppedSince = 0;
      flush();
    });
    made.on("drain", flush);
    // What a receiver says is read and left aside, or its end would never be seen.
    made.resume();
    made.on("error", (error) => {
      if (reached || pause === pauseMs) say(`log lines for ${address} wait: ${error.message}`);
    });
    made.on("close", () => {
      reached = false;
      socket = undefined;
      if (over) return;
      timer = setTimeout(open, pause);
      timer.unref();
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    });
  };

  const flush = (): void => {
    while (socket !== undefined && reached && !socket.writableNeedDrain) {
      const message = waiting.shift();
      if (message === undefined) return;
      bytes -= message.length;
      socket.write(message);
    }
  };

  return {
    send(message) {
      used = now();
      if (addressOf(address) === null || bytes + message.length > bufferBytes) {
        dropped += 1;
        droppedSince += 1;
        return;
      }
      waiting.push(message);
      bytes += message.length;
      if (socket === undefined && timer === undefined) open();
      else flush();
    },
    get used() {
      return used;
    },
    get dropped() {
      return dropped;
    },
    close() {
      over = true;
      clearTimeout(timer);
      flush();
      // What was written is still sent; a receiver that does not take it is not waited for.
      socket?.end();
      const left = socket;
      setTimeout(() => left?.destroy(), 1_000).unref();
    },
  };
}

/** Null where the text names no host with a port. */
function addressOf(text: string): { readonly host: string; readonly port: number } | null {
  const [, host = "", port = ""] = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text.replace(/^tcp:\/\//, "")) ?? [];
  const number = Number(port);
  return host === "" || number < 1 || number > 65_535 ? null : { host: host.replace(/^\[|\]$/g, ""), port: number };
}
