// A webhook's receiver, as the writer sees it: where it may be, and what became of one call. Edges make the calls.
/** One call; it ends with its signal. Never throws: what goes wrong is an answer, too. */
export type Call = (
  url: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly signal: AbortSignal },
) => Promise<Answer>;

export interface Answer {
  /** Null = there was none. */
  readonly status: number | null;
  /** Seconds of `retry-after`; null where it says none. */
  readonly retryAfter: number | null;
  /** Why it counts as a failure, or null. Quotes no more than a line of what was answered. */
  readonly problem: string | null;
}

/** A receiver that has not answered by then has failed; milliseconds. */
export const PATIENCE = 15_000;

export interface Receivers {
  readonly call: Call;
  /** How long one call may take, milliseconds; PATIENCE where it says none. */
  readonly patience?: number;
  /** Private addresses and plain HTTP are allowed: for development and tests. */
  readonly allowPrivate: boolean;
}

/** The problem of a call that was ended after so many milliseconds. */
export function lateProblem(patience: number): string {
  return `it gave no answer within ${patience / 1000} s`;
}

/** The problem of a status; null = delivered. */
export function statusProblem(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return "it answered with a redirect, which is not followed";
  return `it answered ${status}`;
}

/** Seconds of the header, as a number or a date (RFC 9110 §10.2.3); null where it is neither. */
export function retryAfterOf(header: string | null | undefined, now: number): number | null {
  if (header === null || header === undefined || header === "") return null;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}
