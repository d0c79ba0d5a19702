// Passkeys of people, in the directory's database.
import { and, asc, eq, lt, sql } from "drizzle-orm";
import { Fault } from "#model/fault.ts";
import { later } from "#model/later.ts";
import { Conflict } from "./conflict.ts";
import type { Database } from "./database.ts";
import { account, passkey, spentChallenge, user } from "./directory-schema.ts";
import type { PasskeyRow, PasskeyStore, Removal, Spent } from "./face/passkey.ts";
import { ask, queriesOn } from "./queries.ts";

const COLUMNS = later(() => ({
  id: passkey.id,
  user: passkey.userId,
  name: passkey.name,
  credentialId: passkey.credentialId,
  publicKey: passkey.publicKey,
  signCount: passkey.signCount,
  isBackupEligible: passkey.isBackupEligible,
  isBackedUp: passkey.isBackedUp,
  aaguid: passkey.aaguid,
  createdAt: passkey.createdAt,
  lastUsedAt: passkey.lastUsedAt,
}));

/** What the better-auth library calls the provider of passwords. */
const PASSWORD = "credential";

const REMOVE_PASSKEY = `DELETE FROM passkey WHERE id = ?2 AND user_id = ?1 AND (
  EXISTS (SELECT 1 FROM passkey other WHERE other.user_id = ?1 AND other.id <> ?2)
  OR EXISTS (SELECT 1 FROM account a WHERE a.user_id = ?1 AND (a.provider_id <> '${PASSWORD}' OR a.password IS NOT NULL))
) RETURNING id`;

const REMOVE_LOGIN = `DELETE FROM account WHERE id = ?2 AND user_id = ?1 AND provider_id <> '${PASSWORD}' AND (
  EXISTS (SELECT 1 FROM passkey p WHERE p.user_id = ?1)
  OR EXISTS (SELECT 1 FROM account a WHERE a.user_id = ?1 AND a.id <> ?2 AND (a.provider_id <> '${PASSWORD}' OR a.password IS NOT NULL))
) RETURNING id`;

const TAKEN: Readonly<Record<string, string>> = {
  "passkey.credential_id": "This passkey is registered already; sign in with it.",
  "spent_challenge.digest": "This was answered before; begin again.",
  "user.email": "Somebody has this address already; sign in, or reset the password.",
};

/** Passkeys of the directory. */
export function openPasskeyStore(database: Database): PasskeyStore {
  const queries = queriesOn(database);
  const spend = ({ digest, expiresAt }: Spent) => queries.insert(spentChallenge).values({ digest, expiresAt });
  const prune = ({ at }: Spent) => queries.delete(spentChallenge).where(lt(spentChallenge.expiresAt, at));
  const insert = ({ user: userId, ...row }: PasskeyRow) => queries.insert(passkey).values({ ...row, userId });
  const remove = async (statement: string, owner: string, id: string, exists: boolean): Promise<Removal> => {
    const [gone] = await database.batch([{ sql: statement, params: [owner, id] }]);
    if ((gone?.rows.length ?? 0) > 0) return "removed";
    return exists ? "last" : "absent";
  };
  return {
    addPasskey: (row, spent) => guarded(queries.batch([spend(spent), insert(row), prune(spent)])),
    async addUserWithPasskey({ createdAt, secondFactor, ...rest }, row, spent) {
      const at = new Date(createdAt);
      const person = { ...rest, twoFactorEnabled: secondFactor, createdAt: at, updatedAt: at };
      await guarded(queries.batch([spend(spent), queries.insert(user).values(person), insert(row), prune(spent)]));
    },
    async findPasskey(credentialId) {
      const query = queries.select(COLUMNS).from(passkey).where(eq(passkey.credentialId, credentialId));
      return (await ask(queries, query))[0] ?? null;
    },
    async listPasskeys(owner) {
      const query = queries.select(COLUMNS).from(passkey).where(eq(passkey.userId, owner));
      return ask(queries, query.orderBy(asc(passkey.createdAt), asc(passkey.id)));
    },
    async renamePasskey(owner, id, name) {
      const query = queries
        .update(passkey)
        .set({ name })
        .where(and(eq(passkey.id, id), eq(passkey.userId, owner)));
      return (await ask(queries, query.returning({ id: passkey.id }))).length > 0;
    },
    async removePasskey(owner, id) {
      const where = and(eq(passkey.id, id), eq(passkey.userId, owner));
      const found = await ask(queries, queries.select({ id: passkey.id }).from(passkey).where(where));
      return remove(REMOVE_PASSKEY, owner, id, found.length > 0);
    },
    async usePasskey(id, { signCount, isBackedUp }, spent) {
      const counted = sql`(${passkey.signCount} < ${signCount} OR (${passkey.signCount} = 0 AND ${signCount} = 0))`;
      const [, noted] = await guardedAnswer(
        queries.batch([
          spend(spent),
          queries
            .update(passkey)
            .set({ signCount, isBackedUp, lastUsedAt: spent.at })
            .where(and(eq(passkey.id, id), counted))
            .returning({ id: passkey.id }),
          prune(spent),
        ]),
      );
      return noted.length > 0;
    },
    async otherWaysIn(owner) {
      const columns = {
        id: account.id,
        provider: account.providerId,
        createdAt: account.createdAt,
        hasPassword: sql<number>`${account.password} IS NOT NULL`,
      };
      const query = queries.select(columns).from(account).where(eq(account.userId, owner));
      const rows = await ask(queries, query.orderBy(asc(account.createdAt), asc(account.id)));
      return {
        password: rows.some(({ provider, hasPassword }) => provider === PASSWORD && hasPassword === 1),
        logins: rows
          .filter(({ provider }) => provider !== PASSWORD)
          .map(({ id, provider, createdAt }) => ({ id, provider, createdAt: createdAt.toISOString() })),
      };
    },
    async removeLogin(owner, id) {
      const where = and(eq(account.id, id), eq(account.userId, owner));
      const found = await ask(queries, queries.select({ provider: account.providerId }).from(account).where(where));
      return remove(
        REMOVE_LOGIN,
        owner,
        id,
        found.some(({ provider }) => provider !== PASSWORD),
      );
    },
  };
}

async function guarded(batch: Promise<unknown>): Promise<void> {
  await guardedAnswer(batch);
}

async function guardedAnswer<T>(batch: Promise<T>): Promise<T> {
  try {
    return await batch;
  } catch (error) {
    const detail = error instanceof Conflict ? TAKEN[error.constraint] : undefined;
    throw detail === undefined ? error : new Fault("conflict", detail, { cause: error });
  }
}
