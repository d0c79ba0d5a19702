// What stands at one moment: all views, and every zone that has a relay compiled from them.
import { type Compiled, type CompileMemo, compile } from "#compile/compile.ts";
import { nativeFor } from "#control/native.ts";
import type { TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { zoneProxiesOf } from "#control/zone/places.ts";
import type { ZoneTrust } from "#control/zone/trust.ts";
import type { NativeEnvoy } from "#envoy/native.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import { readViews, type TrustedView, zoneTrustOf } from "./view.ts";

/** All that a compile reads, of one moment. */
export interface Read {
  readonly views: readonly TrustedView[];
  readonly native: NativeEnvoy | null;
  readonly zoneTrust: ZoneTrust;
}

/** All that is read of one moment: a commit may come in between, and then it is read again. */
export async function readAll({ vault }: Pick<Tenant, "vault">, state: TenantState): Promise<Read> {
  for (;;) {
    const { sequence } = state.heads;
    const views = await readViews(state, vault);
    const native = await nativeFor(...views.map(({ view }) => view));
    const zoneTrust = await zoneTrustOf(state, vault);
    if (state.heads.sequence === sequence) return { views, native, zoneTrust };
  }
}

/** The relays that are not revoked, by zone: zones without any have no snapshot. */
export function relaysByZone({ relays }: TenantState): ReadonlyMap<string, readonly ZoneHead[]> {
  const zones = new Map<string, ZoneHead[]>();
  for (const head of relays.values()) if (!head.revoked) zones.set(head.zone, [...(zones.get(head.zone) ?? []), head]);
  return zones;
}

/** One zone, compiled. `memo` changes the time it takes. */
export function compileZone(
  { deps }: Pick<Tenant, "deps">,
  state: TenantState,
  { views, native }: Read,
  {
    zone,
    memo,
    zoneProxies = zoneProxiesOf(state, zone),
  }: {
    readonly zone: string;
    readonly memo: CompileMemo | undefined;
    /** As they stood at another moment than now. */
    readonly zoneProxies?: ReturnType<typeof zoneProxiesOf>;
  },
): Compiled {
  const input = { zone, views: views.map(({ view }) => view), zoneProxies, native };
  return compile(input, deps.digest, memo);
}
