// Durations: Go's notation (policies) and protobuf's JSON notation (Mesh, Dataplane), parsed and formatted as Kuma does.

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const LARGEST = (1n << 63n) - 1n;
// Both letters for micro are escaped: bundlers leave them in an expression as they are, and one such letter makes V8 keep a whole
// script with two bytes a character.
const PART = /(\d*)(?:\.(\d*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;

/** Nanoseconds of a Go duration (`time.ParseDuration`), or null where the text is none or does not fit 64 bits. */
export function parseDuration(text: string): bigint | null {
  if (text.length > 100) return null;
  const negative = text.startsWith("-");
  const rest = negative || text.startsWith("+") ? text.slice(1) : text;
  if (rest === "0") return 0n;
  if (rest === "") return null;
  let total = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < rest.length) {
    const match = PART.exec(rest);
    if (match === null) return null;
    const [, whole = "", fraction = "", unit = ""] = match;
    if (whole === "" && fraction === "") return null;
    const size = NANOSECONDS[unit] ?? 0n;
    total += BigInt(whole || "0") * size;
    if (fraction !== "") total += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
    if (total > LARGEST) return null;
  }
  return negative ? -total : total;
}

/** Go's `Duration.String`: `1h0m0s`, `250ms`, `1.5s`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return "0s";
  const sign = nanoseconds < 0n ? "-" : "";
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = decimal(size % 60_000_000_000n, 9);
  if (minutes === 0n) return `${sign}${seconds}s`;
  if (minutes < 60n) return `${sign}${minutes}m${seconds}s`;
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}s`;
}

/** `value` with its decimal point moved `places` to the left, without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  const whole = digits.slice(0, -places);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** Milliseconds of a Go duration, fractions kept; null where the text is none. */
export function durationMs(text: string): number | null {
  const nanoseconds = parseDuration(text);
  return nanoseconds === null ? null : Number(nanoseconds) / 1e6;
}

/** Why the text is no Go duration, or null where it is one. */
export function durationReason(text: string): string | null {
  return parseDuration(text) === null ? 'must be a duration such as "5s", "1h30m" or "250ms"' : null;
}

const PROTO = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;
/** 10,000 years: the largest that google.protobuf.Duration admits. */
const PROTO_SECONDS = 315_576_000_000n;

/** Nanoseconds of a protobuf duration in JSON (`5s`, `0.250s`), or null. */
export function parseProtoDuration(text: string): bigint | null {
  const match = PROTO.exec(text);
  if (match === null) return null;
  const [, sign, seconds = "0", fraction = ""] = match;
  if (BigInt(seconds) > PROTO_SECONDS) return null;
  const size = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -size : size;
}

/** Protobuf's JSON form: seconds with 0, 3, 6 or 9 digits of fraction. Also what Envoy's JSON wants. */
export function formatProtoDuration(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? "-" : "";
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = (size % 1_000_000_000n)
    .toString()
    .padStart(9, "0")
    .replace(/(000){1,3}$/, "");
  return `${sign}${size / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`}s`;
}

/** Why the text is no protobuf duration, or null where it is one. */
export function protoDurationReason(text: string): string | null {
  return parseProtoDuration(text) === null ? 'must be a duration in seconds such as "10s" or "0.250s"' : null;
}
