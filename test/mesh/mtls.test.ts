// mTLS as Envoy does it: who the peer is, and who is not let in.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { leafOf } from "#test/leaf.ts";
import { allowAll, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { counterSum, type Identity, tlsRequest } from "#test/stats.ts";
import { httpGet, httpProgram, type Program, tcpExchange } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let server: Sidecar;
let web: Sidecar;
const port = (): number => Number(server.inbound.split(":")[1]);

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  backend = await httpProgram("backend");
  server = await mesh.proxy({ name: "backend-1", service: "backend", tags: { version: "v1" }, program: backend.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
});

/** A self-made CA's leaf that claims to be web. */
function foreignIdentity(): Identity {
  const folder = mkdtempSync(join(tmpdir(), "weft-foreign-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=web".split(
      " ",
    );
    const names = ["-addext", "subjectAltName=URI:spiffe://default/web", "-keyout", key, "-out", cert];
    execFileSync("openssl", [...request, ...names], { stdio: "pipe" });
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("Envoy shows its SPIFFE id and the tags of its dataplane, and no subject", async () => {
  const { peer } = await tlsRequest(server.address, port(), null);
  expect(peer?.subject).toBe(undefined);
  const uris = peer?.subjectAltName?.split(", ");
  expect(uris?.[0]).toBe("URI:spiffe://default/backend");
  expect(uris).toContain("URI:kuma://version/v1");
  expect(uris).toContain("URI:kuma://kuma.io/service/backend");
  const certificates = JSON.parse(await server.admin("/certs"));
  expect(JSON.stringify(certificates)).toContain("spiffe://default/backend");
});

test("the program behind it learns who calls, and cannot be lied to", async () => {
  await httpGet(`${web.outbound()}/`);
  expect(backend.lastHeaders()["x-forwarded-client-cert"]).toContain("URI=spiffe://default/web");
});

test("a client with a certificate of the mesh is served", async () => {
  const identity = await leafOf(mesh, "default", "tester-1", "tester");
  expect((await tlsRequest(server.address, port(), identity)).refused).toBe(null);
});

test("a plaintext client is refused", async () => {
  const before = backend.count();
  const text = await tcpExchange(server.address, port(), "GET / HTTP/1.1\r\nhost: backend\r\n\r\n").catch(() => "");
  expect(text).not.toContain("HTTP/1.1 200");
  expect(backend.count()).toBe(before);
});

test.each([
  ["without a certificate", () => null],
  ["with a certificate of a foreign CA", foreignIdentity],
])("a TLS client %s is refused", async (_, identity) => {
  const before = backend.count();
  const failures = /^listener\..*\.ssl\.(fail_verify_no_cert|fail_verify_error)$/;
  const refusedBefore = await counterSum(server, failures);
  expect((await tlsRequest(server.address, port(), identity())).refused).not.toBe(null);
  expect(backend.count()).toBe(before);
  await until("Envoy to count the refusal", async () => (await counterSum(server, failures)) > refusedBefore);
});
