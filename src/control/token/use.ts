// When API tokens are used, written down so seldom that it costs next to nothing.

import type { ControlDeps } from "#control/deps.ts";
import type { CredentialRow } from "#store/face/credential.ts";

/** The row is written again after so long at the earliest; milliseconds. */
export const USE_COALESCED = 5 * 60_000;
/** Tokens that are remembered; beyond it their rows alone say when they were used. */
const MOST_REMEMBERED = 10_000;

export interface TokenUses {
  /** The token was used by somebody who has its secret; `row` is as it was read to see so. Nothing is waited for. */
  used(tenant: string, row: Pick<CredentialRow, "id" | "lastUsedAt">): void;
}

export interface TokenUseDeps extends Pick<ControlDeps, "store" | "clock" | "log"> {
  /** Takes what goes on after the answer; absent = it goes on by itself. */
  readonly background?: ((work: Promise<unknown>) => void) | undefined;
}

/** Of this process; others are heeded by what the row says. */
export function openTokenUses({ store, clock, log, background = () => {} }: TokenUseDeps): TokenUses {
  /** When this process wrote, by `<tenant>/<id>`; milliseconds since 1970. */
  const written = new Map<string, number>();

  async function write(tenant: string, id: string, now: number): Promise<void> {
    const unless = new Date(now - USE_COALESCED).toISOString();
    try {
      await store.within(tenant).noteUse(id, new Date(now).toISOString(), unless);
    } catch (error) {
      log("warn", "a token's use was not written down", { tenant, token: id, error });
    }
  }

  return {
    used(tenant, { id, lastUsedAt }) {
      const now = clock();
      const key = `${tenant}/${id}`;
      const last = Math.max(written.get(key) ?? 0, lastUsedAt === null ? 0 : Date.parse(lastUsedAt));
      if (now - last < USE_COALESCED) return;
      if (written.size >= MOST_REMEMBERED) written.clear();
      // Before the write, not after it: of many calls at once one writes.
      written.set(key, now);
      background(write(tenant, id, now));
    },
  };
}
