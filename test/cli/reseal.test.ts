// `weft admin reseal`: a key-encryption key gives way to another while everything goes on, and no text is left under the old one.
import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { type ControlPlane, runControlPlane } from "#node/main.ts";
import { TENANT_TABLES } from "#store/tenant-table.ts";
import { codeOf, openBrowser } from "#test/app/account-suite.ts";
import { call, createOrganisation, type Organisation, organisationOf, type Subject } from "#test/app/subject.ts";
import { bringCa, P256 } from "#test/brought-ca.ts";
import { blocksOf } from "#test/documents.ts";
import { leafOf } from "#test/leaf.ts";
import { type Ran, run } from "./run.ts";

let folder: string;
let running: ControlPlane;
let subject: Subject;
let organisation: Organisation;

const inState = (name: string): string => join(folder, name);
const KEY = "key-encryption.key";
const OLDER = "key-encryption.older";

async function start(): Promise<void> {
  running = await runControlPlane({ stateDir: folder, host: "127.0.0.1", port: 0, logLevel: "silent" });
  const { url } = running;
  const operatorSecret = readFileSync(running.operatorSecretFile, "utf8").trim();
  subject = { url, operatorSecret, fetch: (path, init) => fetch(`${url}${path}`, init) };
  if (organisation !== undefined)
    organisation = organisationOf(subject, organisation.name, organisation.id, organisation.token);
}

/** Runs a command of the operators' page, in the state folder. */
function asThePageSays(command: string): void {
  const lines = blocksOf("docs/operations.md", "bash").flatMap((block) => block.split("\n"));
  expect(lines).toContain(command);
  execFileSync("bash", ["-c", command], { cwd: folder });
}

/** Runs `between` while the control plane is away. */
async function restart(between: () => void): Promise<void> {
  await running.close();
  between();
  await start();
}

const reseal = (...more: readonly string[]): Promise<Ran> =>
  run([
    ...["admin", "reseal", "--control-plane", running.url],
    ...["--operator-secret-file", running.operatorSecretFile, ...more],
  ]);

/** All sealed texts of the database's tables, by the table and the key. */
async function sealed(): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
  const database = await openLibsqlFile({ path: inState("tenants.db") });
  const found: Record<string, Record<string, number>> = {};
  for (const { name, columns } of TENANT_TABLES) {
    const [answer] = await database.batch([{ sql: `SELECT ${columns.join(", ")} FROM ${name}`, params: [] }]);
    const text = JSON.stringify(answer?.rows ?? []);
    for (const [, key = ""] of text.matchAll(/\bv1\.([0-9a-f]{8})\.[\w-]{38}/g)) {
      const of = found[name] ?? {};
      found[name] = { ...of, [key]: (of[key] ?? 0) + 1 };
    }
  }
  await database.close();
  return found;
}

const keysIn = (found: Awaited<ReturnType<typeof sealed>>): readonly string[] => [
  ...new Set(Object.values(found).flatMap(Object.keys)),
];

const must = async (method: string, path: string, body?: unknown) => {
  const answer = await organisation.call(method, path, body);
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer;
};
const secretOf = (name: string, text: string) => {
  return { type: "Secret", mesh: "default", name, data: Buffer.from(text).toString("base64") };
};
const putSecret = (name: string, text: string) => must("PUT", `/meshes/default/secrets/${name}`, secretOf(name, text));
/** The content, by a token that may read it. */
const textOf = async (name: string): Promise<string> => {
  const { json } = await call(subject, "GET", `/o/${organisation.name}/meshes/default/secrets/${name}`, {
    token: reveals,
  });
  return Buffer.from(json.data ?? "", "base64").toString();
};
const joinAs = (name: string) =>
  leafOf(
    {
      api: async (method: string, path: string, body: unknown) => (await must(method, `/${path}`, body)).json,
      controlPlane: () => running,
      dataplaneToken: async (mesh: string, of: string) =>
        (await must("POST", "/tokens/dataplane", { mesh, name: of })).text,
    },
    ...(["default", name, "web"] as const),
  );
const bank = (description: string) => {
  const { cert, key } = brought;
  const verification = { clientCert: { inlineString: cert }, clientKey: { inlineString: key.reveal() } };
  const endpoints = [{ address: "192.0.2.1", port: 443 }];
  const match = { type: "HostnameGenerator", port: 443, protocol: "tcp" };
  return {
    ...{ type: "MeshExternalService", mesh: "default", name: "bank", labels: { description } },
    spec: { match, endpoints, tls: { enabled: true, verification } },
  };
};
const putBank = (description: string) => must("PUT", "/meshes/default/meshexternalservices/bank", bank(description));

