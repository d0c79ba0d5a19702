// Whatever was thrown becomes problem JSON here, and nowhere else.
import { PROBLEM_TYPE, problemOf } from "#api/problem.ts";
import type { Log } from "#control/deps.ts";
import { FAULTS, Fault } from "#model/fault.ts";

/** The answer for a thrown thing. What is no Fault is `internal`: its text stays in the log. */
export function answerProblem(thrown: unknown, requestId: string, log: Log): Response {
  const fault = thrown instanceof Fault ? thrown : unexpected(thrown);
  if (!FAULTS[fault.code].caller) {
    // What is refused for a while on purpose has no cause; a relay may ask again for days.
    const level = fault.code === "unavailable" && fault.cause === undefined ? "info" : "error";
    log(level, "request failed", { requestId, code: fault.code, detail: fault.message, cause: fault.cause });
  }
  const headers: Record<string, string> = { "content-type": PROBLEM_TYPE };
  if (fault.retryAfter !== undefined) headers["retry-after"] = String(Math.ceil(fault.retryAfter));
  if (fault.code === "unauthenticated") headers["www-authenticate"] = 'Bearer realm="weft"';
  return new Response(`${JSON.stringify(problemOf(fault, requestId), null, 1)}\n`, { status: fault.status, headers });
}

function unexpected(cause: unknown): Fault {
  return new Fault("internal", "Something failed on our side; the log has the request's id", { cause });
}
