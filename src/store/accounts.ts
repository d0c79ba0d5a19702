// People and their sessions, in the directory's database.
import { and, desc, eq, gt, inArray, isNull, lt, ne } from "drizzle-orm";
import { later } from "#model/later.ts";
import { signInsKeptSince } from "#model/sign-in.ts";
import { statementOf } from "./audit.ts";
import { taken } from "./credentials.ts";
import type { Database } from "./database.ts";
import {
  account,
  attempt,
  invitation,
  passkey,
  session,
  signIn,
  twoFactor,
  user,
  verification,
} from "./directory-schema.ts";
import type { AccountStore, SessionRow, UserRow } from "./face/account.ts";
import { lastOwnerFault, leaveStatements } from "./members.ts";
import { ask, queriesOn } from "./queries.ts";
import { openSignIns } from "./sign-ins.ts";

const USER = later(() => ({
  id: user.id,
  name: user.name,
  email: user.email,
  emailVerified: user.emailVerified,
  secondFactor: user.twoFactorEnabled,
  createdAt: user.createdAt,
}));
const SESSION = later(() => ({
  id: session.id,
  token: session.token,
  user: session.userId,
  createdAt: session.createdAt,
  lastSeenAt: session.updatedAt,
  expiresAt: session.expiresAt,
  agent: session.userAgent,
  address: session.ipAddress,
}));

/** Bound parameters that every engine takes in one statement. */
const MOST_IDS = 90;

const COUNT = `INSERT INTO attempt (key, count, ends_at) VALUES (?1, 1, ?3)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN attempt.ends_at <= ?2 THEN 1 ELSE attempt.count + 1 END,
  ends_at = CASE WHEN attempt.ends_at <= ?2 THEN excluded.ends_at ELSE attempt.ends_at END
RETURNING count, ends_at`;

