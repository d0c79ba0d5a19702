// The answer of a worker that cannot be opened, since something that it is given is missing or wrong.
import { withSecurity } from "#app/answer.ts";
import { answerProblem } from "#app/problem.ts";
import { type LogLevel, openLog } from "./log.ts";

/** A problem as any other one, and a line in the log that says why; else the platform would answer with a page of its own. */
export function answerUnopened(thrown: unknown, level: LogLevel | undefined): Response {
  const requestId = crypto.randomUUID();
  const response = withSecurity(answerProblem(thrown, requestId, openLog(level)), true);
  response.headers.set("x-request-id", requestId);
  return response;
}
