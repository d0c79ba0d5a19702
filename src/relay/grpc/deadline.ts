// The deadline of a call, as its client writes it.

const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };
/** The longest that a timer can be set to. */
const LONGEST = 2 ** 31 - 1;

/** `grpc-timeout` in milliseconds; undefined without one, null for what is none (gRPC over HTTP/2, Timeout). */
export function deadlineOf(header: string | readonly string[] | undefined): number | undefined | null {
  if (header === undefined) return undefined;
  const [, value, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(header)) ?? [];
  if (value === undefined || unit === undefined) return null;
  return Math.min(LONGEST, Math.ceil(Number(value) * UNITS[unit]!));
}
