// Versions of what a proxy consists of: its Envoy, the program that runs it, and what else runs beside it.

/** As the proxy said it when it connected; a text is empty where it did not say it. */
export interface ProxyVersions {
  readonly program: {
    /** `weft proxy run`, Kuma's kuma-dp; empty: an Envoy that nothing runs, as far as it says. */
    readonly name: ProgramName;
    readonly version: string;
    readonly gitTag: string;
    readonly gitCommit: string;
    readonly buildDate: string;
  };
  /** `version` as `1.40.0`, `build` as `9e55…/1.40.0/Clean/RELEASE/BoringSSL`. */
  readonly envoy: { readonly version: string; readonly build: string };
  /** Version by name, as kuma-dp tells of CoreDNS. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Characters of each text. */
export const MOST_VERSION_TEXT = 128;
export const MOST_DEPENDENCIES = 16;

export const PROGRAM_NAMES = ["weft", "kuma-dp", ""] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];

/** The oldest Envoy that this release makes configs for. */
export const OLDEST_ENVOY = "1.40.0";
/** Releases of kuma-dp that Kuma 2.14 works with: two minors before its own and two after it. */
const KUMA_DP = { major: 2, from: 12, to: 16 };

/** What is older than the release supports; empty = nothing. */
export type OldPart = "envoy" | "program" | "";

/** The part to blame first. A version that cannot be read, as of a build of somebody's own, counts as supported. */
export function oldPartOf({ envoy, program }: ProxyVersions): OldPart {
  if (!isEnvoySupported(envoy.version)) return "envoy";
  return isProgramSupported(program) ? "" : "program";
}

/** Whether configs are made for it. */
export function isEnvoySupported(version: string): boolean {
  return numbersOf(version) === null || compareVersions(version, OLDEST_ENVOY) >= 0;
}

/** Whether Kuma's rule lets it connect without a warning; weft's own program always. */
export function isProgramSupported({ name, version }: Pick<ProxyVersions["program"], "name" | "version">): boolean {
  const numbers = name === "kuma-dp" && !version.includes("preview") ? numbersOf(version) : null;
  if (numbers === null) return true;
  const [major, minor] = numbers;
  return major === KUMA_DP.major && minor >= KUMA_DP.from && minor <= KUMA_DP.to;
}

/** Below zero where the first is older. By their numbers, then as texts; one without numbers comes before all others. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  if (a === null || b === null) return Number(a !== null) - Number(b !== null) || compareTexts(one, other);
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || compareTexts(one, other);
}

function numbersOf(version: string): readonly [number, number, number] | null {
  const [, major, minor, patch] = /^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?/.exec(version) ?? [];
  return major === undefined ? null : [Number(major), Number(minor), Number(patch ?? 0)];
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
