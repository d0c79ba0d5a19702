// Reading views: what relays are given, and what is told of proxies, policies and access. Never commits.
import type { ViewResponse } from "#api/zone.ts";
import { openAccess } from "#control/access.ts";
import type { AccessTest } from "#control/access-test/turn.ts";
import { withAvailable } from "#control/available-services.ts";
import type { ControlDeps } from "#control/deps.ts";
import type { ViewReader } from "#control/face/reader.ts";
import { openInspector } from "#control/inspector.ts";
import { sealSecrets } from "#control/secret/secrets.ts";
import { openVault, type Vault } from "#control/secret/vault.ts";
import { SHAPES } from "#control/shape-reader.ts";
import { loadState, type TenantState } from "#control/state.ts";
import { keepNewest } from "#model/keep-newest.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { Heads } from "#store/face/resource.ts";
import { viewResponse } from "./view.ts";

/** Tenants whose resources are remembered for their relays' views. */
const STATES = 64;
/** Access tests of an organisation that are looked at. */
const MOST_TESTS = 10_000;

/** The views that a writer in this process holds, or null; it may be behind what other processes have committed. */
export type NearView = (tenant: string) => Promise<ViewResponse> | null;

type Deps = Pick<ControlDeps, "store" | "keyEncryptionKey" | "chance" | "digest">;

/** Opens it. */
export function openViewReader({ store, keyEncryptionKey, chance, digest }: Deps, near: NearView): ViewReader {
  const states = new Map<string, TenantState>();
  const vaultOf = (tenant: string): Vault => openVault(tenant, keyEncryptionKey, chance);

  const stateOf = async (tenant: string, heads: Heads): Promise<TenantState> => {
    const known = states.get(tenant) ?? null;
    const within = store.within(tenant);
    if (known !== null && isAt(known.heads, heads)) return known;
    return keepNewest(states, tenant, await loadState(within, known), STATES);
  };
  const viewOf = async (tenant: string): Promise<ViewResponse> => {
    const heads = await store.within(tenant).heads();
    const held = await near(tenant);
    return held !== null && isAt(held, heads) ? held : viewResponse(await stateOf(tenant, heads), vaultOf(tenant));
  };
  const testsOf = async (tenant: string): Promise<readonly AccessTest[]> => {
    const { items } = await store.within(tenant).list({ type: "AccessTest", offset: 0, size: MOST_TESTS });
    return items.map(({ resource }) => resource as AccessTest);
  };
  const inspector = openInspector(digest, viewOf);
  return {
    ...SHAPES,
    inspect: inspector.proxy,
    inspectZoneProxy: inspector.zoneProxy,
    selected: inspector.selected,
    access: openAccess(digest, { standing: viewOf, tests: testsOf }),
    async offered(tenant, ingresses) {
      const { views } = await viewOf(tenant);
      return ingresses.map((ingress) => withAvailable(ingress as Resource<SpecOf<"ZoneIngress">>, views));
    },
    async view({ tenant }) {
      const response = await viewOf(tenant);
      return { epoch: response.epoch, sequence: response.sequence, text: JSON.stringify(response) };
    },
    async secrets(relay, encryptionKey, request) {
      const heads = await store.within(relay.tenant).heads();
      const state = await stateOf(relay.tenant, heads);
      return sealSecrets({ state, vault: vaultOf(relay.tenant), digest }, relay, encryptionKey, request);
    },
  };
}

function isAt(one: Pick<Heads, "epoch" | "sequence">, other: Heads): boolean {
  return one.epoch === other.epoch && one.sequence === other.sequence;
}
