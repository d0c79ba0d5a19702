// Contract of concurrent writers: no gap, no twin, nothing half-written, no lost update.
import { expect, test } from "vitest";
import { Fault } from "#model/fault.ts";
import type { TenantStore } from "#store/store.ts";
import type { Harness } from "#test/store/harness.ts";
import { aCommit, aStep, keyOf, put } from "#test/store/samples.ts";

export function raceContract(harness: Harness): void {
  test("50 writers at one head: each revision once, each change whole", async () => {
    const clients = harness.clients(harness.freshTenant());
    const [store] = clients;
    const writer = async (w: number) => {
      const store = clients[w % clients.length] ?? clients[0];
      const pair = (i: number) =>
        aCommit([put(keyOf(`w${w}-${i}-a`), { spec: { w, i } }), put(keyOf(`w${w}-${i}-b`), { spec: { w, i } })]);
      return [
        await store.commit(pair(0)),
        await store.commit(aStep()),
        await store.commit(pair(1)),
        await store.commit(pair(2)),
      ];
    };
    const heads = (await Promise.all(Array.from({ length: 50 }, (_, w) => writer(w)))).flat();
    expect(await store.heads()).toEqual({ epoch: 1, revision: 150, sequence: 200 });
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
    const rising = (list: number[]) => [...list].sort((a, b) => a - b);
    expect(rising(heads.map(({ sequence }) => sequence))).toEqual(upTo(200));
    const revisions = await store.revisions({ size: 500 });
    expect(rising(revisions.map(({ revision }) => revision))).toEqual(upTo(150));
    for (const { changes } of revisions) {
      expect(changes.map(({ key }) => key.name.slice(-2))).toEqual(["-a", "-b"]);
      expect(changes[0]?.after?.spec).toEqual(changes[1]?.after?.spec);
    }
    expect((await store.list({ type: "MeshTimeout", offset: 0, size: 1 })).total).toBe(300);
    expect((await harness.tenants.batch([{ sql: "SELECT count(*) AS n FROM guard", params: [] }]))[0]?.rows).toEqual([
      [0],
    ]);
  });

  test("read, change, write under an etag: no update is lost", async () => {
    const clients = harness.clients(harness.freshTenant());
    const [store] = clients;
    const key = keyOf("counter");
    await store.commit(aCommit([put(key, { spec: { n: 0 } })]));
    const add = async (store: TenantStore): Promise<void> => {
      for (;;) {
        const stored = await store.get(key);
        if (stored === null) throw new Error("the counter is gone");
        const { n } = stored.resource.spec as { n: number };
        const outcome = await store
          .commit(aCommit([put(key, { spec: { n: n + 1 } }, { etag: stored.etag })]))
          .catch((error: unknown) => error);
        if (!(outcome instanceof Error)) return;
        if (!(outcome instanceof Fault && outcome.code === "stale")) throw outcome;
      }
    };
    await Promise.all(
      Array.from({ length: 8 }, async (_, w) => {
        const own = clients[w % clients.length] ?? store;
        await add(own);
        await add(own);
      }),
    );
    expect((await store.get(key))?.resource.spec).toEqual({ n: 16 });
    expect((await store.heads()).revision).toBe(17);
  });

  test("of 20 that create the same name, one does", async () => {
    const clients = harness.clients(harness.freshTenant());
    const [store] = clients;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        (clients[i % clients.length] ?? store).commit(aCommit([put(keyOf("one"), { spec: i }, "absent")])),
      ),
    );
    const winners = outcomes.flatMap((outcome, i) => (outcome.status === "fulfilled" ? [i] : []));
    expect(winners).toHaveLength(1);
    expect((await store.get(keyOf("one")))?.resource.spec).toBe(winners[0]);
    expect(await store.heads()).toEqual({ epoch: 1, revision: 1, sequence: 1 });
  });

  test("the same write sent five times at once is one revision, and all get its answer", async () => {
    const clients = harness.clients(harness.freshTenant());
    const [store] = clients;
    const commit = aCommit([put(keyOf("same"), {}, "absent")]);
    const sent = Array.from({ length: 5 }, (_, i) => (clients[i % clients.length] ?? store).commit(commit));
    const answers = await Promise.all(sent);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ revision: 1, created: [true] });
    expect((await store.heads()).sequence).toBe(1);
  });
}
