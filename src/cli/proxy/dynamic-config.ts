// What Envoy was told for the program beside it: asked of Envoy every second, told when it changes.
import { request } from "node:http";

const EVERY_MS = 1_000;
const TIMEOUT_MS = 2_000;

export interface Watched<T> {
  /** `/meshmetric`. */
  readonly path: string;
  /** Null for what cannot be read: it is asked for again. */
  readonly read: (body: string) => T | null;
  /** Gets null when Envoy tells nothing there any more. */
  readonly onChange: (config: T | null) => void;
}

/** Asks until it is closed. */
export function watchDynamicConfig<T>(
  socketPath: string,
  { path, read, onChange }: Watched<T>,
  everyMs = EVERY_MS,
): { close(): void } {
  let etag = "";
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const ask = async (): Promise<void> => {
    const answer = await askOnce(socketPath, path, etag);
    if (over) return;
    if (answer.status === 200) {
      const config = read(answer.body);
      if (config !== null) {
        etag = answer.etag;
        onChange(config);
      }
    } else if (answer.status !== 304 && etag !== "") {
      etag = "";
      onChange(null);
    }
    timer = setTimeout(() => void ask(), everyMs);
    timer.unref();
  };
  void ask();
  return {
    close() {
      over = true;
      clearTimeout(timer);
    },
  };
}

interface Answer {
  /** 0 where nobody listens. */
  readonly status: number;
  readonly etag: string;
  readonly body: string;
}

function askOnce(socketPath: string, path: string, etag: string): Promise<Answer> {
  return new Promise((resolve) => {
    const none = (): void => resolve({ status: 0, etag: "", body: "" });
    const headers = etag === "" ? {} : { "if-none-match": etag };
    const options = { socketPath, path, headers, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const call = request(options, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => (body += chunk));
      answer.on("error", none);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, etag: answer.headers.etag ?? "", body }));
    });
    call.on("error", none);
    call.end();
  });
}
