// The last sign-ins of each person, in the directory's database: let in or refused, the newest of each sort.
import { SIGN_IN_WAYS, SIGN_INS, type SignInRefusal } from "#model/sign-in.ts";
import type { Database, Statement } from "./database.ts";
import type { AccountStore, SignInRow } from "./face/account.ts";

/** Whose it is: nobody's where there is no such person. */
const BY = { id: "user.id = ?1", email: "user.email = ?1" } as const;
type By = (typeof BY)[keyof typeof BY];
const person = (by: By): string => `(SELECT user.id FROM user WHERE ${by})`;

/** ?1 person, then the row, and ?8 since when one like it from the same place stands for it. */
const add = (by: By): string => `INSERT INTO sign_in (user_id, at, id, way, refused, ip_address, user_agent)
SELECT user.id, ?2, ?3, ?4, ?5, ?6, ?7 FROM user WHERE ${by} AND NOT EXISTS (
  SELECT 1 FROM sign_in AS one WHERE one.user_id = user.id AND one.at > ?8 AND one.refused = ?5 AND one.ip_address = ?6)`;

/** ?1 person, ?2 whether those that were let in or those that were refused, ?3 how many stay. */
const trim = (by: By): string => `DELETE FROM sign_in WHERE user_id = ${person(by)} AND (refused IS NULL) = ?2
AND id IN (SELECT one.id FROM sign_in AS one WHERE one.user_id = ${person(by)} AND (one.refused IS NULL) = ?2
  ORDER BY one.at DESC, one.id DESC LIMIT -1 OFFSET ?3)`;

/** ?1 person, ?2 since when, then the browser. */
const finish = (by: By): string => `DELETE FROM sign_in WHERE user_id = ${person(by)} AND at > ?2
AND refused = 'unfinished' AND ip_address = ?3 AND user_agent = ?4`;

const LIST = `SELECT id, at, way, refused, user_agent, ip_address FROM sign_in WHERE user_id = ?1 AND at > ?2
ORDER BY at DESC, id DESC`;

/** Ways that end half a sign-in. */
const ENDING: readonly string[] = SIGN_IN_WAYS.filter((way) => way.startsWith("password and "));

/** Each stands for itself: none is later. */
const NEVER = "9999";

export function openSignIns(database: Database): Pick<AccountStore, "noteSignIn" | "listSignIns"> {
  return {
    async noteSignIn(of, row) {
      await database.batch(
        "id" in of ? statementsOf(BY.id, of.id, row) : statementsOf(BY.email, of.email.toLowerCase(), row),
      );
    },
    async listSignIns(user, since) {
      const [answer] = await database.batch([{ sql: LIST, params: [user, since] }]);
      return (answer?.rows ?? []).map(([id, at, way, refused, agent, address]) => ({
        ...{ id: String(id), at: String(at), way: String(way), agent: String(agent), address: String(address) },
        refused: refused as SignInRefusal | null,
      }));
    },
  };
}

function statementsOf(by: By, who: string, { id, at, way, refused, agent, address }: SignInRow): readonly Statement[] {
  const since = new Date(Date.parse(at) - SIGN_INS.together).toISOString();
  return [
    ...(ENDING.includes(way) ? [{ sql: finish(by), params: [who, since, address, agent] }] : []),
    { sql: add(by), params: [who, at, id, way, refused, address, agent, refused === "too-many" ? since : NEVER] },
    { sql: trim(by), params: [who, refused === null ? 1 : 0, SIGN_INS.mostOfEach] },
  ];
}
