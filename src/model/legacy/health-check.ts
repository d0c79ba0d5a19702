// Older policy HealthCheck: how a client's proxy finds out which hosts of a service work.

import { parseDuration } from "#model/duration.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { base64, flag, may, message, number, olderDuration, text, uint32 } from "#model/shape.ts";
import { under, type Violation } from "#model/violation.ts";
import { ends, endsViolations, type SpecOfShape, TOWARD_SERVICES } from "./older-policy.ts";

const http = message(() => ({
  path: may(text),
  requestHeadersToAdd: may(
    z.array(
      message({ header: may(message({ key: may(text), value: may(text) })), append: may(flag) }, { keep: ["append"] }),
    ),
  ),
  expectedStatuses: may(z.array(uint32)),
}));

const conf = message(
  () => ({
    interval: may(olderDuration),
    timeout: may(olderDuration),
    unhealthyThreshold: may(uint32),
    healthyThreshold: may(uint32),
    initialJitter: may(olderDuration),
    intervalJitter: may(olderDuration),
    intervalJitterPercent: may(uint32),
    healthyPanicThreshold: may(number),
    failTrafficOnPanic: may(flag),
    eventLogPath: may(text),
    alwaysLogHealthCheckFailures: may(flag),
    noTrafficInterval: may(olderDuration),
    tcp: may(message({ send: may(base64), receive: may(z.array(base64)) }, { keep: ["send"] })),
    http: may(http),
    reuseConnection: may(flag),
  }),
  { keep: ["healthyPanicThreshold", "failTrafficOnPanic", "alwaysLogHealthCheckFailures", "reuseConnection"] },
);

export const healthCheckShape = message({ ...ends, conf: may(conf) });
export type HealthCheckSpec = SpecOfShape<typeof healthCheckShape>;
export type HealthCheckConf = SpecOfShape<typeof conf>;

const POSITIVE = "must have a positive value";

function confViolations(said: HealthCheckConf): Violation[] {
  const { unhealthyThreshold = 0, healthyThreshold = 0, healthyPanicThreshold: panic = 0, tcp, http: requests } = said;
  const positive = (field: "interval" | "timeout" | "initialJitter" | "intervalJitter" | "noTrafficInterval") =>
    (parseDuration(said[field] ?? "") ?? 0n) > 0n ? [] : [{ field, reason: POSITIVE }];
  const whereSaid = (["initialJitter", "intervalJitter", "noTrafficInterval"] as const).filter(
    (field) => said[field] !== undefined,
  );
  return [
    ...positive("interval"),
    ...positive("timeout"),
    ...(unhealthyThreshold === 0 ? [{ field: "unhealthyThreshold", reason: POSITIVE }] : []),
    ...(healthyThreshold === 0 ? [{ field: "healthyThreshold", reason: POSITIVE }] : []),
    ...whereSaid.flatMap(positive),
    ...(panic < 0 || panic > 100 ? [{ field: "healthyPanicThreshold", reason: "must be in range [0.0 - 100.0]" }] : []),
    ...(requests === undefined ? [] : under("http", httpViolations(requests))),
    ...(tcp !== undefined && requests !== undefined
      ? [{ field: "", reason: "http and tcp cannot be defined at the same time" }]
      : []),
  ];
}

function httpViolations({
  path,
  expectedStatuses = [],
  requestHeadersToAdd = [],
}: SpecOfShape<typeof http>): Violation[] {
  return [
    ...(path === undefined ? [{ field: "path", reason: "has to be defined and cannot be empty" }] : []),
    ...expectedStatuses.flatMap((status, index) =>
      status < 100 || status >= 600
        ? [{ field: `expectedStatuses[${index}]`, reason: "must be in range [100, 600)" }]
        : [],
    ),
    ...requestHeadersToAdd.flatMap(({ header }, index) => {
      const field = `requestHeadersToAdd[${index}].header`;
      if (header === undefined) return [{ field, reason: "has to be defined" }];
      return header.key === undefined ? [{ field: `${field}.key`, reason: "cannot be empty" }] : [];
    }),
  ];
}

export const healthCheckJudge: Judge<HealthCheckSpec> = {
  shape: healthCheckShape,
  validate: ({ spec }) => [
    ...endsViolations(spec, TOWARD_SERVICES),
    ...under(
      "conf",
      spec.conf === undefined ? [{ field: "", reason: "has to be defined" }] : confViolations(spec.conf),
    ),
  ],
};
