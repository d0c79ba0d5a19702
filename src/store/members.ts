// Members and invitations, in the directory's database.
import { and, asc, desc, eq, isNull, lt } from "drizzle-orm";
import { Fault } from "#model/fault.ts";
import { later } from "#model/later.ts";
import { statementOf } from "./audit.ts";
import { Conflict } from "./conflict.ts";
import type { Database, Statement } from "./database.ts";
import { ORGANISATION, organisationOf } from "./directory.ts";
import { invitation, member, organisation, user } from "./directory-schema.ts";
import type { MemberStore } from "./face/member.ts";
import { ask, queriesOn } from "./queries.ts";

const INVITATION = later(() => ({
  organisation: invitation.organisationId,
  id: invitation.id,
  email: invitation.email,
  role: invitation.role,
  tokenHash: invitation.tokenHash,
  invitedBy: invitation.invitedBy,
  createdAt: invitation.createdAt,
  expiresAt: invitation.expiresAt,
  acceptedAt: invitation.acceptedAt,
}));

/** ?1 organisation, ?2 users, as JSON. */
const ROLES = `SELECT m.user_id, m.role FROM member m
WHERE m.organisation_id = ?1 AND m.user_id IN (SELECT value FROM json_each(?2))`;

/** ?1 organisation, ?2 user: the one owner that it has. */
const LAST_OWNER = `INSERT INTO directory_guard (reason) SELECT 'last-owner' FROM member m
WHERE m.organisation_id = ?1 AND m.user_id = ?2 AND m.role = 'owner' AND NOT EXISTS
(SELECT 1 FROM member o WHERE o.organisation_id = ?1 AND o.role = 'owner' AND o.user_id <> ?2)`;

/** ?1 user: the one owner of any organisation that stands. */
const LAST_OWNER_ANYWHERE = `INSERT INTO directory_guard (reason) SELECT 'last-owner' FROM member m
WHERE m.user_id = ?1 AND m.role = 'owner' AND NOT EXISTS
(SELECT 1 FROM member o WHERE o.organisation_id = m.organisation_id AND o.role = 'owner' AND o.user_id <> ?1)
AND NOT EXISTS (SELECT 1 FROM organisation g WHERE g.id = m.organisation_id AND g.deleted_at IS NOT NULL)`;

/** ?1 the token's hash, ?2 now. */
const INVITATION_HOLDS = `INSERT INTO directory_guard (reason) SELECT 'invitation' WHERE NOT EXISTS
(SELECT 1 FROM invitation i WHERE i.token_hash = ?1 AND i.accepted_at IS NULL AND i.expires_at > ?2)`;

/** ?1 organisation, ?2 the address that is invited, ?3 how many may stand open beside it, ?4 now. */
const TOO_MANY_INVITED = `INSERT INTO directory_guard (reason) SELECT 'too-many' WHERE (SELECT COUNT(*) FROM invitation i
WHERE i.organisation_id = ?1 AND i.email <> ?2 AND i.accepted_at IS NULL AND i.expires_at > ?4) >= ?3`;

/** ?1 organisation, ?2 user, ?3 how many there may be; who is one already is not counted. */
const TOO_MANY_MEMBERS = `INSERT INTO directory_guard (reason) SELECT 'too-many' WHERE (SELECT COUNT(*) FROM member m
WHERE m.organisation_id = ?1 AND m.user_id <> ?2) >= ?3`;

/** How long an invitation that nobody has accepted is told of after its end; milliseconds. */
const EXPIRED_SHOWN = 30 * 86_400_000;

const LAST = "An organisation keeps an owner: make somebody else one first";

/** What must go before a user does: a guard that refuses the last owner of an organisation, and the memberships. */
export function leaveStatements(id: string): readonly Statement[] {
  return [
    { sql: LAST_OWNER_ANYWHERE, params: [id] },
    { sql: "DELETE FROM member WHERE user_id = ?1", params: [id] },
  ];
}

/** The fault that a batch's broken guard is: `conflict` for the last owner. */
export function lastOwnerFault(error: unknown): unknown {
  return error instanceof Conflict && error.constraint === "last_owner"
    ? new Fault("conflict", LAST, { cause: error })
    : error;
}

