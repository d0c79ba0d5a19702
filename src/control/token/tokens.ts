// API tokens: opaque, hashed at rest, scoped, expiring, revocable.

import { deed, makerOf } from "#control/audit/deed.ts";
import type { ControlDeps } from "#control/deps.ts";
import type { Caller } from "#control/face/caller.ts";
import type { MintedCredential } from "#control/face/credential.ts";
import { withinLimit } from "#control/limit/within.ts";
import { permit } from "#control/permission.ts";
import type { TenantState } from "#control/state.ts";
import { onNewest, type Tenant } from "#control/tenant.ts";
import { noSuchPlace } from "#control/zone/names.ts";
import type { AuditDraft } from "#model/audit/entry.ts";
import { Fault, invalid } from "#model/fault.ts";
import { at, type Violation } from "#model/violation.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { TenantStore } from "#store/store.ts";
import { mintCredential } from "#trust/credential.ts";
import { isScope, may, meshOfScope, SCOPE_TEXTS, scopeRefusal, zoneOfScope } from "#trust/scope.ts";

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly string[];
  /** RFC 3339; null = it does not expire. */
  readonly expiresAt: string | null;
}

const NAME_LENGTH = 253;

/** Faults `forbidden`, `invalid`, `conflict` (there are too many). */
export function createToken(tenant: Tenant, caller: Caller, token: NewToken): Promise<MintedCredential> {
  permit(caller, "manage-tokens");
  // Nobody makes an owner of themselves by a token.
  if (token.scopes.includes("owner") && !may(caller.scopes, "manage-owners"))
    throw new Fault("forbidden", scopeRefusal(caller.scopes, "manage-owners", { what: "by a token" }));
  const { store, deps } = tenant;
  return onNewest(tenant, async (state) => {
    const violations = [...tokenViolations(token, deps.clock()), ...placeViolations(state, token)];
    if (violations.length > 0) throw invalid(violations, "Could not create a token");
    const { tier, limits } = await tenant.tier();
    const minted = { ...token, mintedBy: makerOf(caller.actor) };
    const add = addToken(
      store,
      deps,
      minted,
      (id, expiresAt) => {
        const { name, scopes } = token;
        return deed(caller, deps.clock(), "token.create", `token ${id}`, { expiresAt, name, scopes });
      },
      limits.tokens,
    );
    return withinLimit("tokens", { tier, most: limits.tokens }, "Could not create a token", add);
  });
}

/** A scope for a zone or mesh that there is none of allows nothing, and later perhaps what nobody meant. */
function placeViolations(state: TenantState, { scopes }: NewToken): readonly Violation[] {
  return scopes.flatMap((scope, index) => {
    const reason = isScope(scope) ? noSuchPlace(state, zoneOfScope(scope), meshOfScope(scope)) : null;
    return reason === null ? [] : [{ field: at("scopes", index), reason: `${scope}: ${reason}` }];
  });
}

/** Stores a token that has been judged, with what is written down of it. */
export async function addToken(
  store: TenantStore,
  deps: Pick<ControlDeps, "chance" | "clock">,
  token: NewToken & { readonly mintedBy: string | null },
  deedOf: (id: string, expiresAt: string | null) => AuditDraft,
  most: number | null = null,
): Promise<MintedCredential> {
  const { id, text, secretHash } = await mintCredential("api", store.tenant, deps.chance);
  const { name, scopes, mintedBy } = token;
  const expiresAt = token.expiresAt === null ? null : new Date(token.expiresAt).toISOString();
  const createdAt = new Date(deps.clock()).toISOString();
  const row: CredentialRow = {
    id,
    kind: "api",
    name,
    secretHash,
    scopes,
    createdAt,
    expiresAt,
    revokedAt: null,
    zone: null,
    usedBy: null,
    mintedBy,
    lastUsedAt: null,
  };
  await store.addCredential(row, [deedOf(id, expiresAt)], most);
  return { id, token: text.reveal(), expiresAt };
}

/** Revoking twice is as good as once. Faults `forbidden`, `absent`. */
export async function revokeToken({ store, deps }: Tenant, caller: Caller, id: string): Promise<void> {
  permit(caller, "manage-tokens");
  const row = await store.credential(id);
  if (row === null)
    throw new Fault("absent", `There is no token ${JSON.stringify(id)}`, { title: "Could not delete a token" });
  const now = deps.clock();
  const audit = row.revokedAt === null ? [deed(caller, now, "token.revoke", `token ${id}`, { name: row.name })] : [];
  await store.revokeCredential(id, new Date(now).toISOString(), audit);
}

function tokenViolations({ name, scopes, expiresAt }: NewToken, now: number): readonly Violation[] {
  const found: Violation[] = [];
  if (name.trim() === "") found.push({ field: "name", reason: "cannot be empty" });
  if (name.length > NAME_LENGTH)
    found.push({ field: "name", reason: `cannot be longer than ${NAME_LENGTH} characters` });
  if (scopes.length === 0) found.push({ field: "scopes", reason: "must name at least one scope" });
  scopes.forEach((scope, index) => {
    if (isScope(scope)) return;
    found.push({ field: at("scopes", index), reason: `must be one of ${SCOPE_TEXTS.join(", ")}` });
  });
  if (expiresAt !== null && !(Date.parse(expiresAt) > now)) {
    found.push({ field: "expiresAt", reason: "must be an RFC 3339 time in the future" });
  }
  return found;
}
