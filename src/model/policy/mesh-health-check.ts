// Policy MeshHealthCheck: clients ask each instance of a service whether it is well, and leave out those that are not.

import { longerThanNone, wholePercentage } from "#model/bound.ts";
import type { Frozen } from "#model/frozen.ts";
import { headerList } from "#model/http-header.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { percentage, percentageViolations } from "#model/percentage.ts";
import { itemViolations, type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { duration, flag, int32, may, text, texts } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

const http = z.strictObject(() => ({
  disabled: may(flag),
  path: may(text),
  requestHeadersToAdd: may(z.strictObject({ set: may(headerList), add: may(headerList) })),
  expectedStatuses: may(z.array(int32)),
}));
const tcp = z.strictObject(() => ({ disabled: may(flag), send: may(text), receive: may(texts) }));
const grpc = z.strictObject(() => ({ disabled: may(flag), serviceName: may(text), authority: may(text) }));

const conf = z.strictObject(() => ({
  interval: may(duration),
  timeout: may(duration),
  unhealthyThreshold: may(int32),
  healthyThreshold: may(int32),
  initialJitter: may(duration),
  intervalJitter: may(duration),
  intervalJitterPercent: may(int32),
  healthyPanicThreshold: may(percentage),
  failTrafficOnPanic: may(flag),
  eventLogPath: may(text),
  alwaysLogHealthCheckFailures: may(flag),
  noTrafficInterval: may(duration),
  tcp: may(tcp),
  http: may(http),
  grpc: may(grpc),
  reuseConnection: may(flag),
}));

export const meshHealthCheckShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  to: may(z.array(z.strictObject({ targetRef: targetRefShape, default: may(conf) }))),
}));
export type MeshHealthCheckSpec = Frozen<z.infer<typeof meshHealthCheckShape>>;
export type MeshHealthCheckConf = Frozen<z.infer<typeof conf>>;
export type HttpCheck = Frozen<z.infer<typeof http>>;
export type TcpCheck = Frozen<z.infer<typeof tcp>>;
export type GrpcCheck = Frozen<z.infer<typeof grpc>>;

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshGateway", "MeshService", "MeshServiceSubset", "Dataplane"],
  to: ["Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService"],
  gatewayTags: true,
} as const satisfies PolicyGrammar;

function validate({ spec }: { readonly spec: MeshHealthCheckSpec }): readonly Violation[] {
  return [
    ...topViolations(spec, grammar),
    ...itemViolations("to", spec.to, grammar.to, ({ default: said }) => under("default", confViolations(said))),
  ];
}

function confViolations(said: MeshHealthCheckConf = {}): Violation[] {
  const { healthyPanicThreshold: panic, eventLogPath } = said;
  return [
    ...(["interval", "timeout", "initialJitter", "intervalJitter", "noTrafficInterval"] as const).flatMap((field) =>
      longerThanNone(field, said[field]),
    ),
    ...(["unhealthyThreshold", "healthyThreshold"] as const).flatMap((field) => {
      const value = said[field];
      return value === undefined || value > 0 ? [] : [{ field, reason: "must be greater than zero when defined" }];
    }),
    ...wholePercentage("intervalJitterPercent", said.intervalJitterPercent),
    ...under("healthyPanicThreshold", panic === undefined ? [] : percentageViolations(panic)),
    ...(eventLogPath === undefined || isPath(eventLogPath)
      ? []
      : [{ field: "eventLogPath", reason: "must be a valid path when defined" }]),
    ...under("http", said.http === undefined ? [] : httpViolations(said.http)),
    ...(said.http === undefined && said.tcp === undefined && said.grpc === undefined
      ? [{ field: "", reason: "must have at least one defined: http, tcp, grpc" }]
      : []),
  ];
}

function httpViolations({ path, expectedStatuses = [] }: HttpCheck): Violation[] {
  return [
    ...(path === "" ? [{ field: "path", reason: "must be defined" }] : []),
    ...(path !== undefined && /[\0\r\n]/.test(path)
      ? [{ field: "path", reason: "must not contain line ends or NUL" }]
      : []),
    ...expectedStatuses.flatMap((status, index) =>
      status >= 100 && status < 600
        ? []
        : [{ field: `expectedStatuses[${index}]`, reason: "must be in inclusive range [100, 599]" }],
    ),
  ];
}

/** An absolute path; Envoy runs where such paths begin with a slash. */
function isPath(path: string): boolean {
  return /^(\/[^/\0]*)+\/?$/.test(path);
}

const PANIC_MOVED =
  "healthyPanicThreshold for 'to[].default' is deprecated. The setting has been moved to MeshCircuitBreaker policy, please use MeshCircuitBreaker policy instead.";

export const meshHealthCheckJudge: Judge<MeshHealthCheckSpec> = {
  shape: meshHealthCheckShape,
  validate,
  warn: ({ spec }) => [
    ...topWarnings(spec),
    ...(spec.to ?? []).flatMap(({ default: said }) => (said?.healthyPanicThreshold === undefined ? [] : [PANIC_MOVED])),
  ],
};
