// Older policy FaultInjection: faults put into an inbound's requests on purpose.

import { isAssigned } from "#model/http-status.ts";
import type { Judge } from "#model/kind.ts";
import { parseBandwidth } from "#model/policy/mesh-fault-injection.ts";
import { protocolOf } from "#model/protocol.ts";
import { may, message, number, olderDuration, text, uint32 } from "#model/shape.ts";
import { PROTOCOL_TAG, type Tags } from "#model/tag.ts";
import { tagField } from "#model/tag-rule.ts";
import { under, type Violation } from "#model/violation.ts";
import { ends, endsViolations, type SpecOfShape, TOWARD_INBOUNDS } from "./older-policy.ts";

const conf = message(() => ({
  delay: may(message({ percentage: may(number), value: may(olderDuration) }, { keep: ["percentage"] })),
  abort: may(message({ percentage: may(number), httpStatus: may(uint32) }, { keep: ["percentage", "httpStatus"] })),
  responseBandwidth: may(message({ percentage: may(number), limit: may(text) }, { keep: ["percentage", "limit"] })),
}));

export const faultInjectionShape = message({ ...ends, conf: may(conf) });
export type FaultInjectionSpec = SpecOfShape<typeof faultInjectionShape>;
export type FaultInjectionConf = SpecOfShape<typeof conf>;

/** Requests must be read for a fault to be put into them. */
const HTTP = ["http", "http2", "grpc"];

function protocolViolations(tags: Tags): Violation[] {
  const said = tags[PROTOCOL_TAG];
  if (said === undefined) return [{ field: "", reason: "protocol must be specified" }];
  if (HTTP.includes(protocolOf(said) ?? "")) return [];
  return [{ field: tagField(PROTOCOL_TAG), reason: `must be one of the [${HTTP.join(", ")}]` }];
}

function confViolations({ delay = {}, abort = {}, responseBandwidth: slow = {} }: FaultInjectionConf): Violation[] {
  const said = (part: object): boolean => Object.keys(part).length > 0;
  if (!said(delay) && !said(abort) && !said(slow)) {
    return [{ field: "", reason: "must have at least one of the faults configured" }];
  }
  const empty = (field: string, value: unknown): Violation[] =>
    value === undefined ? [{ field, reason: "cannot be empty" }] : [];
  const share = ({ percentage }: { readonly percentage?: number }): Violation[] =>
    percentage !== undefined && (percentage < 0 || percentage > 100)
      ? [{ field: "percentage", reason: "has to be in [0.0 - 100.0] range" }]
      : empty("percentage", percentage);
  return [
    ...(said(delay) ? under("delay", [...share(delay), ...empty("value", delay.value)]) : []),
    ...(said(abort) ? under("abort", [...share(abort), ...statusViolations(abort.httpStatus)]) : []),
    ...(said(slow) ? under("responseBandwidth", [...share(slow), ...limitViolations(slow.limit)]) : []),
  ];
}

function statusViolations(status: number | undefined): Violation[] {
  if (status === undefined) return [{ field: "httpStatus", reason: "cannot be empty" }];
  return status >= 200 && isAssigned(status) ? [] : [{ field: "httpStatus", reason: "http status code is incorrect" }];
}

function limitViolations(limit: string | undefined): Violation[] {
  if (limit === undefined) return [{ field: "limit", reason: "cannot be empty" }];
  return bandwidthOf(limit) === null ? [{ field: "limit", reason: "has to be in kbps/mbps/gbps units" }] : [];
}

/** A limit in the notation of MeshFaultInjection (`50 Mbps`), or null where it is none. */
export function bandwidthOf(limit: string): string | null {
  const told = limit.replace(/mbps$/, "Mbps").replace(/gbps$/, "Gbps");
  return parseBandwidth(told) === null ? null : told;
}

export const faultInjectionJudge: Judge<FaultInjectionSpec> = {
  shape: faultInjectionShape,
  validate: ({ spec }) => [
    ...endsViolations(spec, { ...TOWARD_INBOUNDS, destinations: { some: true, more: protocolViolations } }),
    ...under("conf", confViolations(spec.conf ?? {})),
  ],
};
