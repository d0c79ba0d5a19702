// The directory: organisations and where their databases are.
import { asc, eq } from "drizzle-orm";
import { taken } from "./credentials.ts";
import type { Database } from "./database.ts";
import { organisation } from "./directory-schema.ts";
import { ask, queriesOn } from "./queries.ts";
import type { Directory } from "./store.ts";

const columns = { id: organisation.id, name: organisation.name, createdAt: organisation.createdAt };

/** The directory in its own database. */
export function openDirectory(database: Database): Directory {
  const queries = queriesOn(database);
  return {
    async createOrganisation({ id, name, createdAt }) {
      try {
        await ask(queries, queries.insert(organisation).values({ id, name, createdAt }));
      } catch (error) {
        throw taken(error, `An organisation named ${name} exists already; choose another name.`);
      }
    },
    async findOrganisation(by) {
      const where = "name" in by ? eq(organisation.name, by.name) : eq(organisation.id, by.id);
      const [found] = await ask(queries, queries.select(columns).from(organisation).where(where));
      return found ?? null;
    },
    async listOrganisations() {
      return ask(queries, queries.select(columns).from(organisation).orderBy(asc(organisation.name)));
    },
  };
}