/** Members and invitations of the directory. */
export function openMemberStore(database: Database): MemberStore {
  const queries = queriesOn(database);
  const at = (org: string, id: string) => and(eq(member.organisationId, org), eq(member.userId, id));
  const guarded = async (statements: readonly Statement[]): Promise<boolean> => {
    const answers = await database.batch(statements).catch((error: unknown) => {
      throw lastOwnerFault(error);
    });
    return (answers.at(-1)?.rows.length ?? 0) > 0;
  };
  return {
    async organisationsOf(id) {
      const rows = await ask(
        queries,
        queries
          .select({ ...ORGANISATION, role: member.role })
          .from(member)
          .innerJoin(organisation, eq(organisation.id, member.organisationId))
          .where(eq(member.userId, id))
          .orderBy(asc(organisation.name)),
      );
      return rows.map(({ role, ...one }) => ({ organisation: organisationOf(one), role }));
    },
    async roleOf(org, id) {
      const [found] = await ask(queries, queries.select({ role: member.role }).from(member).where(at(org, id)));
      return found?.role ?? null;
    },
    async rolesOf(org, users) {
      const [found] = await database.batch([{ sql: ROLES, params: [org, JSON.stringify(users)] }]);
      return new Map((found?.rows ?? []).map(([id, role]) => [String(id), String(role)]));
    },
    async listMembers(org) {
      const columns = { id: user.id, name: user.name, email: user.email, role: member.role, since: member.since };
      const query = queries.select(columns).from(member).innerJoin(user, eq(user.id, member.userId));
      const rows = await ask(
        queries,
        query.where(eq(member.organisationId, org)).orderBy(asc(user.name), asc(user.id)),
      );
      return rows.map(({ role, since, ...one }) => ({ user: one, role, since }));
    },
    async addMember({ organisation: organisationId, user: userId, role, since }) {
      const query = queries.insert(member).values({ organisationId, userId, role, since }).onConflictDoNothing();
      return (await ask(queries, query.returning({ role: member.role }))).length > 0;
    },
    setRole: (org, id, role) =>
      guarded([
        ...(role === "owner" ? [] : [{ sql: LAST_OWNER, params: [org, id] }]),
        statementOf(queries.update(member).set({ role }).where(at(org, id)).returning({ role: member.role })),
      ]),
    removeMember: (org, id) =>
      guarded([
        { sql: LAST_OWNER, params: [org, id] },
        statementOf(queries.delete(member).where(at(org, id)).returning({ role: member.role })),
      ]),
    async addInvitation({ organisation: organisationId, ...row }, most = null) {
      const older = and(eq(invitation.organisationId, organisationId), eq(invitation.email, row.email));
      const longAgo = new Date(Date.parse(row.createdAt) - EXPIRED_SHOWN).toISOString();
      const forgotten = and(
        eq(invitation.organisationId, organisationId),
        isNull(invitation.acceptedAt),
        lt(invitation.expiresAt, longAgo),
      );
      await database.batch([
        ...(most === null ? [] : [{ sql: TOO_MANY_INVITED, params: [organisationId, row.email, most, row.createdAt] }]),
        statementOf(queries.delete(invitation).where(older)),
        statementOf(queries.delete(invitation).where(forgotten)),
        statementOf(queries.insert(invitation).values({ organisationId, ...row })),
      ]);
    },
    async listInvitations(org) {
      const open = and(eq(invitation.organisationId, org), isNull(invitation.acceptedAt));
      const query = queries.select(INVITATION).from(invitation).where(open);
      return ask(queries, query.orderBy(desc(invitation.createdAt), asc(invitation.email)));
    },
    async findInvitation(tokenHash) {
      const query = queries.select(INVITATION).from(invitation).where(eq(invitation.tokenHash, tokenHash));
      return (await ask(queries, query))[0] ?? null;
    },
    async dropInvitation(org, id) {
      const open = and(eq(invitation.organisationId, org), eq(invitation.id, id), isNull(invitation.acceptedAt));
      const query = queries.delete(invitation).where(open);
      return (await ask(queries, query.returning({ id: invitation.id }))).length > 0;
    },
    async acceptInvitation(tokenHash, { organisation: organisationId, user: userId, role, since }, most = null) {
      const add = queries.insert(member).values({ organisationId, userId, role, since }).onConflictDoNothing();
      const spend = queries.update(invitation).set({ acceptedAt: since }).where(eq(invitation.tokenHash, tokenHash));
      try {
        await database.batch([
          { sql: INVITATION_HOLDS, params: [tokenHash, since] },
          ...(most === null ? [] : [{ sql: TOO_MANY_MEMBERS, params: [organisationId, userId, most] }]),
          statementOf(add),
          statementOf(spend),
        ]);
        return true;
      } catch (error) {
        if (error instanceof Conflict && error.constraint === "invitation_refused") return false;
        throw error;
      }
    },
  };
}
