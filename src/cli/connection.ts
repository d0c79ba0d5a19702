// A client of the organisation that a command speaks to; faults come back as failures.
import { ABSENT_ORGANISATION } from "#api/absent-organisation.ts";
import { type Client, createClient } from "#api/client.ts";
import { EXIT_OF_FAULT } from "#api/exit-code.ts";
import { Fault, type FaultCode } from "#model/fault.ts";
import type { GlobalOptions, Invocation } from "./command.ts";
import { resolveTarget, type Target } from "./context.ts";
import { Failure, reasonOf } from "./failure.ts";
import { progress } from "./terminal.ts";

export interface Connection {
  readonly target: Target;
  readonly client: Client;
  /**
   * Runs calls, tells the user when they take long, and turns a Fault into a Failure that says `what`; `absent` is what
   * to do when what was named is not there.
   */
  ask<T>(what: string, work: (client: Client, organisation: string) => Promise<T>, absent?: string): Promise<T>;
}

/** Resolves url and token. Throws Failure when either is missing. */
export function connect({
  options,
  env,
  cwd,
  terminal,
}: Pick<Invocation<object>, "options" | "env" | "cwd" | "terminal">): Connection {
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
  const client = createClient({
    url: target.controlPlane,
    token: target.token,
    fetch: fetchOfWeft,
    ...(reason === undefined || reason === "" ? {} : { reason }),
    ...(override === undefined || override === "" ? {} : { override }),
  });
  return {
    target,
    client,
    ask: (what, work, absent) =>
      progress(terminal, `waiting for ${target.controlPlane}`, work(client, target.organisation)).catch(
        (thrown: unknown) => {
          throw thrown instanceof Fault ? failureOf(thrown, what, whereOf(thrown, target), absent) : thrown;
        },
      ),
  };
}

/** The control plane names every request; an answer without that is some other program's, or a page in between. */
async function fetchOfWeft(url: string, init: RequestInit): Promise<Response> {
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
export function failureOf(fault: Fault, what: string, where: string, absent?: string): Failure {
  const rules = fault.violations.map(({ field, reason }) => (field === "" ? reason : `${field}: ${reason}`));
  const cause = fault.cause === undefined ? [] : [reasonOf(fault.cause)];
  const usual = fault.code === "absent" ? absentFix(fault, absent) : FIX_OF_FAULT[fault.code];
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
