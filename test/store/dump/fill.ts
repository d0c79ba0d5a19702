// A day of a control plane, lived over HTTP: what is in every table afterwards, the product has written itself. Run by tools/dump.mjs.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { runControlPlane } from "#node/main.ts";
import { enrolRelay, type Relay } from "#test/app/relay.ts";
import { call, createOrganisation, type Organisation, type Subject, timeout } from "#test/app/subject.ts";
import { toBase64 } from "#trust/bytes.ts";
import { makeCsr } from "#trust/csr.ts";
import { fillPeople } from "./people.ts";
import { dumpText } from "./sql.ts";

/** Files of the state folder that a control plane needs to go on with its databases. */
const SECRETS = ["control-plane.id", "key-encryption.key", "nonce.key", "account.key", "operator.secret"];

const ADMIN = { name: "other", scopes: ["admin"] };
const MTLS = { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] };
const put = (...resources: readonly object[]) => ({ put: resources.map((resource) => ({ resource })) });
const proxy = (name: string, service: string, outbound: readonly string[] = []): object => ({
  ...{ type: "Dataplane", mesh: "default", name },
  networking: {
    address: "10.0.0.1",
    inbound: [{ port: 8080, tags: { "kuma.io/service": service, "kuma.io/protocol": "http" } }],
    ...(outbound.length > 0 && {
      outbound: outbound.map((to, at) => ({ port: 10_001 + at, tags: { "kuma.io/service": to } })),
    }),
  },
});

async function csrFor(): Promise<string> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  return toBase64(await makeCsr(pair as Parameters<typeof makeCsr>[0], []));
}

/** What a day had no route for answers 404; everything else must do what is asked of it. */
function told(what: string, { status, text }: { readonly status: number; readonly text: string }): void {
  if (status >= 300 && status !== 404) process.stderr.write(`${what}: ${status} ${text}\n`);
}

async function write(organisation: Organisation): Promise<void> {
  const ask = async (method: string, path: string, body?: unknown): Promise<ReturnType<typeof call>> => {
    const answer = await organisation.call(method, path, body);
    told(`${method} ${path}`, answer);
    return answer;
  };
  const hook = { url: "https://receiver.invalid/in", events: ["audit.entry", "zone.offline"], description: "siem" };
  await ask("POST", "/v1/webhooks", hook);
  await ask("PUT", "/zones/east", { type: "Zone", name: "east" });
  await ask("PUT", "/meshes/default", { type: "Mesh", name: "default", mtls: MTLS });
  const rule = { default: { allow: [{ spiffeID: { type: "Prefix", value: "spiffe://default/web" } }] } };
  const permission = { targetRef: { kind: "Mesh" }, rules: [rule] };
  await ask(
    "POST",
    "/v1/changes",
    put(
      timeout("default", "to-change", 5),
      timeout("default", "to-go", 6),
      { type: "MeshTrafficPermission", mesh: "default", name: "all", spec: permission },
      proxy("web-1", "web", ["backend"]),
      proxy("backend-1", "backend"),
      { type: "Secret", mesh: "default", name: "own", data: Buffer.from("a secret").toString("base64") },
    ),
  );
  await ask("PUT", "/meshes/default/meshtimeouts/to-change", timeout("default", "to-change", 7));
  await ask("DELETE", "/meshes/default/meshtimeouts/to-go");
  await ask("PUT", "/v1/audit/retention", { days: 90 });
  // Who has made a plan does not approve it.
  const [maker, other] = [await ask("POST", "/v1/tokens", ADMIN), await ask("POST", "/v1/tokens", ADMIN)];
  const plan = await organisation.as(maker.json.token).call("POST", "/v1/plan", put(timeout("default", "planned", 8)));
  told("plan", plan);
  if (plan.status === 200)
    told("approve", await organisation.as(other.json.token).call("POST", `/v1/plans/${plan.json.id}/approvals`, {}));
  // Generated keys can be read by who may reveal them, and that is written down.
  const reveal = await ask("POST", "/v1/tokens", { name: "reveal", scopes: ["admin", "secret:reveal"] });
  const secrets = await organisation.call("GET", "/secrets");
  for (const { mesh, name } of (secrets.json?.items ?? []) as { mesh: string; name: string }[])
    await organisation.as(reveal.json.token).call("GET", `/meshes/${mesh}/secrets/${name}`);
}

