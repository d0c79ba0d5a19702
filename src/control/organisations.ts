// Organisations: signing up makes the first admin token and the keys that everything else hangs on.
import { defaultGenerators } from "#model/default-generators.ts";
import { Fault, invalid } from "#model/fault.ts";
import { nameViolations, nameWarnings } from "#model/name.ts";
import { createTenantId } from "#trust/credential.ts";
import { deed } from "./audit/deed.ts";
import type { Organisations } from "./control.ts";
import type { ControlDeps } from "./deps.ts";
import { ensureEnvelopeKey } from "./envelope-key.ts";
import { addToken } from "./tokens.ts";
import { openVault } from "./vault.ts";

/** The use cases of the directory. */
export function openOrganisations(deps: ControlDeps): Organisations {
  const { store, clock, chance } = deps;
  return {
    async create(name) {
      const kind = { type: "Organisation", shortNames: true };
      const violations = nameViolations(kind, name);
      if (violations.length > 0) throw invalid(violations, "Could not create an organisation");
      // The name stands in URLs and host names, so what is only a warning elsewhere is refused here.
      if (nameWarnings(kind, name).length > 0) {
        const reason =
          "must be of lower case letters, digits and '-', start with a letter and end with a letter or digit";
        throw invalid([{ field: "name", reason }], "Could not create an organisation");
      }
      if ((await store.directory.findOrganisation({ name })) !== null) {
        throw new Fault("conflict", `An organisation named ${name} exists already; choose another name.`);
      }
      const organisation = { id: createTenantId(chance), name, createdAt: new Date(clock()).toISOString() };
      const tenant = store.within(organisation.id);
      // The directory last: what is left of an attempt that failed has an id that nobody knows.
      await ensureEnvelopeKey(tenant, openVault(organisation.id, deps.keyEncryptionKey, chance), clock);
      const token = await addToken(tenant, deps, { name: "admin", scopes: ["admin"], expiresAt: null }, (id) =>
        deed({ actor: "operator" }, clock(), "organisation.create", `organisation ${name}`, { token: id }),
      );
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
      await store.directory.createOrganisation(organisation);
      return { organisation, token };
    },
  };
}
