// What a page of a list reads: as often as it must, and not once a row.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { enrol, mesh, signUp, zone } from "#test/control/harness.ts";
import { openPeople, type PeoplePlane } from "./people.ts";
import { call } from "./subject.ts";

let people: PeoplePlane;
beforeAll(async () => {
  people = await openPeople();
});
afterAll(() => people.close());

/** Calls of each of the store's methods while `run` goes on. */
async function counted(run: () => Promise<unknown>): Promise<(method: string) => number> {
  const { store } = people.options;
  const counts = new Map<string, number>();
  const within = store.within.bind(store);
  const spy = vi.spyOn(store, "within").mockImplementation((tenant) => {
    return new Proxy(within(tenant), {
      get(target, name, receiver) {
        const found = Reflect.get(target, name, receiver);
        if (typeof found !== "function") return found;
        return (...args: readonly unknown[]) => {
          counts.set(String(name), (counts.get(String(name)) ?? 0) + 1);
          return Reflect.apply(found, target, args);
        };
      },
    });
  });
  await run().finally(() => spy.mockRestore());
  return (method) => counts.get(method) ?? 0;
}

test("relays of a zone that are to have the same cost one envelope, and tokens that are named one query", async () => {
  const org = await signUp(people.plane, "pages");
  const admin = async (name: string) => {
    const made = await org.control.writer.createToken(org.admin, { name, scopes: ["admin"], expiresAt: null });
    return { ...org.admin, actor: `token:${made.id}`, bearer: `Bearer ${made.token}` };
  };
  const [ann, bob] = [await admin("ann"), await admin("bob")];
  await org.apply([zone("east"), zone("west"), mesh()], [], { caller: ann });
  const relays = [
    await enrol(org, "east"),
    await enrol(org, "east"),
    await enrol(org, "east"),
    await enrol(org, "west"),
  ];
  await org.apply([mesh("more")], [], { caller: bob });
  await org.settle();
  const ask = (path: string) => call(people, "GET", `/o/pages${path}`, { headers: { authorization: ann.bearer } });
  await ask("/v1/relays");
  let items: readonly { readonly id: string; readonly revision: number }[] = [];
  const page = await counted(async () => {
    items = (await ask("/v1/relays")).json.items;
  });
  expect(items.map(({ id, revision }) => [id, revision]).sort()).toEqual(relays.map(({ relay }) => [relay, 2]).sort());
  expect(page("newest")).toBe(2);
  let names: Readonly<Record<string, string>> = {};
  const log = await counted(async () => {
    names = (await ask("/v1/audit")).json.names;
  });
  expect(Object.values(names)).toEqual(expect.arrayContaining(["ann", "bob"]));
  // One more is the caller's own.
  expect([log("credentialNames"), log("credential")]).toEqual([1, 1]);
});
