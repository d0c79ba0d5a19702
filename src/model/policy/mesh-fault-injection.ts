// Policy MeshFaultInjection: aborts, delays and slow answers, put into an inbound's requests on purpose.

import { parseDuration } from "#model/duration.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { percentage, percentageViolations } from "#model/percentage.ts";
import {
  GATEWAY_SCOPE,
  includesGateways,
  itemViolations,
  type PolicyGrammar,
  topViolations,
  topWarnings,
} from "#model/policy-rules.ts";
import { matchShape, matchViolations } from "#model/rule-match.ts";
import { duration, int32, may, text } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

const fault = z.strictObject(() => ({
  abort: may(z.strictObject({ httpStatus: int32, percentage })),
  delay: may(z.strictObject({ value: duration, percentage })),
  responseBandwidth: may(z.strictObject({ limit: text, percentage })),
}));

const conf = z.strictObject({ http: may(z.array(fault)) });
const item = z.strictObject({ targetRef: targetRefShape, default: may(conf) });

export const meshFaultInjectionShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  from: may(z.array(item)),
  to: may(z.array(item)),
  rules: may(z.array(z.strictObject({ matches: may(z.array(matchShape)), default: conf }))),
}));
export type MeshFaultInjectionSpec = Frozen<z.infer<typeof meshFaultInjectionShape>>;
export type MeshFaultInjectionConf = Frozen<z.infer<typeof conf>>;
export type InjectedFault = Frozen<z.infer<typeof fault>>;

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshGateway", "MeshService", "MeshServiceSubset", "Dataplane"],
  to: ["Mesh"],
  from: ["Mesh", "MeshSubset", "MeshServiceSubset", "MeshService"],
  rules: true,
  gatewayTags: true,
} as const satisfies PolicyGrammar;

/** `10 kbps`; units as in the matches of Kuma's own expression that it can convert. */
const BANDWIDTH = /^(\d+)\s?(kbps|Mbps|Gbps)$/;
const KBPS: Readonly<Record<string, number>> = { kbps: 1, Mbps: 1_000, Gbps: 1_000_000 };

/** A bandwidth in kbit/s, or null where the text is none. */
export function parseBandwidth(limit: string): number | null {
  const [, amount = "", unit = ""] = BANDWIDTH.exec(limit) ?? [];
  const kbps = amount.length > 12 ? 0 : Number(amount) * (KBPS[unit] ?? 0);
  return kbps > 0 ? kbps : null;
}

function validate({ spec }: { readonly spec: MeshFaultInjectionSpec }): readonly Violation[] {
  const { from = [], to = [], rules = [] } = spec;
  const gateways = includesGateways(spec.targetRef);
  return [
    ...topViolations(spec, grammar),
    ...(from.length > 0 && rules.length > 0
      ? [{ field: "", reason: "field 'from' must be empty when 'rules' is defined" }]
      : []),
    ...rules.flatMap(({ matches = [], default: said }, index) =>
      under(`rules[${index}]`, [
        ...matches.flatMap((match, position) => under(`matches[${position}]`, matchViolations(match))),
        ...under("default", confViolations(said)),
      ]),
    ),
    ...(gateways && from.length > 0
      ? [{ field: "from", reason: GATEWAY_SCOPE }]
      : itemViolations("from", from, grammar.from, ({ default: said }) => under("default", confViolations(said)))),
    ...(!gateways && to.length > 0
      ? [{ field: "to", reason: "must not be defined" }]
      : itemViolations("to", to, grammar.to, ({ default: said }) => under("default", confViolations(said)))),
  ];
}

/** Kuma's paths have the index behind the fault's kind. */
function confViolations({ http = [] }: MeshFaultInjectionConf = {}): Violation[] {
  return http.flatMap(({ abort, delay, responseBandwidth }, index) => {
    const found: Violation[] = [];
    if (abort !== undefined) {
      const { httpStatus: status } = abort;
      const range =
        status < 100 || status >= 600 ? "[100, 599]" : status < 200 ? "[200, 599], Envoy takes no other" : null;
      found.push(
        ...under(`abort[${index}]`, [
          ...(range === null ? [] : [{ field: "httpStatus", reason: `must be in inclusive range ${range}` }]),
          ...under("percentage", percentageViolations(abort.percentage)),
        ]),
      );
    }
    if (delay !== undefined) {
      const negative = (parseDuration(delay.value) ?? 0n) < 0n;
      found.push(
        ...under(`delay[${index}]`, [
          ...(negative ? [{ field: "value", reason: "must not be negative when defined" }] : []),
          ...under("percentage", percentageViolations(delay.percentage)),
        ]),
      );
    }
    if (responseBandwidth !== undefined) {
      const { limit } = responseBandwidth;
      const reason = limit === "" ? "must be defined" : "must be in kbps/Mbps/Gbps units";
      found.push(
        ...under(`responseBandwidth[${index}]`, [
          ...(parseBandwidth(limit) === null ? [{ field: "limit", reason }] : []),
          ...under("percentage", percentageViolations(responseBandwidth.percentage)),
        ]),
      );
    }
    return under("http", found);
  });
}

export const meshFaultInjectionJudge: Judge<MeshFaultInjectionSpec> = {
  shape: meshFaultInjectionShape,
  validate,
  warn: ({ spec }) => [
    ...((spec.from?.length ?? 0) > 0
      ? ["'from' field is deprecated, use 'rules' with SPIFFE-based 'matches' instead"]
      : []),
    ...topWarnings(spec),
  ],
};
