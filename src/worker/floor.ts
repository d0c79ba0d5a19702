// Store and control on the workers' bindings; both the API worker and each writer open them for themselves.
import type { ControlDeps } from "#control/deps.ts";
import { type Control, openControl } from "#control/open.ts";
import { openD1 } from "#store/d1.ts";
import { openStore } from "#store/open.ts";
import type { Store } from "#store/store.ts";
import type { ApiEnvironment } from "./environment.ts";
import { readKeyRing } from "./key-ring.ts";
import { openLog } from "./log.ts";
import { chance, clock, digest } from "./platform.ts";

export interface Floor {
  readonly store: Store;
  readonly control: Control;
}

/** `alarms` are what a writer needs; see control/deps.ts. */
export async function openFloor(
  env: ApiEnvironment,
  alarms: Pick<ControlDeps, "beforeCommit" | "wake" | "receivers"> = {},
): Promise<Floor> {
  const tenants = openD1(env.TENANTS);
  const store = openStore({ directory: openD1(env.DIRECTORY), placement: () => tenants, clock, chance, digest });
  const control = openControl({
    store,
    digest,
    clock,
    chance,
    keyEncryptionKey: await readKeyRing(env.KEY_ENCRYPTION_KEY),
    controlPlane: env.CONTROL_PLANE,
    bell: { ring: () => {} },
    log: openLog(env.LOG_LEVEL),
    ...(env.HISTORY_DAYS === undefined ? {} : { historyDays: historyDaysOf(env.HISTORY_DAYS) }),
    ...alarms,
  });
  return { store, control };
}

/** Error that names the binding, where it is no number of days. */
function historyDaysOf(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 36_500)
    throw new Error(`HISTORY_DAYS must be 1 to 36500, not ${text}`);
  return days;
}
