// Policy MeshTimeout: timeouts of connections and requests, toward services and from clients.

import { parseDuration } from "#model/duration.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { itemViolations, listViolations, type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { matchShape, matchViolations } from "#model/rule-match.ts";
import { duration, may } from "#model/shape.ts";
import { type TargetKind, targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

const conf = z.strictObject(() => ({
  connectionTimeout: may(duration),
  idleTimeout: may(duration),
  http: may(
    z.strictObject({
      requestTimeout: may(duration),
      streamIdleTimeout: may(duration),
      maxStreamDuration: may(duration),
      maxConnectionDuration: may(duration),
      requestHeadersTimeout: may(duration),
    }),
  ),
}));

const item = z.strictObject({ targetRef: targetRefShape, default: may(conf) });

export const meshTimeoutShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  to: may(z.array(item)),
  from: may(z.array(item)),
  rules: may(z.array(z.strictObject({ matches: may(z.array(matchShape)), default: may(conf) }))),
}));
export type MeshTimeoutSpec = Frozen<z.infer<typeof meshTimeoutShape>>;
export type MeshTimeoutConf = Frozen<z.infer<typeof conf>>;

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshGateway", "MeshService", "MeshServiceSubset", "Dataplane", "MeshHTTPRoute"],
  to: ["Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute"],
  from: ["Mesh"],
  rules: true,
  gatewayTags: true,
} as const satisfies PolicyGrammar;

/** What `to` may point at when the policy is attached to a gateway or a route. */
const ATTACHED_TO: readonly TargetKind[] = ["Mesh", "MeshExternalService"];

function validate({ spec }: { readonly spec: MeshTimeoutSpec }): readonly Violation[] {
  const top = spec.targetRef?.kind;
  const attached = top === "MeshGateway" || top === "MeshHTTPRoute";
  const from = spec.from ?? [];
  return [
    ...listViolations(spec, grammar),
    ...topViolations(spec, grammar),
    ...(attached && from.length > 0
      ? [{ field: "from", reason: "must not be defined" }]
      : itemViolations("from", from, grammar.from, ({ default: said }) => under("default", confViolations(said)))),
    ...itemViolations("to", spec.to, attached ? ATTACHED_TO : grammar.to, ({ default: said }) =>
      under("default", [...confViolations(said), ...(top === "MeshHTTPRoute" ? routeViolations(said) : [])]),
    ),
    ...(spec.rules ?? []).flatMap(({ matches = [], default: said }, index) =>
      under(`rules[${index}]`, [
        ...matches.flatMap((match, position) => under(`matches[${position}]`, matchViolations(match))),
        ...under("default", [
          ...confViolations(said),
          ...(matches.some(({ spiffeID }) => spiffeID !== undefined) ? identityViolations(said) : []),
        ]),
      ]),
    ),
  ];
}

function confViolations(said: MeshTimeoutConf = {}): Violation[] {
  const found: Violation[] = [];
  if (Object.keys(said).length === 0) return [{ field: "", reason: "at least one timeout should be configured" }];
  for (const [field, value] of timeoutsOf(said)) {
    const nanoseconds = parseDuration(value) ?? 0n;
    if (field === "connectionTimeout" && nanoseconds <= 0n) {
      found.push({ field, reason: "must be greater than zero when defined" });
    } else if (nanoseconds < 0n) found.push({ field, reason: "must not be negative when defined" });
  }
  if (said.http !== undefined && Object.keys(said.http).length === 0) {
    found.push({ field: "http", reason: "at least one timeout in this section should be configured" });
  }
  return found;
}

function timeoutsOf({ http = {}, ...plain }: MeshTimeoutConf): [field: string, value: string][] {
  return [
    ...Object.entries(plain),
    ...Object.entries(http).map(([field, value]): [string, string] => [`http.${field}`, value]),
  ];
}

/** What belongs to a cluster or a connection cannot depend on the route. */
function routeViolations(said: MeshTimeoutConf = {}): Violation[] {
  const ofRoute = ["http.requestTimeout", "http.streamIdleTimeout"];
  return timeoutsOf(said)
    .filter(([field]) => !ofRoute.includes(field))
    .map(([field]) => ({
      field,
      reason: "can't be specified when top-level TargetRef is referencing MeshHTTPRoute",
    }));
}

function identityViolations(said: MeshTimeoutConf = {}): Violation[] {
  const ofRequest = ["http.requestTimeout", "http.streamIdleTimeout"];
  return timeoutsOf(said)
    .filter(([field]) => !ofRequest.includes(field))
    .map(([field]) => ({
      field,
      reason:
        "can't be specified when matches contain spiffeID because this field cannot be conditioned on source identity",
    }));
}

export const meshTimeoutJudge: Judge<MeshTimeoutSpec> = {
  shape: meshTimeoutShape,
  validate,
  warn: ({ spec }) => [
    ...((spec.from?.length ?? 0) > 0 ? ["'from' field is deprecated, use 'rules' instead"] : []),
    ...topWarnings(spec),
  ],
};
