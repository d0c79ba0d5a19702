// Organisations: signing up makes the first admin token and the keys that everything else hangs on.

import type { AuditDraft } from "#model/audit/entry.ts";
import { defaultGenerators } from "#model/default-generators.ts";
import { Fault, invalid } from "#model/fault.ts";
import type { JsonObject } from "#model/json.ts";
import { overLimit } from "#model/limit/over.ts";
import { nameViolations, nameWarnings } from "#model/name.ts";
import type { Organisation } from "#store/face/organisation.ts";
import { createTenantId } from "#trust/credential.ts";
import { deed } from "./audit/deed.ts";
import type { ControlDeps } from "./deps.ts";
import type { Organisations } from "./face/organisation.ts";
import type { Tiers } from "./limit/tiers.ts";
import { ensureEnvelopeKey } from "./secret/envelope-key.ts";
import { openVault } from "./secret/vault.ts";
import { addToken } from "./token/tokens.ts";

/** The use cases of the directory. */
export function openOrganisations(deps: ControlDeps, { usual }: Pick<Tiers, "usual">): Organisations {
  const { store, clock, chance } = deps;
  const make = async <T>(
    { name, region }: { readonly name: string; readonly region: string | undefined },
    owner: string | null,
    first: (organisation: Organisation) => Promise<T>,
  ): Promise<{ readonly organisation: Organisation; readonly made: T }> => {
    refuseName(name);
    if ((await store.directory.findOrganisation({ name })) !== null) {
      throw new Fault("conflict", `An organisation named ${name} exists already; choose another name.`);
    }
    const owned = owner === null ? [] : await store.members.organisationsOf(owner);
    const used = owned.filter(({ role }) => role === "owner").length;
    const most = usual.limits.organisations;
    if (most !== null && used >= most) throw overLimit("organisations", { tier: usual.tier, most, used });
    const organisation = { id: createTenantId(chance), name, createdAt: new Date(clock()).toISOString() };
    const placement = await store.places.choose(organisation.id, region);
    const tenant = store.within(organisation.id);
    await store.directory.noteSealingKey(deps.keyEncryptionKey.current.id);
    // The directory last: what is left of an attempt that failed has an id that nobody knows.
    await ensureEnvelopeKey(tenant, openVault(organisation.id, deps.keyEncryptionKey, chance), clock);
    const made = await first(organisation);
    await tenant.commit({
      writeId: "founding",
      kind: "step",
      actor: "control-plane",
      reason: "founding",
      writes: defaultGenerators().map((after) => {
        const { type, mesh, name } = after;
        return { key: { type, mesh, name }, expect: "any", after };
      }),
    });
    await store.directory.createOrganisation(
      { ...organisation, placement },
      owner === null ? undefined : { user: owner, most: most ?? Number.MAX_SAFE_INTEGER },
    );
    return { organisation, made };
  };
  const founding = (actor: string, name: string, details: JsonObject): AuditDraft =>
    deed({ actor }, clock(), "organisation.create", `organisation ${name}`, details);
  return {
    async create(name, region) {
      const admin = { name: "admin", scopes: ["admin"], expiresAt: null, mintedBy: null };
      const { organisation, made } = await make({ name, region }, null, ({ id }) =>
        addToken(store.within(id), deps, admin, (token) => founding("operator", name, { token })),
      );
      return { organisation, token: made };
    },
    async found(name, owner, region) {
      const { organisation } = await make({ name, region }, owner, ({ id }) =>
        store.within(id).record({ audit: [founding(`user:${owner}`, name, { owner })] }),
      );
      return organisation;
    },
  };
}

/** Fault `invalid`. The name stands in URLs and host names, so what is only a warning elsewhere is refused here. */
function refuseName(name: string): void {
  const kind = { type: "Organisation", shortNames: true };
  const violations = nameViolations(kind, name);
  if (violations.length > 0) throw invalid(violations, "Could not create an organisation");
  if (nameWarnings(kind, name).length === 0) return;
  const reason = "must be of lower case letters, digits and '-', start with a letter and end with a letter or digit";
  throw invalid([{ field: "name", reason }], "Could not create an organisation");
}
