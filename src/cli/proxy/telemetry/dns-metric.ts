// The proxy's DNS server on the page of metrics.
import { DNS_METRICS } from "#dns/count.ts";
import type { DnsCounts } from "#dns/server.ts";
import type { Family } from "./metric-text.ts";

/** The families of its counts; none without a server. */
export function dnsFamilies(counts: DnsCounts | null): readonly Family[] {
  if (counts === null) return [];
  return DNS_METRICS.map(({ name, help, values }) => ({
    name: `weft_proxy_${name}`,
    type: "counter",
    help,
    samples: values(counts).map(([value, labels]) => ({
      name: `weft_proxy_${name}`,
      labels: Object.entries(labels),
      value: String(value),
      time: undefined,
    })),
  }));
}
