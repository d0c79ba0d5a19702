// Older policy Timeout: timeouts of what a client sends.
import type { Judge } from "#model/kind.ts";
import { may, message, olderDuration } from "#model/shape.ts";
import { under, type Violation } from "#model/violation.ts";
import { ends, endsViolations, type SpecOfShape, TOWARD_SERVICES, zeroViolation } from "./older-policy.ts";

const conf = message(() => ({
  connectTimeout: may(olderDuration),
  tcp: may(message({ idleTimeout: may(olderDuration) })),
  http: may(
    message({
      requestTimeout: may(olderDuration),
      idleTimeout: may(olderDuration),
      streamIdleTimeout: may(olderDuration),
      maxStreamDuration: may(olderDuration),
    }),
  ),
  grpc: may(message({ streamIdleTimeout: may(olderDuration), maxStreamDuration: may(olderDuration) })),
}));

export const timeoutShape = message({ ...ends, conf: may(conf) });
export type TimeoutSpec = SpecOfShape<typeof timeoutShape>;
export type TimeoutConf = SpecOfShape<typeof conf>;

const NONE = "at least one timeout in section has to be defined";
const POSITIVE = "has to be greater than 0";

function confViolations({ tcp, http, grpc }: TimeoutConf): Violation[] {
  const section = (name: "http" | "grpc", members: readonly (readonly [string, string | undefined])[]): Violation[] =>
    members.every(([, value]) => value === undefined)
      ? [{ field: name, reason: NONE }]
      : under(
          name,
          members.flatMap(([field, value]) => zeroViolation(field, value, `${POSITIVE} when defined`)),
        );
  return [
    ...(tcp === undefined
      ? []
      : tcp.idleTimeout === undefined
        ? [{ field: "tcp", reason: NONE }]
        : zeroViolation("tcp.idleTimeout", tcp.idleTimeout, POSITIVE)),
    // The other two of `http` are Kuma's later additions, which it does not look at.
    ...(http === undefined
      ? []
      : section("http", [
          ["requestTimeout", http.requestTimeout],
          ["idleTimeout", http.idleTimeout],
        ])),
    ...(grpc === undefined ? [] : section("grpc", Object.entries({ streamIdleTimeout: undefined, ...grpc }))),
  ];
}

export const timeoutJudge: Judge<TimeoutSpec> = {
  shape: timeoutShape,
  validate: ({ spec }) => [
    ...endsViolations(spec, TOWARD_SERVICES),
    ...under(
      "conf",
      spec.conf === undefined ? [{ field: "", reason: "has to be defined" }] : confViolations(spec.conf),
    ),
  ],
};