/** People and sessions of the directory; `clock` dates what is changed. */
export function openAccountStore(database: Database, clock: () => number): AccountStore {
  const queries = queriesOn(database);
  const now = () => new Date(clock());
  const patchUser = async (id: string, values: { name?: string; emailVerified?: boolean }): Promise<boolean> => {
    const query = queries
      .update(user)
      .set({ ...values, updatedAt: now() })
      .where(eq(user.id, id));
    return (await ask(queries, query.returning({ id: user.id }))).length > 0;
  };
  const endedAttempts = (end: Date) =>
    [
      queries.delete(verification).where(lt(verification.expiresAt, end)),
      queries.delete(attempt).where(lt(attempt.endsAt, end)),
    ] as const;
  return {
    async addUser({ createdAt, secondFactor, ...rest }) {
      const at = new Date(createdAt);
      const row = { ...rest, twoFactorEnabled: secondFactor, createdAt: at, updatedAt: at };
      try {
        await ask(queries, queries.insert(user).values(row));
      } catch (error) {
        throw taken(error, "Somebody has this address already; sign in, or reset the password.");
      }
    },
    async findUser(by) {
      const where = "email" in by ? eq(user.email, by.email.toLowerCase()) : eq(user.id, by.id);
      const [found] = await ask(queries, queries.select(USER).from(user).where(where));
      return found === undefined ? null : userOf(found);
    },
    async findUsers(ids) {
      const found: UserRow[] = [];
      for (let start = 0; start < ids.length; start += MOST_IDS) {
        const where = inArray(user.id, ids.slice(start, start + MOST_IDS));
        found.push(...(await ask(queries, queries.select(USER).from(user).where(where))).map(userOf));
      }
      return found;
    },
    async isInvited(email, at) {
      const open = and(
        eq(invitation.email, email.toLowerCase()),
        isNull(invitation.acceptedAt),
        gt(invitation.expiresAt, at),
      );
      const query = queries.select({ id: invitation.id }).from(invitation).where(open).limit(1);
      return (await ask(queries, query)).length > 0;
    },
    renameUser: (id, name) => patchUser(id, { name }),
    verifyEmail: (id) => patchUser(id, { emailVerified: true }),
    async claimEmail(id) {
      const claimed = { emailVerified: true, twoFactorEnabled: false, updatedAt: now() };
      await queries.batch([
        queries.update(user).set(claimed).where(eq(user.id, id)),
        queries.delete(session).where(eq(session.userId, id)),
        queries.delete(signIn).where(eq(signIn.userId, id)),
        queries.delete(twoFactor).where(eq(twoFactor.userId, id)),
        queries.delete(passkey).where(eq(passkey.userId, id)),
        queries.delete(account).where(eq(account.userId, id)),
      ]);
    },
    async deleteUser(id) {
      const gone = [
        queries.delete(session).where(eq(session.userId, id)),
        queries.delete(signIn).where(eq(signIn.userId, id)),
        queries.delete(account).where(eq(account.userId, id)),
        queries.delete(twoFactor).where(eq(twoFactor.userId, id)),
        queries.delete(passkey).where(eq(passkey.userId, id)),
        queries.delete(verification).where(eq(verification.value, id)),
        queries.delete(user).where(eq(user.id, id)).returning({ id: user.id }),
      ];
      try {
        const answers = await database.batch([...leaveStatements(id), ...gone.map(statementOf)]);
        return (answers.at(-1)?.rows.length ?? 0) > 0;
      } catch (error) {
        throw lastOwnerFault(error);
      }
    },
    async addSession({ user: userId, lastSeenAt, createdAt, expiresAt, agent, address, ...rest }) {
      const times = {
        createdAt: new Date(createdAt),
        updatedAt: new Date(lastSeenAt),
        expiresAt: new Date(expiresAt),
      };
      await ask(
        queries,
        queries.insert(session).values({ ...rest, userId, ...times, userAgent: agent, ipAddress: address }),
      );
    },
    async sessionOf(token) {
      const held = eq(session.token, token);
      const owner = queries.select({ id: session.userId }).from(session).where(held);
      const [[row], [owned]] = await queries.batch([
        queries.select(SESSION).from(session).where(held),
        queries.select(USER).from(user).where(inArray(user.id, owner)),
      ]);
      if (row === undefined || owned === undefined) return null;
      return { session: sessionRowOf(row), user: userOf(owned) };
    },
    async touchSession(id, { lastSeenAt, expiresAt }) {
      const times = { updatedAt: new Date(lastSeenAt), expiresAt: new Date(expiresAt) };
      await ask(queries, queries.update(session).set(times).where(eq(session.id, id)));
    },
    async listSessions(of, at) {
      const where = and(eq(session.userId, of), gt(session.expiresAt, new Date(at)));
      const query = queries.select(SESSION).from(session).where(where);
      return (await ask(queries, query.orderBy(desc(session.createdAt), desc(session.id)))).map(sessionRowOf);
    },
    async endSession(of, id) {
      const query = queries.delete(session).where(and(eq(session.userId, of), eq(session.id, id)));
      return (await ask(queries, query.returning({ id: session.id }))).length > 0;
    },
    async endSessions(of, keep) {
      const mine = eq(session.userId, of);
      const query = queries.delete(session).where(keep === null ? mine : and(mine, ne(session.id, keep)));
      return (await ask(queries, query.returning({ id: session.id }))).length;
    },
    async countAttempt(key, { at, endsAt }) {
      const [answer] = await database.batch([{ sql: COUNT, params: [key, at, endsAt] }]);
      const [count, end] = answer?.rows[0] ?? [];
      return { count: Number(count), endsAt: String(end) };
    },
    async forgetAttempts(keys) {
      if (keys.length === 0) return;
      await ask(queries, queries.delete(attempt).where(inArray(attempt.key, [...keys])));
    },
    async pruneAttempts(before) {
      await queries.batch(endedAttempts(new Date(before)));
    },
    async pruneAccounts(before) {
      const end = new Date(before);
      await queries.batch([
        queries.delete(session).where(lt(session.expiresAt, end)),
        queries.delete(signIn).where(lt(signIn.at, signInsKeptSince(end.getTime()))),
        ...endedAttempts(end),
      ]);
    },
    ...openSignIns(database),
  };
}

type Stored<Row, Times extends keyof Row> = Omit<Row, Times> & { readonly [T in Times]: Date };

function userOf({
  createdAt,
  secondFactor,
  ...rest
}: Omit<Stored<UserRow, "createdAt">, "secondFactor"> & { readonly secondFactor: boolean | null }): UserRow {
  return { ...rest, secondFactor: secondFactor ?? false, createdAt: createdAt.toISOString() };
}

function sessionRowOf(
  row: Omit<Stored<SessionRow, "createdAt" | "lastSeenAt" | "expiresAt">, "agent" | "address"> & {
    readonly agent: string | null;
    readonly address: string | null;
  },
): SessionRow {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    agent: row.agent ?? "",
    address: row.address ?? "",
  };
}
