// Policy MeshRateLimit: how many requests and connections an inbound takes in a while, each proxy for itself.

import { parseDuration } from "#model/duration.ts";
import type { Frozen } from "#model/frozen.ts";
import { headerList } from "#model/http-header.ts";
import { ERROR_STATUSES } from "#model/http-status.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import {
  GATEWAY_SCOPE,
  includesGateways,
  itemViolations,
  type PolicyGrammar,
  topViolations,
  topWarnings,
} from "#model/policy-rules.ts";
import { matchShape, matchViolations, type RuleMatch } from "#model/rule-match.ts";
import { duration, flag, may, uint32 } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

const rate = z.strictObject({ num: uint32, interval: duration });

const conf = z.strictObject(() => ({
  local: may(
    z.strictObject({
      http: may(
        z.strictObject({
          disabled: may(flag),
          requestRate: may(rate),
          onRateLimit: may(
            z.strictObject({
              status: may(uint32),
              headers: may(z.strictObject({ set: may(headerList), add: may(headerList) })),
            }),
          ),
        }),
      ),
      tcp: may(z.strictObject({ disabled: may(flag), connectionRate: may(rate) })),
    }),
  ),
}));

const item = z.strictObject({ targetRef: targetRefShape, default: may(conf) });

export const meshRateLimitShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  from: may(z.array(item)),
  to: may(z.array(item)),
  rules: may(z.array(z.strictObject({ matches: may(z.array(matchShape)), default: may(conf) }))),
}));
export type MeshRateLimitSpec = Frozen<z.infer<typeof meshRateLimitShape>>;
export type MeshRateLimitConf = Frozen<z.infer<typeof conf>>;
export type Rate = Frozen<z.infer<typeof rate>>;
export type LocalHttpRate = NonNullable<NonNullable<MeshRateLimitConf["local"]>["http"]>;
export type LocalTcpRate = NonNullable<NonNullable<MeshRateLimitConf["local"]>["tcp"]>;
type RateAnswer = NonNullable<LocalHttpRate["onRateLimit"]>;

/** Envoy adds no more to a refusal. */
export const MOST_HEADERS = 10;

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshGateway", "MeshService", "MeshServiceSubset", "MeshHTTPRoute", "Dataplane"],
  to: ["Mesh"],
  from: ["Mesh"],
  rules: true,
  gatewayTags: true,
} as const satisfies PolicyGrammar;

const NOT_HERE = { reason: "must not be defined" };
/** Envoy refuses to refill a bucket more often. */
const SHORTEST = 50_000_000n;

function validate({ spec }: { readonly spec: MeshRateLimitSpec }): readonly Violation[] {
  const { from = [], to = [], rules = [] } = spec;
  const gateways = includesGateways(spec.targetRef);
  const byConf = ({ default: said }: { readonly default?: MeshRateLimitConf }): Violation[] =>
    under("default", confViolations(said));
  return [
    ...(rules.length > 0 && (to.length > 0 || from.length > 0)
      ? [{ field: "", reason: "fields 'to' and 'from' must be empty when 'rules' is defined" }]
      : []),
    ...topViolations(spec, grammar),
    ...(gateways && rules.length > 0
      ? [{ field: "rules", ...NOT_HERE }]
      : rules.flatMap((rule, index) =>
          under(`rules[${index}]`, [...matchesViolations(rule.matches, rule.default), ...byConf(rule)]),
        )),
    ...(gateways && from.length > 0
      ? [{ field: "from", reason: GATEWAY_SCOPE }]
      : itemViolations("from", from, grammar.from, byConf)),
    ...(!gateways && to.length > 0 ? [{ field: "to", ...NOT_HERE }] : itemViolations("to", to, grammar.to, byConf)),
  ];
}

function matchesViolations(matches: readonly RuleMatch[] = [], said: MeshRateLimitConf = {}): Violation[] {
  const found = matches.flatMap((match, index) => {
    const empty = match.spiffeID === undefined && match.sni === undefined;
    const none = { field: "", reason: "must specify at least one of 'spiffeID' or 'sni'" };
    return under(`matches[${index}]`, [...matchViolations(match), ...(empty ? [none] : [])]);
  });
  if (said.local?.tcp !== undefined && matches.some(({ spiffeID }) => spiffeID !== undefined)) {
    const reason =
      "can't be specified when matches contain spiffeID because this field cannot be conditioned on source identity";
    found.push({ field: "default.local.tcp", reason });
  }
  return found;
}

function confViolations({ local }: MeshRateLimitConf = {}): Violation[] {
  if (local === undefined) return [{ field: "local", reason: "must be defined" }];
  const { http, tcp } = local;
  const found: Violation[] = [];
  if (http === undefined && tcp === undefined) {
    found.push({ field: "", reason: "must have at least one defined: tcp, http" });
  }
  if (http !== undefined) {
    const { disabled, requestRate, onRateLimit } = http;
    if (disabled === undefined && requestRate === undefined && onRateLimit === undefined) {
      found.push({ field: "http", reason: "must have at least one defined: disabled, requestRate, onRateLimit" });
    }
    found.push(...under("http.requestRate", rateViolations(requestRate)));
    found.push(...under("http.onRateLimit", answerViolations(onRateLimit)));
  }
  if (tcp !== undefined) {
    const { disabled, connectionRate } = tcp;
    if (disabled === undefined && connectionRate === undefined) {
      found.push({ field: "tcp", reason: "must have at least one defined: disabled, connectionRate" });
    }
    found.push(...under("tcp.connectionRate", rateViolations(connectionRate)));
  }
  return under("local", found);
}

/** Kuma takes any status and as many headers as there are; Envoy would refuse the whole route configuration. */
function answerViolations(said: RateAnswer = {}): Violation[] {
  const { status, headers: { set = [], add = [] } = {} } = said;
  const found: Violation[] = [];
  if (status === 0) found.push({ field: "status", reason: "must be greater than 0" });
  else if (status !== undefined && status >= 400 && !ERROR_STATUSES.has(status)) {
    found.push({ field: "status", reason: "must be a registered HTTP status" });
  }
  if (set.length + add.length > MOST_HEADERS) {
    found.push({ field: "headers", reason: `must not have more than ${MOST_HEADERS} headers` });
  }
  return found;
}

function rateViolations(said: Rate | undefined): Violation[] {
  if (said === undefined) return [];
  const found: Violation[] = [];
  if (said.num === 0) found.push({ field: "num", reason: "must be greater than 0" });
  if ((parseDuration(said.interval) ?? 0n) <= SHORTEST) {
    found.push({ field: "interval", reason: "must be greater than: 50ms" });
  }
  return found;
}

/** Envoy answers 429 instead of a status below 400. */
function statusWarnings(spec: MeshRateLimitSpec): string[] {
  return (["from", "rules", "to"] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap(({ default: said }, index) => {
      const status = said?.local?.http?.onRateLimit?.status;
      if (status === undefined || status >= 400) return [];
      return [
        `'spec.${list}[${index}].default.local.http.requestRate.status' must be 400 or higher. Please update your configuration.`,
      ];
    }),
  );
}

export const meshRateLimitJudge: Judge<MeshRateLimitSpec> = {
  shape: meshRateLimitShape,
  validate,
  warn: ({ spec }) => [
    ...((spec.from?.length ?? 0) > 0 ? ["'from' field is deprecated, use 'rules' instead"] : []),
    ...statusWarnings(spec),
    ...topWarnings(spec),
  ],
};
