// A MeshExternalService with TLS: its certificate is judged by the CA in a Secret, by its names, or not at all.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { httpsServer, type OutsideServer } from "#test/outside.ts";
import { httpCall, httpGet, httpProgram, type Program } from "#test/workload.ts";

const HOST = "api.outside.test";

let mesh: TestMesh;
let inside: Program;
let outside: OutsideServer;
let stranger: OutsideServer;
let web: Sidecar;

const secret = (text: string): Resource => ({
  type: "Secret",
  mesh: "default",
  name: "outside-ca",
  data: Buffer.from(text).toString("base64"),
});
const external = (verification: object): Resource => ({
  type: "MeshExternalService",
  mesh: "default",
  name: "outside",
  spec: {
    match: { type: "HostnameGenerator", port: 443, protocol: "http" },
    endpoints: [{ address: "127.0.0.1", port: outside.port }],
    tls: { enabled: true, verification },
  },
});
const route: Resource = {
  type: "MeshHTTPRoute",
  mesh: "default",
  name: "out",
  spec: {
    to: [
      {
        targetRef: { kind: "MeshService", name: "backend" },
        rules: [
          {
            matches: [{ path: { type: "PathPrefix", value: "/out" } }],
            default: { backendRefs: [{ kind: "MeshExternalService", name: "outside" }] },
          },
        ],
      },
    ],
  },
};
const call = () => httpCall(`${web.outbound()}/out`, {});
const reached = () => until("an answer from outside", async () => (await call()).body === "outside /out");
const refused = () => until("nobody to be trusted", async () => (await call()).status === 503);

beforeAll(async () => {
  mesh = await startMesh();
  [inside, outside, stranger] = await Promise.all([
    httpProgram("inside"),
    httpsServer("outside", HOST),
    httpsServer("stranger", HOST),
  ]);
  await mesh.apply(allowAll());
  await mesh.proxy({ name: "backend-1", service: "backend", program: inside.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
});

afterAll(async () => {
  await mesh?.close();
  for (const server of [inside, outside, stranger]) await server?.close();
});

test("the CA in a Secret vouches for the server, and another's CA does not", async () => {
  await mesh.apply(secret(outside.ca), external({ serverName: HOST, caCert: { secret: "outside-ca" } }), route);
  await reached();
  await mesh.apply(secret(stranger.ca));
  await refused();
  const before = outside.count();
  expect((await call()).status).toBe(503);
  expect(outside.count()).toBe(before);
  await mesh.apply(secret(outside.ca));
  await reached();
});

test("a certificate for another name is refused, unless its names are not asked for", async () => {
  const caCert = { inlineString: outside.ca };
  await mesh.apply(external({ serverName: "other.outside.test", caCert }));
  await refused();
  await mesh.apply(external({ mode: "SkipSAN", caCert }));
  await reached();
});

test("without a CA of its own the machine's are asked, and SkipAll asks nobody", async () => {
  await mesh.apply(external({ serverName: HOST }));
  await refused();
  await mesh.apply(external({ mode: "SkipCA", serverName: HOST }));
  await reached();
  await mesh.apply(external({ serverName: HOST }));
  await refused();
  await mesh.apply(external({ mode: "SkipAll" }));
  await reached();
});
