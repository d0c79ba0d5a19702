// The poll: "nothing new" from the row that the proof was checked with. Shared with the tiny poll worker, so it imports little.
import { isNewer, parseBase } from "#control/poll/base.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import { quoted, readEtags } from "./answer.ts";
import { readWait } from "./prefer.ts";

export interface PollQuery {
  /** What the relay has (control/poll-base.ts); null = nothing. */
  readonly base: string | null;
  readonly waitSeconds: number;
}

/** What the relay asks for: If-None-Match and Prefer, held for `longestWait` seconds at most. */
export function readPoll(request: Request, longestWait?: number): PollQuery {
  const [base = null] = readEtags(request.headers.get("if-none-match"), true) ?? [];
  return { base: base === "*" ? null : base, waitSeconds: readWait(request.headers.get("prefer"), longestWait) };
}

/** 304 where the relay has the newest and does not want to wait; else null, and the answer is more work. */
export function idleAnswer({ base, waitSeconds }: PollQuery, head: ZoneHead): Response | null {
  if (base === null || waitSeconds > 0 || isNewer(head, parseBase(base))) return null;
  return new Response(null, { status: 304, headers: { etag: quoted(base) } });
}
