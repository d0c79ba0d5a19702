// What the API worker and the writers' worker have in common: the store and what control is given, on the workers' bindings.
import type { ControlDeps } from "#control/deps.ts";
import type { Watch } from "#control/watch/watch.ts";
import { openD1 } from "#store/d1.ts";
import { openStore } from "#store/open.ts";
import { openDatabases } from "./databases.ts";
import type { FloorEnvironment } from "./environment.ts";
import { readKeyRing } from "./key-ring.ts";
import { openLog } from "./log.ts";
import { chance, clock, digest } from "./platform.ts";
import { tierOf } from "./usual-tier.ts";
import { openWatch } from "./watch.ts";

/** An isolate has 128 MB: what is kept beside a compile must leave it room (docs/performance.md, large-compile). */
const KEPT_PROXIES = 8000;

/** Whoever has a bell of its own puts it in place of the silent one. */
export async function openFloor(env: FloorEnvironment): Promise<ControlDeps & { readonly watch: Watch }> {
  const placement = openDatabases(env);
  const log = openLog(env.LOG_LEVEL);
  return {
    store: openStore({ directory: openD1(env.DIRECTORY), placement, clock, chance, digest }),
    digest,
    clock,
    chance,
    keyEncryptionKey: await readKeyRing(env),
    controlPlane: env.CONTROL_PLANE,
    bell: { ring: () => {}, dismiss: () => {} },
    log,
    watch: openWatch(env, log),
    ...(env.HISTORY_DAYS === undefined ? {} : { historyDays: historyDaysOf(env.HISTORY_DAYS) }),
    usualTier: tierOf(env.USUAL_TIER),
    keptProxies: KEPT_PROXIES,
  };
}

/** Error that names the binding, where it is no number of days. */
function historyDaysOf(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 36_500)
    throw new Error(`HISTORY_DAYS must be 1 to 36500, not ${text}`);
  return days;
}
