// Names without redirection, and without a control plane: the relay's DNS server, and proxies that listen on loopback.
import { Resolver } from "node:dns/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loopbackOf, numberOf, partOf } from "#model/virtual/address.ts";
import { until } from "#test/child.ts";
import { allowAll, type Sidecar, startMesh, strictMesh, type TestMesh } from "#test/mesh.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

const BOUND = { "weft.io/bind-outbounds": "true" };

describe("names of a zone", () => {
  let mesh: TestMesh;
  const programs: Program[] = [];
  const proxies: Sidecar[] = [];

  /** The address that the relay's server has for a name now; null for none. */
  async function addressOf(name: string): Promise<string | null> {
    const resolver = new Resolver({ timeout: 10_000, tries: 2 });
    resolver.setServers([`127.0.0.1:${mesh.relay().dns}`]);
    return resolver.resolve4(name).then(
      ([first]) => first ?? null,
      () => null,
    );
  }
  async function service(name: string, token?: string): Promise<void> {
    const program = await httpProgram(name);
    programs.push(program);
    proxies.push(
      await mesh.proxy({ name: `${name}-1`, service: name, program: program.port, ...(token && { token }) }),
    );
  }
  const client = async (name: string, token?: string): Promise<void> => {
    proxies.push(await mesh.proxy({ name, service: name, labels: BOUND, ...(token && { token }) }));
  };
  /** What a service says to applications beside the bound clients. */
  const page = async (address: string | null): Promise<string | null> => {
    if (address === null) return null;
    return httpGet(`http://${loopbackOf(address)}/`).then(
      ({ status, body }) => (status === 200 ? body : null),
      () => null,
    );
  };

  beforeAll(async () => {
    mesh = await startMesh(undefined, { relayArgs: ["--dns", "127.0.0.1:0"] });
    await mesh.apply(allowAll());
    await service("billing");
    await client("client-1");
    await until("billing to have a name", async () => (await addressOf("billing.mesh")) !== null);
  });

  afterAll(async () => {
    for (const proxy of proxies.reverse()) await proxy.leave().catch(() => undefined);
    for (const program of programs) await program.close();
    await mesh?.close();
  });

  test("the relay's server knows it in both families, and says no to what is not there", async () => {
    const resolver = new Resolver({ timeout: 10_000, tries: 2 });
    resolver.setServers([`127.0.0.1:${mesh.relay().dns}`]);
    const address = await addressOf("Billing.mesh");
    expect(address).toMatch(/^240\.0\.\d+\.\d+$/);
    expect(await resolver.resolve6("billing.mesh")).toEqual([expect.stringMatching(/^fd77:6566:7400:f0::f000:/)]);
    expect(await resolver.reverse(String(address))).toEqual(["billing.mesh"]);
    await expect(resolver.resolve4("nobody.mesh")).rejects.toMatchObject({ code: "ENOTFOUND" });
  });

  test("a proxy that binds addresses is reached on loopback, at the usual port", async () => {
    const address = await addressOf("billing.mesh");
    await until("the client to listen", async () => (await page(address)) === "billing /");
  });

  test("a service that appears while the zone is by itself has a name at once, and keeps its address", async () => {
    const before = await addressOf("billing.mesh");
    // Made before, as a scaling group would hold them.
    const tokens = await Promise.all(["fresh-1", "late-1"].map((name) => mesh.dataplaneToken("default", name)));
    await mesh.killControlPlane();
    await until("the relay to be by itself", async () => (await mesh.relayStatus()).controlPlane === "out of reach");
    await service("fresh", tokens[0]);
    await until("the new service to have a name", async () => (await addressOf("fresh.mesh")) !== null);
    const given = await addressOf("fresh.mesh");
    const [from] = partOf(0);
    expect(numberOf(String(given))).toBeGreaterThanOrEqual(from);
    await client("late-1", tokens[1]);
    await until("a newcomer to reach it", async () => (await page(given)) === "fresh /");

    await mesh.killRelay();
    await mesh.startRelay();
    expect([await addressOf("billing.mesh"), await addressOf("fresh.mesh")]).toEqual([before, given]);

    await mesh.startControlPlane();
    await until("the control plane to have the service", async () => {
      const { items } = (await mesh.api("GET", "meshes/default/dataplanes")) as { items: { name: string }[] };
      return items.some(({ name }) => name === "fresh-1");
    });
    await until("the relay to have its view again", async () => {
      const { snapshot, view, controlPlane } = await mesh.relayStatus();
      return controlPlane === "reached" && snapshot !== null && view.sequence === snapshot.sequence;
    });
    expect([await addressOf("billing.mesh"), await addressOf("fresh.mesh")]).toEqual([before, given]);
    // A client that was there before learns of it now, at the address that others were told.
    await until(
      "the first client to reach it",
      async () =>
        (await proxies[1]
          ?.configDump()
          .then((dump) => JSON.stringify(dump).includes(`outbound:${loopbackOf(String(given))}:80`))) === true,
    );
    await until("an answer", async () => (await page(given)) === "fresh /");
  });
});

describe("redirected proxies of one machine", () => {
  let mesh: TestMesh;
  const proxies: Sidecar[] = [];

  beforeAll(async () => {
    mesh = await startMesh();
    await mesh.apply(strictMesh("other"));
    const ports = (from: number) => ({ inbound: from + 6, outbound: from + 1 });
    proxies.push(await mesh.proxy({ name: "bill-1", service: "billing", redirectPorts: ports(16_000) }));
    proxies.push(await mesh.proxy({ name: "book-1", mesh: "other", service: "books", redirectPorts: ports(17_000) }));
  });

  afterAll(async () => {
    for (const proxy of proxies) await proxy.leave().catch(() => undefined);
    await mesh?.close();
  });

  /** The port of Envoy's own table of names. */
  async function portOf(proxy: Sidecar | undefined): Promise<number> {
    const text = JSON.stringify(await proxy?.configDump());
    return Number(/"protocol":"UDP","address":"127.0.0.1","port_value":(\d+)/.exec(text)?.[1]);
  }

  test("each Envoy answers for its own mesh alone, at a port of its own", async () => {
    const [first, second] = [await portOf(proxies[0]), await portOf(proxies[1])];
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(0);
    expect(second).not.toBe(first);
    const knows = async (port: number, name: string): Promise<boolean> => {
      const resolver = new Resolver({ timeout: 10_000, tries: 2 });
      resolver.setServers([`127.0.0.1:${port}`]);
      return resolver.resolve4(name).then(
        ([address]) => address !== undefined,
        () => false,
      );
    };
    await until(
      "both to know their names",
      async () => (await knows(first, "billing.mesh")) && knows(second, "books.mesh"),
    );
    for (let asked = 0; asked < 20; asked++) {
      expect([await knows(first, "billing.mesh"), await knows(first, "books.mesh")]).toEqual([true, false]);
      expect([await knows(second, "billing.mesh"), await knows(second, "books.mesh")]).toEqual([false, true]);
    }
  });
});
