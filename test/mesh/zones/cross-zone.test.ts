// A service of another zone by its name: through that zone's ingress, by mTLS from end to end, and never in plaintext.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { leafOf } from "#test/leaf.ts";
import { type Sidecar, strictMesh } from "#test/mesh.ts";
import { curled } from "#test/proxy.ts";
import { counterSum, endpointsOf, tlsRequest } from "#test/stats.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";
import { apartLack, type BorderProxy, startZones, type TestZones } from "#test/zones.ts";

const lack = apartLack();
const REQUESTS = 40;
const PERMISSIVE = { name: "ca-1", type: "builtin", mode: "PERMISSIVE" };

let world: TestZones;
const programs: Record<string, Program> = {};
let users: Sidecar;
let billing: Sidecar;
let ingress: BorderProxy;

describe.skipIf(lack !== null)(`two zones${lack === null ? "" : ` (${lack})`}`, () => {
  beforeAll(async () => {
    world = await startZones(["east", "west"], { apart: true });
    const [east, west] = [world.zone("east"), world.zone("west")];
    for (const name of ["invoices", "billing"]) programs[name] = await httpProgram(name);
    ingress = await west.ingress();
    billing = await west.proxy({ name: "billing-1", service: "billing", program: programs.billing!.port });
    await east.proxy({ name: "invoices-1", service: "invoices", program: programs.invoices!.port });
    users = await east.proxy({ name: "users-1", service: "users", calls: ["invoices", "billing"] });
    await until("both to answer", async () => {
      const answers = await Promise.all([0, 1].map((index) => httpGet(`${users.outbound(index)}/`)));
      return answers.every(({ status }) => status === 200);
    });
  });

  afterAll(async () => {
    await world?.close();
    for (const program of Object.values(programs)) await program.close();
  });

  test("users call invoices in their zone and billing in the other, by name", async () => {
    const before = { invoices: programs.invoices!.count(), billing: programs.billing!.count() };
    for (let at = 0; at < REQUESTS; at++) {
      expect((await httpGet(`${users.outbound(0)}/a`)).body).toBe("invoices /a");
      expect((await httpGet(`${users.outbound(1)}/b`)).body).toBe("billing /b");
    }
    expect(programs.invoices!.count() - before.invoices).toBe(REQUESTS);
    expect(programs.billing!.count() - before.billing).toBe(REQUESTS);
  });

  test("a server name that fits nothing is turned away by the ingress, and counted; calls go on", async () => {
    const count = (): Promise<number> => counterSum(ingress, /^listener\..*\.no_filter_chain_match$/);
    const before = await count();
    const [host, port] = ingress.place.split(":");
    const { enter } = world.zone("east").network;
    const call = curled(enter, `https://nobody:${port}/`, "--insecure", "--resolve", `nobody:${port}:${host}`);
    await expect(call).rejects.toThrow(/SSL|TLS|reset|Recv failure/i);
    await until("it to be counted", async () => (await count()) === before + 1);
    expect((await httpGet(`${users.outbound(1)}/b`)).body).toBe("billing /b");
  });

  test("the way to the other zone is its ingress, and no other", async () => {
    expect(await endpointsOf(users, "billing")).toEqual([ingress.place]);
    expect(await counterSum(ingress, /^cluster\..*billing.*\.upstream_cx_total$/)).toBeGreaterThan(0);
    // Outside its zone the sidecar itself is nowhere.
    const direct = await tlsRequest(billing.address, 8080, null);
    expect(direct.refused).not.toBe(null);
  });

  test("the ingress passes on what it cannot read: TLS begins at the client and ends at the server", async () => {
    expect(await counterSum(users, /^cluster\.billing\.ssl\.handshake$/)).toBeGreaterThan(0);
    expect(await counterSum(billing, /^listener\..*_8080\.ssl\.handshake$/)).toBeGreaterThan(0);
    // Its own stream to the relay aside.
    expect(await counterSum(ingress, /^(?!cluster\.ads_cluster\.).*\.ssl\.handshake$/)).toBe(0);
    expect(programs.billing!.lastHeaders()["x-forwarded-client-cert"]).toContain("spiffe://default/users");
  });

  test("who comes in plaintext, or asks for a name that is nobody's, reaches nothing", async () => {
    const count = programs.billing!.count();
    const [host = "", port = ""] = ingress.place.split(":");
    expect(await httpGet(`http://${ingress.place}/`).catch((error: Error) => error.message)).not.toMatchObject({
      status: 200,
    });
    const identity = await leafOf(world, "default", "visitor-1", "users");
    expect((await tlsRequest(host, Number(port), identity)).refused).not.toBe(null);
    expect(programs.billing!.count()).toBe(count);
  });

  test("while a backend is permissive, only what goes to another zone is TLS", async () => {
    const permissive = { ...strictMesh(), mtls: { enabledBackend: "ca-1", backends: [PERMISSIVE] } };
    await world.apply(permissive);
    const client = (service: string): unknown => programs[service]!.lastHeaders()["x-forwarded-client-cert"];
    // Both ends take the change each in their own time.
    await until("the way of the own zone to be plaintext", async () => {
      const { status } = await httpGet(`${users.outbound(0)}/`);
      return status === 200 && client("invoices") === undefined;
    });
    const handshakes = (service: string): Promise<number> =>
      counterSum(users, new RegExp(`^cluster\\.${service}\\.ssl\\.handshake$`));
    await until("billing to answer", async () => (await httpGet(`${users.outbound(1)}/`)).status === 200);
    const before = await handshakes("invoices");
    for (let at = 0; at < REQUESTS; at++) {
      for (const index of [0, 1]) expect((await httpGet(`${users.outbound(index)}/`)).status).toBe(200);
    }
    expect(await handshakes("invoices")).toBe(before);
    expect(client("billing")).toContain("spiffe://default/users");
    expect(client("invoices")).toBe(undefined);
    await world.apply(strictMesh());
    await until("mTLS in the own zone again", async () => {
      const { status } = await httpGet(`${users.outbound(0)}/`);
      return status === 200 && client("invoices") !== undefined;
    });
  });

  test("without mTLS no zone reaches another, the Mesh says why, and nothing goes in plaintext", async () => {
    const count = programs.billing!.count();
    const passed = await counterSum(ingress, /^cluster\..*billing.*\.upstream_cx_total$/);
    await world.apply({ type: "Mesh", name: "default" });
    await until("billing to have no endpoints", async () => (await endpointsOf(users, "billing")).length === 0);
    expect((await httpGet(`${users.outbound(1)}/`)).status).toBe(503);
    await until("the zone itself to go on", async () => (await httpGet(`${users.outbound(0)}/`)).status === 200);
    expect(programs.billing!.count()).toBe(count);
    // Its cluster of billing goes after a while, and its counters with it.
    expect(await counterSum(ingress, /^cluster\..*billing.*\.upstream_cx_total$/)).toBeLessThanOrEqual(passed);
    await expect
      .poll(async () => JSON.stringify(await world.api("GET", "meshes/default")))
      .toContain("cross-zone traffic needs mTLS: enable mtls on Mesh default");
    await world.apply(strictMesh());
    await until("billing to be back", async () => (await httpGet(`${users.outbound(1)}/`)).status === 200);
  });
});
