// What an organisation of an earlier release gets: the default HostnameGenerators once, and the lines of its tokens; what its users decided stays.
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultGenerators } from "#model/default-generators.ts";
import { splitStatements } from "#store/migrations.ts";
import { migrationsOf } from "#test/store/migration-files.ts";
import { dataplane, mesh, type Org, openPlane, type Plane, signUp, zone } from "./harness.ts";

let plane: Plane;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

const sql = migrationsOf("tenant").find(({ name }) => name.endsWith("_add-default-generators.sql"))?.sql ?? "";

async function upgrade(): Promise<void> {
  await plane.tenants.batch(splitStatements(sql).map((text) => ({ sql: text, params: [] })));
}

/** As it was before: no generator was made for it, and nothing says that one was deleted. */
async function makeOlder({ tenant }: Org): Promise<void> {
  const remove = "DELETE FROM resource WHERE tenant_id = ?1 AND type = 'HostnameGenerator'";
  await plane.tenants.batch([{ sql: remove, params: [tenant] }]);
}

async function generators({ store }: Org): Promise<readonly { readonly name: string }[]> {
  const { items } = await store.list({ type: "HostnameGenerator", offset: 0, size: 100 });
  return items.map(({ resource: { name, labels, spec } }) => ({ name, labels, spec }));
}

async function hostnames({ store }: Org): Promise<readonly string[]> {
  const { items } = await store.list({ type: "MeshService", mesh: "default", offset: 0, size: 10 });
  expect(items).toHaveLength(1);
  const status = items[0]?.resource.status as { readonly addresses?: readonly { readonly hostname: string }[] };
  return (status.addresses ?? []).map(({ hostname }) => hostname);
}

const DEFAULTS = defaultGenerators().map(({ name, labels, spec }) => ({ name, labels, spec }));

test("gets what a new one is made with, and its services get their names", async () => {
  const fresh = await signUp(plane, "fresh");
  const older = await signUp(plane, "older");
  expect(await generators(fresh)).toEqual(DEFAULTS);
  await makeOlder(older);
  const body = { ...mesh(), meshServices: { mode: "Everywhere" } };
  await older.at(plane.reopen()).apply([zone(), body, dataplane("web-1", "web")]);
  await older.settle();
  expect(await hostnames(older)).toEqual([]);
  const before = await older.store.heads();
  await upgrade();
  expect(await generators(older)).toEqual(DEFAULTS);
  expect(await generators(fresh)).toEqual(DEFAULTS);
  expect((await older.store.heads()).sequence).toBe(before.sequence + 1);
  // The next process goes on from there.
  const control = plane.reopen();
  await control.wakeAll();
  expect(await hostnames(older)).toEqual(["web.svc.mesh.local", "web.svc.east.mesh.local"]);
  const again = await older.store.heads();
  await upgrade();
  expect([await older.store.heads(), await generators(older)]).toEqual([again, DEFAULTS]);
  await older.at(control).apply([{ type: "HostnameGenerator", name: "own", spec: SPEC }]);
  expect(await generators(older)).toHaveLength(DEFAULTS.length + 1);
});

const SPEC = { selector: { meshService: { matchLabels: { app: "x" } } }, template: "{{ .DisplayName }}.own" };

test("what a user deleted stays deleted, and what one wrote stays as it is", async () => {
  const org = await signUp(plane, "decided");
  const [deleted, changed] = ["synced-universal-mesh-service", "local-universal-mesh-service"];
  await org.apply([{ type: "HostnameGenerator", name: changed, spec: SPEC }], [`HostnameGenerator//${deleted}`]);
  const decided = await generators(org);
  const before = await org.store.heads();
  await upgrade();
  expect([await generators(org), await org.store.heads()]).toEqual([decided, before]);
  // Of one that is older, all but what its users have had a hand in.
  await makeOlder(org);
  await upgrade();
  expect((await generators(org)).map(({ name }) => name)).toEqual(
    DEFAULTS.map(({ name }) => name).filter((name) => name !== deleted && name !== changed),
  );
});

test("one that has never committed anything gets them too, and commits after that", async () => {
  const org = await signUp(plane, "silent");
  const forget = ["resource", "heads", "step"].map((table) => ({
    sql: `DELETE FROM ${table} WHERE tenant_id = ?1`,
    params: [org.tenant],
  }));
  await plane.tenants.batch(forget);
  await upgrade();
  expect(await generators(org)).toEqual(DEFAULTS);
  const control = plane.reopen();
  await org.at(control).apply([zone(), mesh()], ["HostnameGenerator//synced-kube-mesh-service"]);
  expect(await generators(org)).toHaveLength(DEFAULTS.length - 1);
});

test("its tokens get the lines that the audit log knows", async () => {
  const org = await signUp(plane, "older-tokens");
  const [first] = await org.store.listCredentials("api");
  const admin = { ...org.admin, actor: `token:${first?.id}` };
  const { id } = await org.control.writer.createToken(admin, { name: "ann", scopes: ["write"], expiresAt: null });
  const lines = async () =>
    Object.fromEntries((await org.store.listCredentials("api")).map((one) => [one.id, one.mintedBy]));
  const wanted = { [first?.id as string]: null, [id]: first?.id };
  expect(await lines()).toEqual(wanted);
  await plane.tenants.batch([{ sql: "UPDATE credential SET minted_by = NULL", params: [] }]);
  const [, fill] = splitStatements(
    migrationsOf("tenant").find(({ name }) => name.endsWith("_keep-lineage.sql"))?.sql ?? "",
  );
  await plane.tenants.batch([{ sql: fill as string, params: [] }]);
  expect(await lines()).toEqual(wanted);
});
