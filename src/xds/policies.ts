// The table of policies that write Envoy's config, in Kuma's plugin order. A new policy is a file and a row here.
import { meshFaultInjectionWriter } from "./policy/mesh-fault-injection.ts";
import { meshRateLimitWriter } from "./policy/mesh-rate-limit.ts";
import { meshTimeoutWriter } from "./policy/mesh-timeout.ts";
import { meshTlsWriter } from "./policy/mesh-tls.ts";
import { meshTrafficPermissionWriter } from "./policy/mesh-traffic-permission.ts";
import type { PolicyWriter } from "./policy.ts";

export const POLICY_WRITERS: readonly PolicyWriter[] = [
  meshTlsWriter,
  meshFaultInjectionWriter,
  meshRateLimitWriter,
  meshTimeoutWriter,
  meshTrafficPermissionWriter,
];
