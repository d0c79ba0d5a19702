// Names of those who did something: members and tokens, by the actors that stand in what they did.
import type { Call } from "./call.ts";

const PERSON = "user:";
const TOKEN = "token:";

/** Each with the name of the person who is its actor, where that is one who is known. */
export async function withUsers<Item extends { readonly actor: string | null }>(
  { app }: Pick<Call, "app">,
  items: readonly Item[],
): Promise<readonly (Item & { user?: { id: string; name: string } })[]> {
  const idOf = ({ actor }: Item) => (actor?.startsWith(PERSON) === true ? actor.slice(PERSON.length) : null);
  const ids = [...new Set(items.flatMap((item) => idOf(item) ?? []))];
  if (ids.length === 0) return items;
  const users = new Map((await app.store.accounts.findUsers(ids)).map(({ id, name }) => [id, { id, name }]));
  return items.map((item) => {
    const user = users.get(idOf(item) ?? "");
    return user === undefined ? item : { ...item, user };
  });
}

/** Actor → its name, of those that are known: a user by the account, a token by its row. */
export async function namesOf(
  { app }: Pick<Call, "app">,
  tenant: string,
  actors: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const once = [...new Set(actors)];
  const people = once.filter((actor) => actor.startsWith(PERSON)).map((actor) => actor.slice(PERSON.length));
  const tokens = once.filter((actor) => actor.startsWith(TOKEN)).map((actor) => actor.slice(TOKEN.length));
  const within = app.store.within(tenant);
  const [users, names] = await Promise.all([
    people.length === 0 ? [] : app.store.accounts.findUsers(people),
    within.credentialNames(tokens),
  ]);
  return new Map([
    ...users.map(({ id, name }) => [`${PERSON}${id}`, name] as const),
    ...[...names].map(([id, name]) => [`${TOKEN}${id}`, name] as const),
  ]);
}