async function relayDay(subject: Subject, organisation: Organisation, relay: Relay): Promise<void> {
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await relay.call(method, path, body === undefined ? {} : { body });
    told(`${method} ${path}`, answer);
    return answer;
  };
  const token = await organisation.call("POST", "/tokens/dataplane", {
    mesh: "default",
    tags: { "kuma.io/service": ["shop"] },
  });
  const join = (name: string, csr: string) => ({
    ...{ mesh: "default", name, registration: `life-${name}`, owner: "stream", token: token.text, csr },
    dataplane: proxy(name, "shop", ["backend"]),
  });
  const report = (body: object) => ask("POST", "/v1/zone/report", { events: [], ...body });
  await ask("POST", "/v1/zone/certificates", { joins: [{ ...join("shop-1", await csrFor()), event: 1 }] });
  await ask("POST", "/v1/zone/issuer", { mesh: "default", csr: await csrFor() });
  await report({ presence: "here" });
  await organisation.call("PUT", "/meshes/default/meshtimeouts/late", timeout("default", "late", 9));
  // A snapshot stands once the writer has published; what is asked before waits.
  const snapshot = await relay.call("GET", "/v1/zone/snapshot", { headers: { prefer: "wait=5" } });
  told("snapshot", snapshot);
  const [epoch, sequence, revision] = placeIn(snapshot.json.envelope);
  const counts = { acked: 1, nacked: 1, pending: 0 };
  const laggard = { proxy: "default/shop-1", reason: "Error adding/updating listener(s) l: no" };
  await report({ delivery: { epoch, sequence, ...counts, laggards: [laggard] } });
  const spread = { count: 1, max: 5, buckets: [] };
  const came = { absent: 0, untouched: 0, pushed: spread, taken: spread, laggards: [{ ...laggard, state: "nacked" }] };
  await report({ revisions: [{ epoch, revision, sequence, ...counts, ...came }] });
  // A token is for one relay: the next that comes with it is noted.
  const minted = await organisation.call("POST", "/v1/zones/east/enrolment-tokens", {});
  const { signingKey, encryptionKey } = relay.keys;
  for (const key of [signingKey, encryptionKey])
    await call(subject, "POST", "/v1/zone/enrol", {
      body: { token: minted.json.token, signingKey: key, encryptionKey },
    });
}

function placeIn(envelope: string): readonly [number, number, number] {
  const payload = JSON.parse(Buffer.from(envelope.split(".")[1] ?? "", "base64url").toString());
  return [payload.epoch, payload.sequence, payload.revision];
}

/** Fills a control plane of its own and writes what it holds below `folder`: SQL of both databases, and what it takes to go on. */
export async function fill(folder: string): Promise<void> {
  const stateDir = await mkdtemp(join(tmpdir(), "weft-dump-"));
  const plane = await runControlPlane({ stateDir, host: "127.0.0.1", port: 0, logLevel: "silent" });
  const read = async (name: string): Promise<string> => (await readFile(join(stateDir, name), "utf8")).trim();
  const operatorSecret = await read("operator.secret");
  const subject: Subject = { url: plane.url, operatorSecret, fetch: (path, init) => fetch(plane.url + path, init) };
  const organisation = await createOrganisation(subject, "acme");
  await write(organisation);
  const relay = await enrolRelay(subject, organisation, "east");
  await relayDay(subject, organisation, relay);
  await fillPeople(subject, organisation);
  // The writer publishes, traces effects and seals its log in its own time.
  await sleep(2000);
  const operator = { token: operatorSecret };
  told("freeze", await call(subject, "GET", "/v1/organisations/acme/backup?freeze=1", operator));
  await plane.close();
  const { tenant, zone, relay: id } = relay;
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey("jwk", relay.keys.private);
  const key = { kty, crv, x, y, d };
  const state: Record<string, string> = {};
  for (const name of SECRETS) state[name] = await read(name).catch(() => "");
  const { name, token } = organisation;
  const going = { state, organisation: { id: organisation.id, name, token }, relay: { tenant, zone, relay: id, key } };
  for (const one of ["directory", "tenants"] as const) {
    const database = await openLibsqlFile({ path: join(stateDir, `${one}.db`) });
    await writeFile(join(folder, `${one}.sql`), await dumpText(database));
    await database.close();
  }
  await writeFile(join(folder, "going-on.json"), `${JSON.stringify(going, null, 2)}\n`);
  await rm(stateDir, { recursive: true });
}