let reveals: string;
const brought = bringCa(P256, []);
const ids: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-reseal-"));
  await start();
  organisation = await createOrganisation(subject);
  reveals = (await must("POST", "/v1/tokens", { name: "r", scopes: ["admin", "secret:reveal"] })).json.token;
  await must("PUT", "/meshes/default", {
    ...{ type: "Mesh", name: "default" },
    mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] },
  });
  await must("PUT", "/zones/east", { type: "Zone", name: "east" });
  await putSecret("door", "first");
  await putSecret("door", "second");
  await putBank("one");
  await joinAs("web-1");
  const url = "https://hooks.example/x";
  const { id } = (await must("POST", "/v1/webhooks", { url, events: ["zone.offline"], description: "" })).json;
  await must("POST", `/v1/webhooks/${id}/rotation`);
  await must("POST", "/v1/plan", { put: [{ resource: secretOf("planned", "third") }] });
  ids.push(...keysIn(await sealed()));
});
afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

const TABLES = ["issuer", "plan_part", "resource", "revision_change", "signing_key", "webhook"];

test("at first everything lies under one key, in every table that holds secrets", async () => {
  expect(ids).toHaveLength(1);
  expect(Object.keys(await sealed()).sort()).toEqual(TABLES);
  const ran = await reseal("--check");
  expect([ran.code, ran.err]).toEqual([
    0,
    expect.stringMatching(
      new RegExp(`^everything is sealed under the key ${ids[0]} and the account key [0-9a-f]{8}\n$`, "m"),
    ),
  ]);
});

test("where the old key is lost, readiness and the command name it, and nothing is done", async () => {
  const before = await sealed();
  await restart(() => renameSync(inState(KEY), inState("lost")));
  const { status, json } = await call(subject, "GET", "/readyz");
  expect([status, json.detail]).toEqual([503, expect.stringContaining(`the key-encryption key ${ids[0]}, which`)]);
  const ran = await reseal();
  expect(ran.code).toBe(1);
  expect(ran.err).toContain(`under the key ${ids[0]}, which this control plane lacks: first `);
  expect(ran.err).toContain(`give the control plane ${ids[0]} among its older keys`);
  expect(ran.err + ran.out).not.toContain(readFileSync(inState("lost"), "utf8").trim());
  expect((await sealed()).resource).toEqual(before.resource);
  await restart(() => renameSync(inState("lost"), inState(KEY)));
  expect((await call(subject, "GET", "/readyz")).status).toBe(200);
});

test("under a new key all opens beside the old one, and is sealed again while it is written", async () => {
  await restart(() => asThePageSays(`mv ${KEY} ${OLDER}`));
  expect((await call(subject, "GET", "/readyz")).status).toBe(200);
  expect(await textOf("door")).toBe("second");
  const etag = (await must("GET", "/meshes/default/secrets/door")).headers.get("etag");
  const checked = await reseal("--check", "-o", "json");
  expect(checked.code).toBe(1);
  const { key, kinds } = JSON.parse(checked.out);
  expect(key).not.toBe(ids[0]);
  ids.push(key);
  for (const { kind, left } of kinds)
    expect([kind, left]).toEqual([kind, [expect.objectContaining({ key: ids[0], why: "older" })]]);
  expect(kinds).toHaveLength(TABLES.length);

  // A step that is broken off, and calls of the whole that go on beside writes: of new secrets, and of what stands.
  const step = await call(subject, "POST", "/v1/reseals", { token: subject.operatorSecret, body: { step: "seal" } });
  expect(step.status, step.text).toBe(200);
  const names = Array.from({ length: 12 }, (_, at) => `n${at}`);
  const [ran] = await Promise.all([
    reseal(),
    (async () => {
      for (const name of names) {
        await putSecret(name, name);
        await putBank(name);
      }
    })(),
  ]);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.err).toMatch(
    new RegExp(
      `^everything is sealed under the key ${key} and the account key [0-9a-f]{8}; \\d+ sealed again, and no other key`,
    ),
  );
  const found = await sealed();
  expect(Object.keys(found).sort()).toEqual(TABLES);
  expect(keysIn(found)).toEqual([key]);
  // It is no change: the same revision, the same ETag.
  expect((await must("GET", "/meshes/default/secrets/door")).headers.get("etag")).toBe(etag);
});

test("then the old key is needed no more", async () => {
  await restart(() => rmSync(inState(OLDER)));
  expect((await call(subject, "GET", "/readyz")).status).toBe(200);
  expect([await textOf("door"), await textOf("n3")]).toEqual(["second", "n3"]);
  await joinAs("web-2");
  await must("POST", "/v1/changes", { rollbackTo: undefined, put: [{ resource: secretOf("door", "fourth") }] });
  expect(await textOf("door")).toBe("fourth");
  expect((await reseal("--check")).code).toBe(0);
});

