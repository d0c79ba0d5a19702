// MeshTLS on live traffic: an inbound closes to plaintext and opens again, clients follow, and versions and ciphers hold.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { leafOf } from "#test/leaf.ts";
import { allowAll, type Resource, type Sidecar, startMesh, strictMesh, type TestMesh } from "#test/mesh.ts";
import { counterSum } from "#test/stats.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let server: Sidecar;
let web: Sidecar;
let folder: string;

const tls = (name: string, targetRef: object, conf: object): Resource => ({
  type: "MeshTLS",
  mesh: "default",
  name,
  spec: { targetRef, rules: [{ default: conf }] },
});
const SERVER = { kind: "Dataplane", labels: { "kuma.io/display-name": "backend-1" } };
const backendMode = (mode: "STRICT" | "PERMISSIVE"): Resource => ({
  ...strictMesh(),
  mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin", mode }] },
});

/** Whether a plaintext request right at the inbound is answered by the program. */
const takesPlaintext = (): Promise<boolean> =>
  httpGet(`http://${server.inbound}/`, 3_000).then(
    ({ status }) => status === 200,
    () => false,
  );
const reached = async (): Promise<boolean> => (await httpGet(`${web.outbound()}/`)).status === 200;
/** What a request that was answered went by: the inbound tells its program whose certificate it saw. */
const spoken = async (): Promise<"plaintext" | "mesh TLS" | null> => {
  if (!(await reached())) return null;
  return backend.lastHeaders()["x-forwarded-client-cert"] === undefined ? "plaintext" : "mesh TLS";
};

/** What openssl, with a leaf of the mesh, agrees on with the inbound: `TLSv1.2 ECDHE-…`, or null where nothing. */
function handshake(...options: readonly string[]): Promise<string | null> {
  const [leaf, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  // The intermediate that signed it is sent too.
  const files = ["-cert", leaf, "-cert_chain", leaf, "-key", key];
  const args = ["s_client", "-connect", server.inbound, ...files, "-alpn", "kuma", "-brief", ...options];
  return new Promise((resolve) => {
    const child = execFile("openssl", args, { timeout: 60_000 }, (_error, out, said) => {
      const text = out + said;
      const version = /Protocol version: (\S+)/.exec(text)?.[1];
      const cipher = /Ciphersuite: (\S+)/.exec(text)?.[1];
      resolve(version === undefined || cipher === undefined ? null : `${version} ${cipher}`);
    });
    child.stdin?.end();
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weft-tls-"));
  mesh = await startMesh();
  await mesh.apply(allowAll());
  backend = await httpProgram("backend");
  server = await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", reached);
  const identity = await leafOf(mesh, "default", "tester-1", "tester");
  writeFileSync(join(folder, "cert.pem"), identity.cert);
  writeFileSync(join(folder, "key.pem"), identity.key);
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("in a strict mesh one inbound takes plaintext, and mesh TLS beside it", async () => {
  expect(await takesPlaintext()).toBe(false);
  await mesh.apply(tls("backend", SERVER, { mode: "Permissive" }));
  await until("plaintext to be taken", takesPlaintext);
  expect(await reached()).toBe(true);
  expect(await handshake()).not.toBe(null);
});

test("it is closed to plaintext again when the policy is gone", async () => {
  await mesh.remove("meshes/default/meshtlses/backend");
  await until("plaintext to be refused", async () => !(await takesPlaintext()));
  expect(await reached()).toBe(true);
});

test("in a permissive mesh one service is strict, and its clients speak mesh TLS to it at once", async () => {
  await mesh.apply(backendMode("PERMISSIVE"));
  await until("plaintext to be taken", takesPlaintext);
  await until("clients to speak plaintext", async () => (await spoken()) === "plaintext");
  await mesh.apply(tls("backend", SERVER, { mode: "Strict" }));
  await until("plaintext to be refused", async () => !(await takesPlaintext()));
  await until("clients to speak mesh TLS", async () => (await spoken()) === "mesh TLS");
  await mesh.remove("meshes/default/meshtlses/backend");
  await until("plaintext to be taken again", takesPlaintext);
  await mesh.apply(backendMode("STRICT"));
  await until("the path to be open", async () => !(await takesPlaintext()) && (await reached()));
});

test("versions hold at both ends", async () => {
  expect(await handshake("-tls1_2")).toContain("TLSv1.2");
  await mesh.apply(tls("versions", { kind: "Mesh" }, { tlsVersion: { min: "TLS13" } }));
  await until("the older version to be refused", async () => (await handshake("-tls1_2")) === null);
  expect(await handshake("-tls1_3")).toContain("TLSv1.3");
  await until("clients to be served", reached);
  await mesh.apply(tls("versions", { kind: "Mesh" }, { tlsVersion: { min: "TLS12", max: "TLS12" } }));
  await until("the newer version to be refused", async () => (await handshake("-tls1_3")) === null);
  expect(await handshake("-tls1_2")).toContain("TLSv1.2");
  await until("clients to be served", reached);
});

test("ciphers hold at both ends", async () => {
  const wanted = /^TLSv1\.2 (ECDHE-(?:RSA|ECDSA)-)/.exec((await handshake()) ?? "")?.[1] ?? "";
  expect(wanted).not.toBe("");
  const [one, other] = [`${wanted}AES256-GCM-SHA384`, `${wanted}AES128-GCM-SHA256`];
  const versions = { tlsVersion: { min: "TLS12", max: "TLS12" } };
  await mesh.apply(tls("versions", { kind: "Mesh" }, { ...versions, tlsCiphers: [one] }));
  await until("another cipher to be refused", async () => (await handshake("-cipher", other)) === null);
  expect(await handshake()).toBe(`TLSv1.2 ${one}`);
  const counter = new RegExp(`\\.ssl\\.ciphers\\.${one}$`);
  await until("clients to use it", async () => (await reached()) && (await counterSum(web, counter)) > 0);
});
