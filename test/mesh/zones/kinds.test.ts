// A zone of virtual machines and a zone whose dataplanes look like pods reach each other by name.
import { Resolver } from "node:dns/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loopbackOf } from "#model/virtual/address.ts";
import { until } from "#test/child.ts";
import type { Sidecar } from "#test/mesh.ts";
import { curled } from "#test/proxy.ts";
import { httpProgram, type Program } from "#test/workload.ts";
import { apartLack, startZones, type TestZones } from "#test/zones.ts";

const DNS_PORT = 5353;
/** Their Envoys listen for names themselves, on loopback. */
const BOUND = { "weft.io/bind-outbounds": "true" };

/** As Kuma's injector names and tags a pod behind a Service of its cluster. */
const pod = (service: string, port: number) => ({
  labels: { "kuma.io/env": "kubernetes", "k8s.kuma.io/namespace": "shop", ...BOUND },
  service: `${service}_shop_svc_${port}`,
  tags: {
    app: service,
    "k8s.kuma.io/namespace": "shop",
    "k8s.kuma.io/service-name": service,
    "k8s.kuma.io/service-port": String(port),
    "pod-template-hash": "6b9c7d5f4",
  },
});

describe.skipIf(apartLack() !== null)("virtual machines and pods", () => {
  let zones: TestZones;
  const programs: Program[] = [];
  const proxies: Sidecar[] = [];

  /** What a name says inside a zone: resolved by the zone's relay, asked on the zone's own loopback. */
  async function page(zone: string, name: string): Promise<string | null> {
    const { network } = zones.zone(zone);
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    resolver.setServers([`${network.outer}:${DNS_PORT}`]);
    const address = await resolver.resolve4(name).catch(() => []);
    if (address[0] === undefined) return null;
    return curled(network.enter, `http://${loopbackOf(address[0])}/`).catch(() => null);
  }

  beforeAll(async () => {
    zones = await startZones(["vm", "pods"], {
      apart: true,
      relayArgs: ({ outer }) => ["--dns", `${outer}:${DNS_PORT}`],
    });
    const [vm, pods] = ["vm", "pods"].map((name) => zones.zone(name)) as [
      ReturnType<TestZones["zone"]>,
      ReturnType<TestZones["zone"]>,
    ];
    programs.push(await httpProgram("ledger on a machine"), await httpProgram("cart in a pod"));
    await vm.ingress();
    await pods.ingress();
    proxies.push(
      await vm.proxy({ name: "ledger-1", service: "ledger", labels: BOUND, program: programs[0]!.port }),
      await pods.proxy({ name: "cart-6b9c7d5f4-x2x9k.shop", ...pod("cart", 8080), program: programs[1]!.port }),
    );
  });

  afterAll(async () => {
    await zones?.close();
    for (const program of programs) await program.close();
  });

  test.each(["cart.shop.svc.8080.mesh", "cart_shop_svc_8080.mesh"])("a machine calls a pod as %s", async (name) => {
    await until("an answer", async () => (await page("vm", name)) === "cart in a pod /");
    expect(programs[1]!.count()).toBeGreaterThan(0);
  });

  test("a pod calls a machine by the name that machines use", async () => {
    await until("an answer", async () => (await page("pods", "ledger.mesh")) === "ledger on a machine /");
  });

  test("each is known to the other as itself", async () => {
    const cert = (index: number): string => String(programs[index]!.lastHeaders()["x-forwarded-client-cert"]);
    await page("vm", "cart.shop.svc.8080.mesh");
    expect(cert(1)).toContain("URI=spiffe://default/ledger");
    await page("pods", "ledger.mesh");
    expect(cert(0)).toContain("URI=spiffe://default/cart_shop_svc_8080");
  });
});
