// Lifetimes of certificates, read once a minute for all who look.
import type { TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import type { Lifetime } from "#control/webhook/certificate-sight.ts";
import { lifetimesOf } from "#control/webhook/lifetimes.ts";

/** They are read again no earlier; milliseconds. */
const KEPT = 60_000;

/** What has not ended, as it was at most a minute ago. */
export type LifetimesNow = (state: TenantState) => Promise<readonly Lifetime[]>;

/** Of one organisation's writer. */
export function openLifetimes({ store, vault, deps }: Tenant): LifetimesNow {
  let known: { readonly at: number; readonly found: readonly Lifetime[] } | null = null;
  return async (state) => {
    const now = deps.clock();
    if (known === null || now - known.at >= KEPT)
      known = { at: now, found: await lifetimesOf(state, store, vault, now) };
    return known.found.filter(({ notAfter }) => notAfter > now);
  };
}
