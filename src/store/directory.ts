// The directory: organisations and where their databases are.
import { asc, eq, gte, ne } from "drizzle-orm";
import type { Clock } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import { later } from "#model/later.ts";
import { statementOf } from "./audit.ts";
import { Conflict } from "./conflict.ts";
import { taken } from "./credentials.ts";
import type { Database } from "./database.ts";
import { accountKey, invitation, member, organisation, sealingKey } from "./directory-schema.ts";
import type { Directory, Organisation, TierRow } from "./face/organisation.ts";
import { ask, queriesOn } from "./queries.ts";

export const ORGANISATION = later(() => ({
  id: organisation.id,
  name: organisation.name,
  createdAt: organisation.createdAt,
  deletedAt: organisation.deletedAt,
  deletedBy: organisation.deletedBy,
  purgeAt: organisation.purgeAt,
}));

interface OrganisationRow extends Omit<Organisation, "ending"> {
  readonly deletedAt: string | null;
  readonly deletedBy: string | null;
  readonly purgeAt: string | null;
}

/** A row of these columns as it is told. */
export function organisationOf({ id, name, createdAt, deletedAt, deletedBy, purgeAt }: OrganisationRow): Organisation {
  const stands = { id, name, createdAt };
  if (deletedAt === null || purgeAt === null) return stands;
  return { ...stands, ending: { at: deletedAt, by: deletedBy ?? "", purgeAt } };
}

/** Asked at each call: their texts are made once. */
const FIND = "SELECT id, name, created_at, deleted_at, deleted_by, purge_at FROM organisation";
const BY_NAME = `${FIND} WHERE name = ?1`;
const BY_ID = `${FIND} WHERE id = ?1`;

/** ?1 organisation, then since when, by whom, and until when. */
const END = `UPDATE organisation SET deleted_at = COALESCE(deleted_at, ?2), deleted_by = COALESCE(deleted_by, ?3),
  purge_at = MIN(COALESCE(purge_at, ?4), ?4) WHERE id = ?1 RETURNING id`;

/** ?1 organisation, ?2 now. */
const RESTORE = `UPDATE organisation SET deleted_at = NULL, deleted_by = NULL, purge_at = NULL
WHERE id = ?1 AND (purge_at IS NULL OR purge_at > ?2) RETURNING id`;

/** ?1 user, ?2 how many organisations somebody may own. */
const TOO_MANY = `INSERT INTO directory_guard (reason) SELECT 'too-many'
WHERE (SELECT COUNT(*) FROM member WHERE user_id = ?1 AND role = 'owner') >= ?2`;

/** While a backup of everything is restored here: it might bring one of the same name. */
const RESTORING =
  "INSERT INTO directory_guard (reason) SELECT 'restoring' WHERE EXISTS (SELECT 1 FROM directory_restore)";

/** Where ids of one kind of keys are noted. */
function noted(queries: ReturnType<typeof queriesOn>, table: typeof sealingKey | typeof accountKey, clock: Clock) {
  return {
    all: async () => (await ask(queries, queries.select().from(table))).map(({ id }) => id),
    async note(id: string) {
      const since = new Date(clock()).toISOString();
      await ask(queries, queries.insert(table).values({ id, since }).onConflictDoNothing());
    },
    async keep(id: string) {
      await ask(queries, queries.delete(table).where(ne(table.id, id)));
    },
  };
}

/** The directory in its own database. */
export function openDirectory(database: Database, clock: Clock): Directory {
  const queries = queriesOn(database);
  const sealingKeys = noted(queries, sealingKey, clock);
  const accountKeys = noted(queries, accountKey, clock);
  return {
    async createOrganisation({ id, name, createdAt, placement = "main" }, owner) {
      const made = queries.insert(organisation).values({ id, name, createdAt, placement });
      const first = { organisationId: id, userId: owner?.user ?? "", role: "owner", since: createdAt };
      const owned =
        owner === undefined
          ? []
          : [{ sql: TOO_MANY, params: [owner.user, owner.most] }, statementOf(queries.insert(member).values(first))];
      try {
        await database.batch([{ sql: RESTORING, params: [] }, ...owned, statementOf(made)]);
      } catch (error) {
        if (error instanceof Conflict && error.constraint === "too_many")
          throw new Fault("conflict", `Nobody owns more than ${owner?.most} organisations`, { cause: error });
        if (error instanceof Conflict && error.constraint === "guard_stays_empty")
          throw new Fault("conflict", "This control plane is being restored; make organisations afterwards", {
            cause: error,
          });
        throw taken(error, `An organisation named ${name} exists already; choose another name.`);
      }
    },
    async endOrganisation(id, { at, by, purgeAt }) {
      const [marked] = await database.batch([{ sql: END, params: [id, at, by, purgeAt] }]);
      return (marked?.rows.length ?? 0) > 0;
    },
    async restoreOrganisation(id, now) {
      const [stands] = await database.batch([{ sql: RESTORE, params: [id, now] }]);
      return (stands?.rows.length ?? 0) > 0;
    },
    async deleteOrganisation(id) {
      await queries.batch([
        queries.delete(organisation).where(eq(organisation.id, id)),
        queries.delete(member).where(eq(member.organisationId, id)),
        queries.delete(invitation).where(eq(invitation.organisationId, id)),
      ]);
    },
    async findOrganisation(by) {
      const statement = "name" in by ? { sql: BY_NAME, params: [by.name] } : { sql: BY_ID, params: [by.id] };
      const [found] = await database.batch([statement]);
      if (found?.rows[0] === undefined) return null;
      const [id, name, createdAt, ...more] = found.rows[0] as readonly [string, string, string, ...(string | null)[]];
      const [deletedAt = null, deletedBy = null, purgeAt = null] = more;
      return organisationOf({ id, name, createdAt, deletedAt, deletedBy, purgeAt });
    },
    async tierOf(id) {
      const tier = { tier: organisation.tier, limits: organisation.limits };
      const [found] = await ask(queries, queries.select(tier).from(organisation).where(eq(organisation.id, id)));
      return found === undefined ? null : { tier: found.tier, limits: JSON.parse(found.limits) as TierRow["limits"] };
    },
    async setTier(id, { tier, limits }) {
      await ask(
        queries,
        queries
          .update(organisation)
          .set({ tier, limits: JSON.stringify(limits) })
          .where(eq(organisation.id, id)),
      );
    },
    async listOrganisations() {
      const query = queries.select(ORGANISATION).from(organisation).orderBy(asc(organisation.name));
      return (await ask(queries, query)).map(organisationOf);
    },
    async organisationsFrom(id, size) {
      const from = queries.select(ORGANISATION).from(organisation).where(gte(organisation.id, id));
      return (await ask(queries, from.orderBy(asc(organisation.id)).limit(size))).map(organisationOf);
    },
    sealingKeys: sealingKeys.all,
    noteSealingKey: sealingKeys.note,
    keepSealingKey: sealingKeys.keep,
    accountKeys: accountKeys.all,
    noteAccountKey: accountKeys.note,
    keepAccountKey: accountKeys.keep,
  };
}
