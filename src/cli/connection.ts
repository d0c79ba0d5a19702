// A client of the organisation that a command speaks to; faults come back as failures.
import { ABSENT_ORGANISATION } from "#api/absent-organisation.ts";
import type { Client } from "#api/caller.ts";
import { createClient } from "#api/client.ts";
import { EXIT_OF_FAULT } from "#api/exit-code.ts";
import { Fault, type FaultCode } from "#model/fault.ts";
import type { GlobalOptions, Invocation } from "./command.ts";
import { resolveTarget, type Target } from "./context.ts";
import { deedsOf } from "./deeds.ts";
import { Failure, reasonOf } from "./failure.ts";
import { progress, type Tell } from "./progress.ts";

/** What to do after a fault, by its code, where a command knows better than the usual; undefined = the usual. */
export type Fixes = Readonly<Partial<Record<FaultCode, string | ((fault: Fault) => string | undefined)>>>;

export interface Connection {
  readonly target: Target;
  readonly client: Client;
  /** Aborted by Ctrl-C, and with it every call. */
  readonly signal: AbortSignal;
  /**
   * Runs calls, tells the user when they take long, and turns a Fault into a Failure that says `what`; `fixes` is what
   * to do then; a text is for what was named and is not there.
   */
  ask<T>(
    what: string,
    work: (client: Client, organisation: string, tell: Tell) => Promise<T>,
    fixes?: string | Fixes,
  ): Promise<T>;
}

/** Resolves url and token. Throws Failure when either is missing. */
export function connect({
  options,
  env,
  cwd,
  terminal,
  signal,
  fetch = fetchOfWeft,
}: Pick<Invocation<object>, "options" | "env" | "cwd" | "terminal" | "signal" | "fetch">): Connection {
  const target = resolveTarget(options as GlobalOptions, env, cwd);
  if (target.token === undefined) {
    throw new Failure("unauthenticated", {
      what: "there is no API token",
      where: `${target.url} (${target.source})`,
      fix: [
        "--token-file FILE",
        "WEFT_TOKEN_FILE=FILE or WEFT_TOKEN=…",
        "weft config set-context NAME --url URL --token-file FILE",
      ],
    });
  }
  const { reason, override } = options as { readonly reason?: string; readonly override?: string };
  const deeds = deedsOf(fetch, signal);
  const client = createClient({
    url: target.controlPlane,
    token: target.token,
    fetch: deeds.fetch,
    ...(reason === undefined || reason === "" ? {} : { reason }),
    ...(override === undefined || override === "" ? {} : { override }),
  });
  return {
    target,
    client,
    signal,
    ask: (what, work, fixes) =>
      progress(terminal, `waiting for ${target.controlPlane}`, (tell) => work(client, target.organisation, tell)).catch(
        (thrown: unknown) => {
          if (signal.aborted && !(thrown instanceof Failure)) throw deeds.stopped();
          throw thrown instanceof Fault ? failureOf(thrown, what, whereOf(thrown, target), fixes) : thrown;
        },
      ),
  };
}

/** The control plane names every request; an answer without that is some other program's, or a page in between. */
export async function fetchOfWeft(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (answer.status >= 500 || answer.headers.has("x-request-id")) return answer;
  await answer.body?.cancel();
  throw new Error(`what answers there is no control plane of Weft (HTTP ${answer.status})`);
}

/** Where a token is refused, it matters where it came from. */
function whereOf({ code }: Fault, { url, source }: Target): string {
  return code === "unauthenticated" ? `${url} (${source})` : url;
}

const FIX_OF_FAULT: Readonly<Partial<Record<FaultCode, string>>> = {
  invalid: "correct what is named above, then run it again; --help shows what the command takes",
  unauthenticated: "use a token of this organisation that has neither expired nor been revoked",
  forbidden: "use a token whose scopes allow it: weft token list shows them",
  absent: "weft get TYPE lists what there is; --all, or -m MESH, where it belongs to a mesh",
  stale: "somebody changed it meanwhile: read it again and repeat",
  unavailable: "is the control plane running, and is the URL right? weft config show",
  internal: "try again; the control plane's log has the cause under the request's id",
};

/** A fault of the API as a failure of `what`; every violation on a line of its own. */
export function failureOf(fault: Fault, what: string, where: string, fixes: string | Fixes = {}): Failure {
  const rules = fault.violations.map(({ field, reason }) => (field === "" ? reason : `${field}: ${reason}`));
  const cause = fault.cause === undefined ? [] : [reasonOf(fault.cause)];
  const own = (typeof fixes === "string" ? { absent: fixes } : fixes)[fault.code];
  const better = typeof own === "function" ? own(fault) : own;
  const usual = fault.code === "absent" ? absentFix(fault, better) : (better ?? FIX_OF_FAULT[fault.code]);
  const fix = fault.retryAfter === undefined ? usual : `try again in ${fault.retryAfter} s`;
  return new Failure(
    EXIT_OF_FAULT[fault.code],
    { what, where, why: [fault.message, ...rules, ...cause].join("\n"), fix },
    fault,
  );
}

/** Where the organisation itself is absent, nothing can be looked up in it. */
function absentFix({ message }: Fault, absent: string | undefined): string | undefined {
  if (message === ABSENT_ORGANISATION)
    return "give the URL and the token of one organisation: weft config show says which are used";
  return absent ?? FIX_OF_FAULT.absent;
}
