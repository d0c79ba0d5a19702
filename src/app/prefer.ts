// The header Prefer (RFC 7240): how long a poll may be held.

/** The longest hold in seconds: below what proxies between allow an idle request. */
export const LONGEST_WAIT = 55;

/** Seconds of `wait=N`, at most `longest`; 0 where the header asks for none. */
export function readWait(header: string | null, longest = LONGEST_WAIT): number {
  const seconds = /(?:^|[,;\s])wait=(\d{1,6})(?=$|[,;\s])/i.exec(header ?? "")?.[1];
  return seconds === undefined ? 0 : Math.min(Number(seconds), longest);
}
