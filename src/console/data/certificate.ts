// Certificates as pages show them: of each proxy the newest, the next to end first.
import type { CertificateBody } from "#api/weft.ts";
import type { Tone } from "#console/part/status.tsx";

const HOUR = 3_600_000;
/** The last quarter of a day's certificate, of which webhooks warn too. */
const SOON = 6 * HOUR;

export type Standing = "good" | "soon" | "ended";

export const STANDING_TONES: Readonly<Record<Standing, Tone>> = { good: "good", soon: "doubt", ended: "none" };

/** How a certificate stands at a moment in milliseconds. */
export function standingOf(notAfter: string, now: number): Standing {
  const left = Date.parse(notAfter) - now;
  return left <= 0 ? "ended" : left < SOON ? "soon" : "good";
}

/** The newest of each proxy; those that have ended come last. Issuers have a list of their own. */
export function upcoming(all: readonly CertificateBody[], now: number): readonly CertificateBody[] {
  const newest = new Map<string, CertificateBody>();
  for (const one of all) {
    const key = `${one.mesh}/${one.name}`;
    if (one.name !== "" && (newest.get(key)?.notAfter ?? "") < one.notAfter) newest.set(key, one);
  }
  const hasEnded = ({ notAfter }: CertificateBody): number => Number(Date.parse(notAfter) <= now);
  return [...newest.values()].sort(
    (a, b) => hasEnded(a) - hasEnded(b) || (a.notAfter < b.notAfter ? -1 : Number(a.notAfter > b.notAfter)),
  );
}