test("what a writer still knows under an old key is written under the new one", async () => {
  await restart(() => renameSync(inState(KEY), inState(OLDER)));
  // It now holds the Mesh external service as it lies there, and keeps its key without being told it.
  const shown = (await must("GET", "/meshes/default/meshexternalservices/bank")).json;
  await must("PUT", "/meshes/default/meshexternalservices/bank", { ...shown, labels: { description: "kept" } });
  const database = await openLibsqlFile({ path: inState("tenants.db") });
  const [answer] = await database.batch([
    { sql: "SELECT spec FROM resource WHERE type = 'MeshExternalService'", params: [] },
  ]);
  await database.close();
  expect(String(answer?.rows[0]?.[0])).toMatch(/"sealed:v1\.[0-9a-f]{8}\./);
  expect(String(answer?.rows[0]?.[0])).not.toContain(`v1.${ids[1]}.`);
  const same = (await must("PUT", "/meshes/default/secrets/door", secretOf("door", "fourth"))).headers.get("etag");
  expect((await must("GET", "/meshes/default/secrets/door")).headers.get("etag")).toBe(same);
});

test("a file of older keys that holds none is told by its line, without what it says", async () => {
  await running.close();
  const kept = readFileSync(inState(OLDER), "utf8");
  writeFileSync(inState(OLDER), `${kept}nonsense\n`);
  const error = await start().then(
    () => "",
    (thrown) => String(thrown),
  );
  writeFileSync(inState(OLDER), kept);
  await start();
  expect(error).toContain(`${OLDER}, line 2, must hold 32 bytes`);
  expect(error).not.toContain("nonsense");
});

test("the account key is exchanged in the same steps: nobody is signed out, and a second factor goes on", async () => {
  const [ACCOUNT_KEY, OLDER_ACCOUNT_KEYS] = ["account.key", "account.older"];
  const ann = { name: "Ann", email: "ann@example.com", password: "correct horse battery" };
  // Wherever the control plane listens after its next start.
  const there = { ...subject, fetch: (path: string, init?: RequestInit) => subject.fetch(path, init) };
  const { email, password } = ann;
  const browser = openBrowser(there);
  expect((await browser.call("POST", "/v1/account", ann)).status).toBe(201);
  const { uri, recoveryCodes } = (await browser.call("POST", "/v1/account/totp", { password: ann.password })).json;
  expect((await browser.call("POST", "/v1/account/totp/confirm", { code: codeOf(uri) })).status).toBe(204);
  /** Everything in which keys' ids stand. */
  const texts = async (): Promise<string> => {
    const database = await openLibsqlFile({ path: inState("directory.db") });
    const answers = await database.batch(
      ["SELECT secret, backup_codes FROM two_factor", "SELECT id FROM account_key"].map((sql) => ({ sql, params: [] })),
    );
    await database.close();
    return JSON.stringify(answers.map(({ rows }) => rows));
  };
  const before = await texts();
  const [, old = ""] = /"([0-9a-f]{8})"/.exec(before) ?? [];
  const recover = async (at: number): Promise<number> => {
    const other = openBrowser(there);
    expect((await other.call("POST", "/v1/account/sign-in", { email, password })).json.secondFactor).toBe(true);
    return (await other.call("POST", "/v1/account/second-factor", { recoveryCode: recoveryCodes[at] })).status;
  };

  await restart(() => renameSync(inState(ACCOUNT_KEY), inState("account.lost")));
  const lacking = await call(subject, "GET", "/readyz");
  expect([lacking.status, lacking.json.detail]).toEqual([
    503,
    `Second factors and providers' tokens are sealed under the account key ${old}, which this control plane lacks: give it among the older account keys, and seal again`,
  ]);
  const stuck = await reseal();
  expect([stuck.code, stuck.err]).toEqual([
    1,
    expect.stringContaining(`2 of second factors under the account key ${old}, which this control plane lacks`),
  ]);
  expect(stuck.err).toContain(`give the control plane ${old} among its older account keys`);
  expect(await texts()).toBe(before);

  await restart(() => {
    renameSync(inState("account.lost"), inState(ACCOUNT_KEY));
    asThePageSays(`mv ${ACCOUNT_KEY} ${OLDER_ACCOUNT_KEYS}`);
  });
  expect((await call(subject, "GET", "/readyz")).status).toBe(200);
  expect((await browser.call("GET", "/v1/session")).status, "the session goes on").toBe(200);
  expect(await recover(0), "what lies under the older key opens").toBeLessThan(300);
  const checked = await reseal("--check");
  expect([checked.code, checked.err]).toEqual([
    1,
    expect.stringContaining(`under the account key ${old}, which opens`),
  ]);
  const ran = await reseal();
  expect(ran.code, ran.err).toBe(0);
  expect(await texts()).not.toContain(old);
  expect((await reseal("--check")).code).toBe(0);

  await restart(() => rmSync(inState(OLDER_ACCOUNT_KEYS)));
  expect((await call(subject, "GET", "/readyz")).status).toBe(200);
  expect(await recover(1)).toBeLessThan(300);
  expect((await browser.call("GET", "/v1/session")).status, "what the older key signed has ended").toBe(401);
});
