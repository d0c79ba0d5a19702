// Answers to what never became a request of the app: no HTTP, an address that is none, headers without end. Shaped as all others.
import { PROBLEM_TYPE, type Problem } from "#api/problem.ts";
import { toBase32 } from "#trust/bytes.ts";
import { withSecurity } from "./answer.ts";
import type { AppOptions } from "./call.ts";

const PROBLEMS = {
  malformed: { status: 400, title: "Bad Request", detail: "What was sent is no HTTP request" },
  address: { status: 400, title: "Bad Request", detail: "The request's address or its host is not one of HTTP" },
  handshake: {
    status: 400,
    title: "Bad Request",
    detail:
      "The call opens no WebSocket (RFC 6455 §4.1): look at Sec-WebSocket-Key, and at Sec-WebSocket-Version, which is 13",
  },
  late: { status: 408, title: "Request Timeout", detail: "The request did not come to its end in time" },
  expectation: { status: 417, title: "Expectation Failed", detail: "The header expect may say 100-continue alone" },
  headers: { status: 431, title: "Request Header Fields Too Large", detail: "The request's headers are too large" },
  failed: {
    status: 500,
    title: "Internal Server Error",
    detail: "Something failed on our side; the log has the request's id",
  },
} as const;

/** Why it was not read. */
export type Unread = keyof typeof PROBLEMS;

/** Makes the answer; `cause` is for the log alone. */
export type AnswerUnread = (why: Unread, cause: unknown) => Response;

export function openUnread({ chance, log }: Pick<AppOptions, "chance" | "log">): AnswerUnread {
  return (why, cause) => {
    const requestId = toBase32(chance(10));
    const { status, title, detail } = PROBLEMS[why];
    log(why === "failed" ? "error" : "debug", "request not read", { requestId, status, cause });
    const body: Problem = { type: "/std-errors", status, title, detail, instance: requestId, details: detail };
    const headers = { "content-type": PROBLEM_TYPE, "x-request-id": requestId };
    return withSecurity(new Response(`${JSON.stringify(body, null, 1)}\n`, { status, headers }), false);
  };
}
