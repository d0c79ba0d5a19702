// Reading: resources as a caller may see them, tokens, and views for relays. Never commits; what it reveals, it records.
import type { ViewResponse } from "#api/zone.ts";
import { Fault } from "#model/fault.ts";
import { keepNewest } from "#model/keep-newest.ts";
import type { Kind } from "#model/kind.ts";
import { kindOfType, type SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { Heads, StoredResource } from "#store/face/resource.ts";
import { may } from "#trust/scope.ts";
import { openAccess } from "./access.ts";
import type { AccessTest } from "./access-test/turn.ts";
import { deed, subjectOf } from "./audit/deed.ts";
import { withAvailable } from "./available-services.ts";
import type { Caller, Reader } from "./control.ts";
import type { ControlDeps } from "./deps.ts";
import { holdsKey, revealKeys, withholdKeys } from "./inline-key.ts";
import { openInspector } from "./inspector.ts";
import { permit, permitKind } from "./permission.ts";
import { isGeneratedKey } from "./secret-name.ts";
import { sealSecrets } from "./secrets.ts";
import { loadState, type TenantState } from "./state.ts";
import { openVault, type Vault } from "./vault.ts";
import { viewResponse } from "./view.ts";

/** Tenants whose resources are remembered for their relays' views. */
const STATES = 64;
/** Access tests of an organisation that are looked at. */
const MOST_TESTS = 10_000;

/** The views that a writer in this process holds, or null; it may be behind what other processes have committed. */
export type NearView = (tenant: string) => Promise<ViewResponse> | null;

/** What never commits. */
export function openReader({ store, keyEncryptionKey, chance, clock, digest }: ControlDeps, near: NearView): Reader {
  const states = new Map<string, TenantState>();
  const vaultOf = (tenant: string): Vault => openVault(tenant, keyEncryptionKey, chance);

  const stateOf = async (tenant: string, heads: Heads): Promise<TenantState> => {
    const known = states.get(tenant) ?? null;
    const within = store.within(tenant);
    if (known !== null && isAt(known.heads, heads)) return known;
    return keepNewest(states, tenant, await loadState(within, known), STATES);
  };
  const requireMesh = async (tenant: string, name: string): Promise<void> => {
    if (name === "" || (await store.within(tenant).get({ type: "Mesh", mesh: "", name })) !== null) return;
    throw new Fault("absent", "Not found", { title: "Failed to retrieve Mesh" });
  };
  /** As the caller may see them. That private keys are among them stands in the audit before they are answered. */
  const show = async (caller: Caller, items: readonly StoredResource[]): Promise<readonly StoredResource[]> => {
    const reveals = may(caller.scopes, "reveal", { secret: true, readOnly: false });
    const revealed = (reveals ? items : []).filter(({ resource }) => holdsPrivateKey(resource));
    if (revealed.length > 0) {
      const resources = revealed.map(({ resource: { type, mesh, name } }) => ({ mesh, name, type }));
      const entry = deed(caller, clock(), "secret.reveal", subjectOf(resources), { resources });
      await store.within(caller.tenant).record({ audit: [entry] });
    }
    const vault = vaultOf(caller.tenant);
    return Promise.all(items.map((item) => shown(item, reveals, vault)));
  };
  /** With what follows from other resources. */
  const completed = async (tenant: string, items: readonly StoredResource[]): Promise<readonly StoredResource[]> => {
    if (!items.some(({ resource }) => resource.type === "ZoneIngress")) return items;
    const { views } = await viewOf(tenant);
    return items.map((item) => ({
      ...item,
      resource: withAvailable(item.resource as Resource<SpecOf<"ZoneIngress">>, views),
    }));
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
    async get(caller, key) {
      readableKind(caller, key.type);
      const found = await store.within(caller.tenant).get(key);
      if (found !== null) return (await completed(caller.tenant, await show(caller, [found])))[0] ?? found;
      await requireMesh(caller.tenant, key.mesh);
      throw new Fault("absent", "Not found");
    },
    async list(caller, query) {
      readableKind(caller, query.type);
      const { total, items } = await store.within(caller.tenant).list(query);
      if (total === 0) await requireMesh(caller.tenant, query.mesh ?? "");
      return { total, items: await completed(caller.tenant, await show(caller, items)) };
    },
    tokens(caller) {
      permit(caller, "read-tokens");
      return store.within(caller.tenant).listCredentials("api");
    },
    access: openAccess(digest, { standing: viewOf, tests: testsOf }),
    inspect: inspector.proxy,
    inspectZoneProxy: inspector.zoneProxy,
    selected: inspector.selected,
    view: ({ tenant }) => viewOf(tenant),
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

function readableKind({ scopes }: Caller, type: string): Kind {
  const kind = kindOfType(type);
  if (kind === undefined) throw new Fault("absent", `There is no kind ${JSON.stringify(type)}`);
  permitKind(scopes, "read", kind);
  return kind;
}

/** Whether it holds what only `secret:reveal` shows. */
function holdsPrivateKey(resource: Resource): boolean {
  return holdsKey(resource) || isGeneratedKey(resource);
}

/** Opens what the caller may see, and withholds private keys from all but those who may reveal. */
async function shown(stored: StoredResource, reveals: boolean, vault: Vault): Promise<StoredResource> {
  const { resource } = stored;
  const kind = kindOfType(resource.type);
  if (kind?.secret === true) {
    const { data } = resource.spec as SpecOf<"Secret">;
    const isShown = data !== undefined && (reveals || !isGeneratedKey(resource));
    const spec: SpecOf<"Secret"> = isShown ? { data: (await vault.openSecret(resource, data)).reveal() } : {};
    return { ...stored, resource: { ...resource, spec } };
  }
  return { ...stored, resource: reveals ? await revealKeys(resource, vault) : withholdKeys(resource) };
}
