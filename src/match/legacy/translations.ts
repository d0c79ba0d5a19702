// The table of translations: each older policy, and as what it acts.
import { circuitBreaker } from "./circuit-breaker.ts";
import { faultInjection } from "./fault-injection.ts";
import { healthCheck } from "./health-check.ts";
import { permission } from "./permission.ts";
import { rateLimit } from "./rate-limit.ts";
import { retry } from "./retry.ts";
import { timeout } from "./timeout.ts";
import { trafficLog } from "./traffic-log.ts";
import { trafficRoutes } from "./traffic-route.ts";
import { trafficTrace } from "./traffic-trace.ts";
import type { Translation } from "./translation.ts";

export const TRANSLATIONS = [
  permission,
  timeout,
  retry,
  circuitBreaker,
  healthCheck,
  faultInjection,
  rateLimit,
  trafficLog,
  trafficTrace,
  ...trafficRoutes,
] as readonly Translation[];
