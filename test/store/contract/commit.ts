// Contract of commits: expectations, etags, history, steps, limits.
import { expect, test } from "vitest";
import type { Fault } from "#model/fault.ts";
import type { Harness } from "#test/store/harness.ts";
import { aCommit, anIssuer, aRegistration, aResource, aStep, keyOf, put, remove } from "#test/store/samples.ts";

/** The fault with this code, or the test fails. */
export async function faultOf(promise: Promise<unknown>, code: string): Promise<Fault> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error as Fault,
  );
  expect(thrown?.code, String(thrown)).toBe(code);
  return thrown as Fault;
}

export function commitContract(harness: Harness): void {
  const A = keyOf("a");
  const B = keyOf("b");

  test("a tenant begins at epoch 1 with nothing", async () => {
    expect(await harness.fresh().heads()).toEqual({ epoch: 1, revision: 0, sequence: 0 });
  });

  test("a put creates, a second one updates: creation time stays, modification time and etag change", async () => {
    const store = harness.fresh();
    harness.now += 1000;
    const created = await store.commit(aCommit([put(A, { labels: { team: "x" } })]));
    expect(created).toMatchObject({ epoch: 1, revision: 1, sequence: 1, created: [true] });
    const first = created.resources[0];
    const time = new Date(harness.now).toISOString();
    expect(first?.resource).toEqual(
      aResource(A, { labels: { team: "x" }, creationTime: time, modificationTime: time }),
    );
    harness.now += 1000;
    const updated = await store.commit(aCommit([put(A, { spec: { of: "new" } }, { etag: first?.etag ?? "" })]));
    expect(updated).toMatchObject({ revision: 2, sequence: 2, created: [false] });
    expect(updated.resources[0]?.etag).not.toBe(first?.etag);
    expect(updated.resources[0]?.resource).toMatchObject({
      creationTime: time,
      modificationTime: new Date(harness.now).toISOString(),
      spec: { of: "new" },
      labels: {},
    });
    expect(await store.get(A)).toEqual(updated.resources[0]);
  });

  test("answers are frozen to their leaves", async () => {
    const store = harness.fresh();
    const { resources } = await store.commit(aCommit([put(A, { spec: { to: [{ deep: 1 }] } })]));
    const spec = resources[0]?.resource.spec as { to: { deep: number }[] };
    expect(() => {
      spec.to.push({ deep: 2 });
    }).toThrow(TypeError);
  });

  test.each([
    ["absent", "absent", true],
    ["present", "present", false],
    ["an etag", { etag: "1-1" }, false],
    ["any", "any", true],
  ] as const)("on nothing, a put that expects %s", async (_, expectation, accepted) => {
    const store = harness.fresh();
    const commit = store.commit(aCommit([put(A, {}, expectation)]));
    if (accepted) expect((await commit).revision).toBe(1);
    else expect((await faultOf(commit, "stale")).message).toContain("MeshTimeout/default/a does not exist");
    expect((await store.get(A)) !== null).toBe(accepted);
  });

  test.each([
    ["absent", "absent", false],
    ["present", "present", true],
    ["its etag", { etag: "1-1" }, true],
    ["another etag", { etag: "1-0" }, false],
    ["any", "any", true],
  ] as const)("on a resource, a delete that expects %s", async (_, expectation, accepted) => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A)]));
    const commit = store.commit(aCommit([remove(A, expectation)]));
    if (accepted) expect(await commit).toMatchObject({ revision: 2, resources: [null], created: [false] });
    else await faultOf(commit, "stale");
    expect((await store.get(A)) === null).toBe(accepted);
  });

  test("one stale write of many aborts them all, and the fault names what stands there", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A)]));
    await store.commit(aCommit([put(A, { spec: { of: "later" } })]));
    const commit = aCommit([put(B), put(A, { spec: 3 }, { etag: "1-1" }), remove(keyOf("c"))]);
    const fault = await faultOf(store.commit(commit), "stale");
    expect(fault.message).toContain('MeshTimeout/default/a has changed: its ETag is "1-2", and "1-1" was expected');
    expect(await store.heads()).toEqual({ epoch: 1, revision: 2, sequence: 2 });
    expect(await store.get(B)).toBeNull();
    expect((await store.get(A))?.resource.spec).toEqual({ of: "later" });
    expect(await store.findWrite(commit.writeId)).toBeNull();
    expect((await store.revisions({ size: 9 })).map(({ revision }) => revision)).toEqual([2, 1]);
  });

  test("a revision keeps before and after of each change", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A), put(B)], { reason: "begin" }));
    await store.commit(aCommit([put(A, { spec: { of: "new" } }), remove(B), remove(keyOf("none"))], { actor: "me" }));
    const [second, first] = await store.revisions({ size: 2 });
    expect(first).toMatchObject({ revision: 1, actor: "token:t1", reason: "begin" });
    expect(first?.changes.map(({ key, before }) => [key, before])).toEqual([
      [A, null],
      [B, null],
    ]);
    expect(second).toMatchObject({ revision: 2, actor: "me" });
    expect(second?.changes.map(({ key, before, after }) => [key.name, before?.spec, after?.spec])).toEqual([
      ["a", { of: "a" }, { of: "new" }],
      ["b", { of: "b" }, undefined],
    ]);
    expect(second?.changes[0]?.after).toEqual((await store.get(A))?.resource);
    expect(await store.revisions({ before: 2, size: 5 })).toEqual([first]);
  });

  test("a step raises the sequence alone and leaves no revision", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A)]));
    const step = aStep({ writes: [put(A, { spec: 2 })] });
    const done = await store.commit(step);
    expect(done).toMatchObject({ epoch: 1, revision: 1, sequence: 2 });
    expect(done.resources[0]).toMatchObject({ etag: "1-2", revision: 1 });
    expect(await store.findWrite(step.writeId)).toEqual({ epoch: 1, revision: 1, sequence: 2 });
    expect(await store.revisions({ size: 9 })).toHaveLength(1);
  });

  test("a read revision that has passed aborts; steps in between do not matter", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A)], { readRevision: 0 }));
    await store.commit(aStep());
    const fault = await faultOf(store.commit(aCommit([put(B)], { readRevision: 0 })), "conflict");
    expect(fault.message).toContain("checked at revision 0, and now it is 1");
    expect(await store.get(B)).toBeNull();
    expect((await store.commit(aCommit([put(B)], { readRevision: 1 }))).revision).toBe(2);
  });

  test("dropping a mesh takes its resources, keys and registrations, with history, and nothing else", async () => {
    const store = harness.fresh();
    const mesh = { type: "Mesh", mesh: "", name: "m1" };
    const other = keyOf("a", { mesh: "m2" });
    await store.commit(
      aCommit([put(mesh), put(keyOf("a", { mesh: "m1" })), put(other), put({ type: "Zone", mesh: "", name: "m1" })]),
    );
    const key = { purpose: "dataplane-token", kid: "1", publicJwk: "{}", sealedKey: "k", createdAt: "2026" };
    for (const name of ["m1", "m2"]) {
      await store.record({ issuers: { put: [anIssuer("1", { mesh: name })] } });
      await store.addSigningKey({ mesh: name, ...key });
    }
    const set = (name: string) => ({ set: aRegistration("d", "1", { mesh: name }) });
    await store.commit(aStep({ registrations: [set("m1"), set("m2")] }));
    await store.commit(aCommit([], { dropMeshes: ["m1", "none"] }));
    expect(await store.get(mesh)).toBeNull();
    expect((await store.registrations({})).map((row) => row.mesh)).toEqual(["m2"]);
    expect((await store.readMesh("m1")).items).toEqual([]);
    expect((await store.readMesh("m2")).items.map(({ resource }) => resource.name)).toEqual(["a"]);
    expect((await store.readMesh("")).items.map(({ resource }) => resource.type)).toEqual(["Zone"]);
    expect((await store.issuers()).map((row) => row.mesh)).toEqual(["m2"]);
    expect((await store.signingKeys("dataplane-token")).map((row) => row.mesh)).toEqual(["m2"]);
    const [revision] = await store.revisions({ size: 1 });
    expect(revision?.changes.map((change) => [change.key.type, change.after])).toEqual([
      ["Mesh", null],
      ["MeshTimeout", null],
    ]);
  });

  test("a mesh may be dropped and its Mesh removed under an etag in one commit: one change each", async () => {
    const store = harness.fresh();
    const mesh = { type: "Mesh", mesh: "", name: "m1" };
    await store.commit(aCommit([put(mesh), put(keyOf("a", { mesh: "m1" }))]));
    await faultOf(store.commit(aCommit([remove(mesh, { etag: "1-0" })], { dropMeshes: ["m1"] })), "stale");
    expect((await store.readMesh("m1")).items).toHaveLength(2);
    const done = await store.commit(aCommit([remove(mesh, { etag: "1-1" })], { dropMeshes: ["m1"] }));
    expect(done.resources).toEqual([null]);
    expect((await store.revisions({ size: 1 }))[0]?.changes).toHaveLength(2);
  });

  test("a status changes neither heads nor etag, and stays over an update", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A)]));
    await store.setStatus(A, { faults: ["é"] });
    expect(await store.get(A)).toMatchObject({ etag: "1-1", resource: { status: { faults: ["é"] } } });
    expect(await store.heads()).toEqual({ epoch: 1, revision: 1, sequence: 1 });
    const { resources } = await store.commit(aCommit([put(A, { spec: 2 })]));
    expect(resources[0]?.resource.status).toEqual({ faults: ["é"] });
    await store.setStatus(keyOf("none"), {});
    expect(await store.get(keyOf("none"))).toBeNull();
  });

  test("a merged status keeps members that others wrote, and null removes one", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A)]));
    await store.mergeStatus(A, { faults: ["é"], tls: { status: "NotReady" } });
    await store.mergeStatus(A, { faults: null, tls: { status: "Ready" }, deep: { a: [1] } });
    expect(await store.get(A)).toMatchObject({ etag: "1-1" });
    expect((await store.get(A))?.resource.status).toEqual({ tls: { status: "Ready" }, deep: { a: [1] } });
    await store.mergeStatus(keyOf("none"), { a: 1 });
    expect(await store.get(keyOf("none"))).toBeNull();
    await faultOf(store.mergeStatus(A, { text: "x".repeat(900_001) }), "too-large");
  });

  test("what is derived is written in the batch, stands in no history, and statuses change no etag", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A)]));
    const done = await store.commit({
      ...aCommit([put(B)]),
      derived: [put(keyOf("c"), { spec: "derived", status: { born: true } }), remove(keyOf("none"))],
      statuses: [
        { key: A, patch: { seen: 1 } },
        { key: B, patch: { seen: 2 } },
        { key: keyOf("c"), patch: { seen: 3 } },
        { key: keyOf("none"), patch: { seen: 4 } },
      ],
      readSequence: 1,
    });
    expect(
      done.resources.map((stored) => stored && [stored.resource.name, stored.etag, stored.resource.status]),
    ).toEqual([
      ["b", "1-2", { seen: 2 }],
      ["c", "1-2", { born: true, seen: 3 }],
      null,
      ["a", "1-1", { seen: 1 }],
      ["b", "1-2", { seen: 2 }],
      ["c", "1-2", { born: true, seen: 3 }],
      null,
    ]);
    const [revision] = await store.revisions({ size: 1 });
    expect(revision?.changes.map(({ key }) => key.name)).toEqual(["b"]);
    expect(await store.get(A)).toEqual(done.resources[3]);
  });

  test("what was derived at an older sequence is refused, and nothing of it stands", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A)]));
    await store.commit(aStep({ writes: [put(A, { spec: 2 })] }));
    const late = { ...aCommit([put(B)]), derived: [put(keyOf("c"))], readRevision: 1, readSequence: 1 };
    const fault = await faultOf(store.commit(late), "conflict");
    expect(fault.message).toContain("made at sequence 1, and now it is 2");
    expect(await store.get(B)).toBeNull();
    expect(await store.get(keyOf("c"))).toBeNull();
    expect((await store.commit({ ...late, readSequence: 2 })).sequence).toBe(3);
  });

  test("500 resources are one commit of a few statements", async () => {
    const store = harness.fresh();
    const keys = Array.from({ length: 500 }, (_, i) => keyOf(`n-${i}`));
    const done = await store.commit(aCommit(keys.map((key) => put(key, {}, "absent"))));
    expect(done.created).toEqual(keys.map(() => true));
    expect(done.resources.map((stored) => stored?.resource.name)).toEqual(keys.map(({ name }) => name));
    const mixed = keys.map((key, i) => (i % 2 === 0 ? remove(key, { etag: "1-1" }) : put(key, { spec: i }, "present")));
    const again = await store.commit(aCommit(mixed));
    expect(again.resources.map((stored) => stored?.resource.spec ?? null)).toEqual(
      keys.map((_, i) => (i % 2 === 0 ? null : i)),
    );
    expect((await store.list({ type: "MeshTimeout", offset: 0, size: 1 })).total).toBe(250);
  });

  test("specs come back byte for byte: unicode, quotes, control characters, big numbers, deep nesting", async () => {
    const store = harness.fresh();
    let deep: unknown = "end";
    for (let i = 0; i < 2000; i++) deep = [deep];
    const spec = {
      "ключ 鍵 🔑": '\u0000\u001f"\\\ud800 é',
      numbers: [1e21, -0.1, Number.MAX_SAFE_INTEGER, 0],
      "%_": "';--",
      nothing: null,
      deep,
    };
    const key = keyOf("naïve-🦊");
    await store.commit(aCommit([put(key, { spec, labels: { "kuma.io/zone": "östlich" } })]));
    await store.commit(aCommit([remove(key)]));
    const [revision] = await store.revisions({ size: 1 });
    expect(JSON.stringify(revision?.changes[0]?.before?.spec)).toBe(JSON.stringify(spec));
    expect(revision?.changes[0]?.key).toEqual(key);
  });

  test("a resource of 900,000 bytes is stored, updated and kept in history; a larger one is refused with its name", async () => {
    const store = harness.fresh();
    const quotes = '"'.repeat(224_990);
    const spec = { text: quotes + "x".repeat(449_000) };
    await store.commit(aCommit([put(A, { spec })]));
    await store.commit(aCommit([put(A, { spec: { text: `${quotes}${"y".repeat(449_000)}` } })]));
    const [revision] = await store.revisions({ size: 1 });
    expect(revision?.changes[0]?.before?.spec).toEqual(spec);
    const large = aCommit([put(B), put(keyOf("c"), { spec: "é".repeat(450_001) })]);
    const fault = await faultOf(store.commit(large), "too-large");
    expect(fault.message).toMatch(/MeshTimeout\/default\/c takes 9\d{5} bytes; at most 900000 are stored/);
    expect(await store.get(B)).toBeNull();
    await faultOf(store.setStatus(A, "x".repeat(900_001)), "too-large");
  });

  test("several megabytes in one commit are split over parameters", async () => {
    const store = harness.fresh();
    const writes = Array.from({ length: 6 }, (_, i) => put(keyOf(`big-${i}`), { spec: String(i).repeat(800_000) }));
    const done = await store.commit(aCommit(writes));
    expect(done.resources.map((stored) => String(stored?.resource.spec).length)).toEqual(Array(6).fill(800_000));
    expect(done.created).toEqual(Array(6).fill(true));
  });

  test.each([
    ["one key twice", aCommit([put(A), remove(A)])],
    ["a resource under another's key", aCommit([{ key: A, expect: "any", after: aResource(B) }])],
    ["a write into a mesh that it drops", aCommit([put(A)], { dropMeshes: ["default"] })],
    ["the drop of all that is global", aCommit([], { dropMeshes: [""] })],
    ["no write id", aCommit([put(A)], { writeId: "" })],
  ])("a commit that contradicts itself is a programmer's mistake: %s", async (_, commit) => {
    const store = harness.fresh();
    await expect(store.commit(commit)).rejects.toThrow(TypeError);
    expect((await store.heads()).sequence).toBe(0);
  });
}
