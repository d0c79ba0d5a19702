// libSQL over HTTP as a Database: reads side by side, writes in turn, and an end to waiting.
import type { Sealed } from "#model/sealed.ts";
import { conflictOf } from "./conflict.ts";
import type { Database, Rows, Statement } from "./database.ts";
import { errorOf, pipelineOf, rowsOf } from "./hrana.ts";
import { readLibsqlAddress } from "./libsql-address.ts";
import { onlyReads } from "./reading.ts";

export interface LibsqlHttpOptions {
  /** `https://…`, `http://…` or `libsql://…`. */
  readonly url: string;
  readonly token?: Sealed;
  /** Milliseconds until a request counts as lost; 30,000 unless given. Its batch may yet commit. */
  readonly timeout?: number;
  /** Stands in for the platform's fetch. */
  readonly fetch?: (request: Request, init: RequestInit) => Promise<Response>;
}

/** As much is told of an answer that is no database's. */
const TOLD = 200;

/** A libSQL server. Each batch is one HTTP request. */
export function openLibsqlHttp(options: LibsqlHttpOptions): Database {
  const { url, token, timeout = 30_000, fetch: send = fetch } = options;
  const address = readLibsqlAddress(url);
  const bearer = address.token ?? token?.reveal();
  const headers = {
    "content-type": "application/json",
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
  };
  let lastWrite: Promise<unknown> = Promise.resolve();

  async function ask(body: string): Promise<unknown> {
    // Node may collect what carries a request's own signal over to fetch, so that it is given beside.
    const request = new Request(address.pipeline, { method: "POST", headers, body });
    let answer: Response;
    try {
      answer = await send(request, { signal: AbortSignal.timeout(timeout) });
    } catch (cause) {
      // fetch throws a TypeError where nobody answers, which is nobody's mistake here.
      throw new Error("A libSQL server was not reached, or did not answer in time", { cause });
    }
    if (!answer.ok) throw await refusalOf(answer);
    return answer.json();
  }

  async function run(statements: readonly Statement[], mode: "read" | "write"): Promise<readonly Rows[]> {
    try {
      return rowsOf(await ask(pipelineOf(statements, mode)), statements.length);
    } catch (error) {
      throw conflictOf(error) ?? error;
    }
  }

  return {
    engine: "libsql-http",
    async batch(statements: readonly Statement[]): Promise<readonly Rows[]> {
      if (statements.length === 0) return [];
      if (onlyReads(statements)) return run(statements, "read");
      // In turn: sqld 0.24, with 20 write transactions queueing for its lock, sometimes gives it to nobody ever again.
      const mine = lastWrite.then(() => run(statements, "write"));
      lastWrite = mine.catch(() => undefined);
      return mine;
    },
    async close(): Promise<void> {
      await lastWrite;
    },
  };
}

/** What a server says that takes no batch. */
async function refusalOf(answer: Response): Promise<Error> {
  const text = await answer.text();
  try {
    const { message, code } = JSON.parse(text) as { message?: unknown; code?: unknown };
    if (typeof message === "string") return errorOf({ message, ...(typeof code === "string" && { code }) });
  } catch {
    // It is told as it is.
  }
  return new Error(`A libSQL server answered ${answer.status}: ${text.trim().slice(0, TOLD)}`);
}
