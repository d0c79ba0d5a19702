// Store and control on the workers' bindings; both the API worker and each writer open them for themselves.
import type { ControlDeps } from "#control/deps.ts";
import { type Control, openControl } from "#control/open.ts";
import type { Watch } from "#control/watch/watch.ts";
import { openD1 } from "#store/d1.ts";
import { openStore } from "#store/open.ts";
import type { Store } from "#store/store.ts";
import { openDatabases } from "./databases.ts";
import type { ApiEnvironment } from "./environment.ts";
import { readKeyRing } from "./key-ring.ts";
import { openLog } from "./log.ts";
import { chance, clock, digest } from "./platform.ts";
import { tierOf } from "./usual-tier.ts";
import { openWatch } from "./watch.ts";

export interface Floor {
  readonly store: Store;
  readonly control: Control;
  readonly watch: Watch;
}

/** An isolate has 128 MB: what is kept beside a compile must leave it room (docs/performance.md, large-compile). */
const KEPT_PROXIES = 8000;

/** `own` is what a writer's object has, or how polls are held without one; see control/deps.ts. */
export async function openFloor(
  env: ApiEnvironment,
  own: Partial<Pick<ControlDeps, "beforeCommit" | "wake" | "receivers" | "bell" | "listen">> = {},
): Promise<Floor> {
  const placement = openDatabases(env);
  const store = openStore({ directory: openD1(env.DIRECTORY), placement, clock, chance, digest });
  const log = openLog(env.LOG_LEVEL);
  const watch = openWatch(env, log);
  const control = openControl({
    store,
    digest,
    clock,
    chance,
    keyEncryptionKey: await readKeyRing(env),
    controlPlane: env.CONTROL_PLANE,
    bell: { ring: () => {}, dismiss: () => {} },
    log,
    watch,
    ...(env.HISTORY_DAYS === undefined ? {} : { historyDays: historyDaysOf(env.HISTORY_DAYS) }),
    usualTier: tierOf(env.USUAL_TIER),
    keptProxies: KEPT_PROXIES,
    ...own,
  });
  return { store, control, watch };
}

/** Error that names the binding, where it is no number of days. */
function historyDaysOf(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 36_500)
    throw new Error(`HISTORY_DAYS must be 1 to 36500, not ${text}`);
  return days;
}
