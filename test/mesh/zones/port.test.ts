// `http://billing.mesh/` answers on port 80, in both families, while the service behind it moves from port 9999 to 7777.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Child, until } from "#test/child.ts";
import { allowAll, startMesh, type TestMesh } from "#test/mesh.ts";
import { type NamedSpace, OUTBOUND, openNamedSpace } from "#test/named-space.ts";
import { namespaceLack } from "#test/namespace.ts";

const lack = namespaceLack();

/** Answers its own name. */
const PROGRAM = `require("node:http").createServer((_, answer) => answer.end(process.argv[2])).listen(Number(process.argv[1]), "127.0.0.1")`;

/** Asks for the page again and again, each time by a connection of its own; tells the counts when it is asked to end. */
const LOAD = `
const http = require("node:http");
const count = { good: {}, bad: {} };
let running = true;
const add = (map, key) => { map[key] = (map[key] ?? 0) + 1; };
const ask = () => new Promise((done) => {
  const call = http.get(process.argv[1], { agent: false, timeout: 5000 }, (answer) => {
    let text = "";
    answer.on("data", (chunk) => { text += chunk; });
    answer.on("end", () => { add(answer.statusCode === 200 ? count.good : count.bad, answer.statusCode + " " + text); done(); });
  });
  call.on("timeout", () => call.destroy(new Error("timeout")));
  call.on("error", (error) => { add(count.bad, error.message); done(); });
});
process.on("SIGTERM", () => { running = false; });
(async () => {
  while (running) { await ask(); await new Promise((done) => setTimeout(done, 10)); process.stdout.write("."); }
  console.log("\\n" + JSON.stringify(count));
})();`;

describe.skipIf(lack !== null)(`services by name${lack === null ? "" : ` (skipped: ${lack})`}`, () => {
  let mesh: TestMesh;
  let space: NamedSpace;
  const instance = (name: string, port: number, servicePort: number) => ({
    name,
    networking: {
      address: space.inside,
      inbound: [
        {
          port,
          servicePort,
          serviceAddress: "127.0.0.1",
          tags: { "kuma.io/service": "billing", "kuma.io/protocol": "http" },
        },
      ],
    },
  });
  const page = (...args: readonly string[]): Promise<string | null> => space.curl(...args, "http://billing.mesh/");
  let first: Child;

  beforeAll(async () => {
    mesh = await startMesh();
    await mesh.apply(allowAll());
    space = await openNamedSpace();
    const { api, xds } = mesh.relay();
    for (const port of new Set([new URL(api).port, new URL(xds).port])) await space.forward(Number(port));
    // What Envoy itself answers: its DNS filter.
    space.redirectAll(15_054);
    space.script(PROGRAM, "19999", "old");
    space.script(PROGRAM, "17777", "new");
    first = await space.proxy(mesh, instance("billing-1", 9_999, 19_999));
    await space.proxy(mesh, {
      name: "client-1",
      networking: {
        address: space.inside,
        inbound: [{ port: 8080, tags: { "kuma.io/service": "client", "kuma.io/protocol": "http" } }],
        transparentProxying: { redirectPortInbound: 15_006, redirectPortOutbound: OUTBOUND },
      },
    });
    for (const family of ["-4", "-6"])
      await until(`billing to answer by its name (${family})`, async () => (await page(family)) === "old");
  });

  afterAll(async () => {
    await space?.close();
    await mesh?.close();
  });

  test("by IPv4 and by IPv6, on port 80 whatever port it has", async () => {
    expect([await page("-4"), await page("-6")]).toEqual(["old", "old"]);
    const [four, six] = await Promise.all(
      ["-4", "-6"].map((family) => page(family, "-o", "/dev/null", "-w", "%{remote_ip} %{remote_port}")),
    );
    expect(four).toMatch(/^240\.0\.\d+\.\d+ 80$/);
    expect(six).toMatch(/^fd77:6566:7400:f0::f000:\w+ 80$/);
  });

  test("its address is the same after the control plane and the relay have started again", async () => {
    const address = (): Promise<string | null> => page("-4", "-o", "/dev/null", "-w", "%{remote_ip}");
    const before = await address();
    await mesh.killControlPlane();
    await mesh.startControlPlane();
    await mesh.killRelay();
    await mesh.startRelay();
    expect(await address()).toBe(before);
  });

  test("it moves from port 9999 to 7777, and no request fails", async () => {
    const load = space.script(LOAD, "http://billing.mesh/");
    await until("requests to be answered", async () => load.output().length > 20);
    await space.proxy(mesh, instance("billing-2", 7_777, 17_777));
    await until("the new instance to answer", async () => (await page("-4")) === "new");
    await first.stop();
    const asked = load.output().length;
    await until("requests after the move", async () => load.output().length > asked + 50);
    await load.stop();
    const count = JSON.parse(load.output().split("\n").at(-2) ?? "{}");
    expect(count.bad, JSON.stringify(count)).toEqual({});
    expect(count.good["200 old"]).toBeGreaterThan(10);
    expect(count.good["200 new"]).toBeGreaterThan(10);
    expect(await page("-6")).toBe("new");
  });
});
