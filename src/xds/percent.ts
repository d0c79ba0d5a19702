// Envoy's fractions of traffic.
import type { FractionalPercentJson } from "#envoy/generated/envoy/type/v3/percent_pb.ts";

/** 0 to 100 as Envoy's smallest exact denominator; at most four decimals are kept, as in Kuma. */
export function fractionalPercent(percent: number): FractionalPercentJson {
  if (Number.isInteger(percent)) return { numerator: percent, denominator: "HUNDRED" };
  // Rounded first: 100 * 1.15 is 114.99999999999999.
  const millionths = Math.round(percent * 10_000);
  if (millionths % 100 === 0) return { numerator: millionths / 100, denominator: "TEN_THOUSAND" };
  return { numerator: millionths, denominator: "MILLION" };
}
