// What a stolen issuer of a zone is good for, at a real Envoy of another zone: nothing outside its constraints, and nothing at all once it is revoked.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { forge, type HeldZone, holdZone } from "#test/held-zone.ts";
import { allowAll, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { opensslVerify } from "#test/openssl.ts";
import { counterSum, type Identity, tlsRequest, valuesOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Program, startLoad } from "#test/workload.ts";
import { fromPem, toPem } from "#trust/bytes.ts";
import type { Issuer } from "#trust/issuer.ts";

let mesh: TestMesh;
let backend: Program;
let server: Sidecar;
let web: Sidecar;
let stolen: HeldZone;
let friend: HeldZone;
const WEB = "spiffe://default/web";
const FAILURES = /^listener\..*\.ssl\.fail_verify_error$/;

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  backend = await httpProgram("backend");
  server = await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
  stolen = await holdZone(mesh, "north");
  friend = await holdZone(mesh, "south");
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
});

const refusalOf = async (identity: Identity): Promise<string | null> =>
  (await tlsRequest(server.address, Number(server.inbound.split(":")[1]), identity)).refused;

/** What the server's Envoy trusts now, PEM. */
async function bundle(): Promise<readonly string[]> {
  const dump: unknown = JSON.parse(await server.admin("/config_dump?include_eds"));
  const active = valuesOf(dump, "dynamic_active_secrets").flat() as {
    readonly name: string;
    readonly secret: unknown;
  }[];
  const own = active.filter(({ name }) => name === "mesh_ca:secret:default");
  const [text] = valuesOf(valuesOf(own, "trusted_ca"), "inline_string");
  if (typeof text !== "string") throw new Error("the server's Envoy has no bundle");
  return fromPem(text).map(({ label, der }) => toPem(label, der));
}

function openssl({ cert }: Identity, anchors: readonly string[]): boolean {
  const [leaf = "", ...chain] = fromPem(cert).map(({ label, der }) => toPem(label, der));
  return opensslVerify(leaf, { rootPem: anchors.join("\n"), chain, partial: true, at: Date.now() }).ok;
}

// These steps are one story, told in order.
test("inside its constraints a zone's issuer names any service of its mesh, whichever tag keys are in use", async () => {
  const issuer = await stolen.issuer();
  const [root] = await bundle();
  for (const names of [[WEB], [WEB, "kuma://kuma.io/service/web"]]) {
    const identity = await forge(issuer, names);
    expect(openssl(identity, [root as string])).toBe(true);
    expect(await refusalOf(identity)).toBe(null);
  }
});

test.each([
  ["another trust domain", "spiffe://other/web"],
  ["a tag key that is not in use", "kuma://team/payments"],
])("a leaf that names %s is refused as a whole, by Envoy and OpenSSL", async (_, name) => {
  const identity = await forge(await stolen.issuer(), [WEB, name]);
  const [before, counted] = [await counterSum(server, FAILURES), backend.count()];
  expect(openssl(identity, await bundle())).toBe(false);
  expect(await refusalOf(identity)).not.toBe(null);
  await until("Envoy to count the refusal", async () => (await counterSum(server, FAILURES)) > before);
  expect(backend.count()).toBe(counted);
});

test("revoked, it is in no bundle any more, and no request between the others fails", async () => {
  const [thief, other] = [await forge(await stolen.issuer(), [WEB]), await forge(await friend.issuer(), [WEB])];
  expect([await refusalOf(thief), await refusalOf(other)]).toEqual([null, null]);
  expect(await bundle()).toHaveLength(1);
  const load = startLoad(
    async () => {
      const { status } = await httpGet(`${web.outbound()}/`);
      if (status !== 200) throw new Error(String(status));
    },
    2,
    20,
  );
  await mesh.api("POST", "v1/zones/north/revocation", {});
  await until("the thief to be refused", async () => (await refusalOf(thief)) !== null);
  const anchors = await bundle();
  expect(anchors.length).toBeGreaterThan(1);
  expect([openssl(thief, anchors), openssl(other, anchors)]).toEqual([false, true]);
  expect(await refusalOf(other)).toBe(null);
  await expect(stolen.issuer()).rejects.toThrow(/revoked|403/);
  const before = load.good();
  await until("requests after it", () => load.good() > before + 20);
  expect((await load.stop()).firstFailures).toEqual([]);
  // New connections, too: the Envoys' own leaves are the control plane's, held for their relay.
  await web.restartEnvoy();
  await until("the path to be open again", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
});

test("an issuer that is renewed while this zone is cut off is known by its key", async () => {
  const before: Issuer = await friend.issuer();
  await until("its newest certificate to be an anchor", async () =>
    (await bundle()).includes(before.chain[0] as string),
  );
  await mesh.killRelay();
  const renewed = await friend.issuer();
  expect(renewed.chain[0]).not.toBe(before.chain[0]);
  expect(await bundle()).not.toContain(renewed.chain[0]);
  expect(await refusalOf(await forge(renewed, [WEB]))).toBe(null);
  expect(await refusalOf(await forge(renewed, [WEB, "kuma://team/payments"]))).not.toBe(null);
  await mesh.startRelay();
  await until("it to be the anchor", async () => (await bundle()).includes(renewed.chain[0] as string));
});
