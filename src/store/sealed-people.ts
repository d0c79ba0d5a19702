// What lies sealed in the directory: second factors and providers' tokens, page after page, and their replacement.
import type { Database, SqlValue } from "./database.ts";
import { SEALED_OF_PEOPLE, type SealedPeople, type SealedPeopleTable } from "./face/sealed-people.ts";

/** Rows of a page. */
const ROWS = 100;

export function openSealedPeople(database: Database): SealedPeople {
  return {
    async page({ table, after }) {
      const { columns, next } = SEALED_OF_PEOPLE[table];
      const some = columns.map((column) => `${column} IS NOT NULL`).join(" OR ");
      const sql = `SELECT id, ${columns.join(", ")} FROM ${table} WHERE id > ?1 AND (${some}) ORDER BY id LIMIT ${ROWS}`;
      const [answer] = await database.batch([{ sql, params: [after] }]);
      const rows = (answer?.rows ?? []) as readonly (readonly [string, ...SqlValue[]])[];
      const texts = rows.flatMap(([id, ...values]) =>
        columns.flatMap((column, at) =>
          typeof values[at] === "string" ? [{ table, id, column, text: values[at] }] : [],
        ),
      );
      const last = rows.at(-1);
      if (last !== undefined && rows.length === ROWS) return { texts, next: { table, after: last[0] } };
      return { texts, next: next === null ? null : { table: next, after: "" } };
    },
    async noteKey(id, since) {
      const sql = "INSERT INTO account_key (id, since) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
      await database.batch([{ sql, params: [id, since] }]);
    },
    async replace({ table, id, column, text }, after) {
      const sql = `UPDATE ${table} SET ${column} = ?3 WHERE id = ?1 AND ${column} = ?2 RETURNING id`;
      const [answer] = await database.batch([{ sql, params: [id, text, after] }]);
      return answer?.rows.length === 1;
    },
  };
}

/** Whether the text names one of the tables. */
export function isSealedPeopleTable(text: string): text is SealedPeopleTable {
  return Object.hasOwn(SEALED_OF_PEOPLE, text);
}
