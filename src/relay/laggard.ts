// A laggard: a proxy that has not taken what is served, named for people, with its Envoy's words where it refuses.
import type { ReportedLaggard } from "#api/zone.ts";
import { type ProxyKey, proxyText, type StreamDelivery } from "./zone.ts";

export const MOST_LAGGARDS = 20;
const MOST_REFUSED = 20;
const LONGEST_REASON = 1000;
const NOT_CONNECTED = "its Envoy is not connected";

/** Of a stream; reason and what is refused are bounded, and the reason is one line. */
export function laggardOf(one: StreamDelivery): ReportedLaggard {
  return {
    proxy: proxyText(one),
    // An Envoy's words are its workload's to choose: they come to terminals and logs as one line that steers nothing.
    reason: one.reason
      .replace(/[\s\p{Cc}]+/gu, " ")
      .trim()
      .slice(0, LONGEST_REASON),
    ...((one.refused?.length ?? 0) > 0 && { refused: one.refused?.slice(0, MOST_REFUSED) ?? [] }),
  };
}

/** Of registered proxies without a stream, sorted by their names. */
export function absentees(proxies: readonly ProxyKey[]): readonly ReportedLaggard[] {
  const absent = proxies.map((one) => ({ proxy: proxyText(one), reason: NOT_CONNECTED, connected: false as const }));
  return absent.sort((a, b) => (a.proxy < b.proxy ? -1 : 1));
}
