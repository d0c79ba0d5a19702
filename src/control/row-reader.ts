// Reading rows: resources as a caller may see them, and tokens. Never commits; what it reveals, it records.
import { Fault } from "#model/fault.ts";
import type { Kind } from "#model/kind.ts";
import { kindOfType, type SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { StoredResource } from "#store/face/resource.ts";
import { may } from "#trust/scope.ts";
import { deed, subjectOf } from "./audit/deed.ts";
import type { ControlDeps } from "./deps.ts";
import type { Caller } from "./face/caller.ts";
import type { RowReader, ViewReader } from "./face/reader.ts";
import { permit, permitKind } from "./permission.ts";
import { holdsKey, revealKeys, withholdKeys } from "./secret/inline-key.ts";
import { isGeneratedKey } from "./secret/name.ts";
import { openVault, type Vault } from "./secret/vault.ts";

type Deps = Pick<ControlDeps, "store" | "keyEncryptionKey" | "chance" | "clock">;

/** Opens it. What follows from other resources is asked of `views`. */
export function openRowReader(
  { store, keyEncryptionKey, chance, clock }: Deps,
  { offered }: Pick<ViewReader, "offered">,
): RowReader {
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
    const vault = openVault(caller.tenant, keyEncryptionKey, chance);
    return Promise.all(items.map((item) => shown(item, reveals, vault)));
  };
  /** With what follows from other resources. */
  const completed = async (tenant: string, items: readonly StoredResource[]): Promise<readonly StoredResource[]> => {
    const ingresses = items.map(({ resource }) => resource).filter(({ type }) => type === "ZoneIngress");
    if (ingresses.length === 0) return items;
    const complete = new Map((await offered(tenant, ingresses)).map((one) => [one.name, one]));
    return items.map((item) => {
      const { type, name } = item.resource;
      return { ...item, resource: (type === "ZoneIngress" ? complete.get(name) : undefined) ?? item.resource };
    });
  };
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
  };
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
