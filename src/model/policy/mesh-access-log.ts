// Policy MeshAccessLog: what is logged of requests and connections, and where it goes.

import { ENDPOINT_WARNING, isEndpoint } from "#model/collector.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { itemViolations, listViolations, type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { matchShape, matchViolations } from "#model/rule-match.ts";
import { may } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";
import { backendShape, backendsViolations, type LogBackend, type LogFormat } from "./mesh-access-log-backend.ts";

const conf = z.strictObject({ backends: may(z.array(backendShape)) });

const item = z.strictObject({ targetRef: targetRefShape, default: conf });

export const meshAccessLogShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  to: may(z.array(item)),
  from: may(z.array(item)),
  rules: may(z.array(z.strictObject({ matches: may(z.array(matchShape)), default: conf }))),
}));
export type MeshAccessLogSpec = Frozen<z.infer<typeof meshAccessLogShape>>;
export type MeshAccessLogConf = Frozen<z.infer<typeof conf>>;

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshGateway", "MeshService", "MeshServiceSubset", "Dataplane"],
  to: ["Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute"],
  from: ["Mesh"],
  rules: true,
  gatewayTags: true,
} as const satisfies PolicyGrammar;

function validate({ spec }: { readonly spec: MeshAccessLogSpec }): readonly Violation[] {
  const to = spec.targetRef?.kind === "MeshGateway" ? (["Mesh"] as const) : grammar.to;
  return [
    ...topViolations(spec, grammar),
    ...listViolations(spec, grammar),
    ...itemViolations("to", spec.to, to, (one) => under("default", confViolations(one.default))),
    ...itemViolations("from", spec.from, grammar.from, (one) => under("default", confViolations(one.default))),
    ...(spec.rules ?? []).flatMap(({ matches = [], default: said }, index) =>
      under(`rules[${index}]`, [
        ...matches.flatMap((match, position) => under(`matches[${position}]`, matchViolations(match))),
        ...under("default", confViolations(said)),
      ]),
    ),
  ];
}

function confViolations({ backends }: MeshAccessLogConf): readonly Violation[] {
  return backends === undefined ? [{ field: "backends", reason: "must be defined" }] : backendsViolations(backends);
}

function confsOf({ to = [], from = [], rules = [] }: MeshAccessLogSpec): readonly MeshAccessLogConf[] {
  return [...to, ...from, ...rules].map((one) => one.default);
}

function warn({ spec }: { readonly spec: MeshAccessLogSpec }): readonly string[] {
  const backends = confsOf(spec).flatMap((one) => one.backends ?? []);
  const portless = backends.flatMap(({ tcp }) =>
    tcp !== undefined && !/:\d+(\/|$)/.test(tcp.address) ? [tcp.address] : [],
  );
  return [
    ...((spec.from?.length ?? 0) > 0 ? ["'from' field is deprecated, use 'rules' instead"] : []),
    ...(backends.some(({ openTelemetry }) => openTelemetry !== undefined && isEndpoint(openTelemetry))
      ? [ENDPOINT_WARNING]
      : []),
    ...[...new Set(portless)].map((address) => `tcp.address ${address} has no port: no log line can be sent there`),
    ...topWarnings(spec),
  ];
}

/** Kuma's schema fills these on write. */
function complete(spec: MeshAccessLogSpec): MeshAccessLogSpec {
  const filled = <Item extends { readonly default: MeshAccessLogConf }>(list: readonly Item[]): Item[] =>
    list.map((one) => ({
      ...one,
      default: { ...one.default, ...(one.default.backends && { backends: one.default.backends.map(completeBackend) }) },
    }));
  // Read again, for the order of members.
  return meshAccessLogShape.parse({
    ...spec,
    ...(spec.to && { to: filled(spec.to) }),
    ...(spec.from && { from: filled(spec.from) }),
    ...(spec.rules && { rules: filled(spec.rules) }),
  });
}

function completeBackend({ tcp, file, openTelemetry, ...rest }: LogBackend): LogBackend {
  const formatted = <T extends { readonly format?: LogFormat }>(one: T): T =>
    one.format === undefined ? one : { ...one, format: { omitEmptyValues: false, ...one.format } };
  return {
    ...rest,
    ...(tcp && { tcp: formatted(tcp) }),
    ...(file && { file: formatted(file) }),
    ...(openTelemetry && { openTelemetry: { endpoint: "", ...openTelemetry } }),
  };
}

export const meshAccessLogJudge: Judge<MeshAccessLogSpec> = {
  shape: meshAccessLogShape,
  complete,
  validate,
  warn,
};
