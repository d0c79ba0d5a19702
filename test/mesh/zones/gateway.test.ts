// Gateways of others: nginx and HAProxy, set up as the guide says, lead into the mesh, and permissions see them as themselves.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Child, until } from "#test/child.ts";
import { textOf } from "#test/documents.ts";
import { ask, type MachineProxy, PROXY, runOnMachine } from "#test/machine-proxy.ts";
import {
  APPLICATION,
  type CountedProgram,
  layWire,
  type Machine,
  machinesLack,
  type Seen,
  type Wire,
} from "#test/machines.ts";
import { cliOf, type Resource, startMesh, type TestMesh } from "#test/mesh.ts";

const lack = machinesLack("nginx", "haproxy");
const GUIDE = textOf("docs/guides/gateway.md");

/** The guide's blocks of a language, in order. */
const blocks = (language: string): readonly string[] =>
  [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, block = ""]) => block);

const [DATAPLANE = "", PERMISSION = ""] = blocks("yaml");
const [NGINX = ""] = blocks("nginx");
const [HAPROXY = ""] = blocks("haproxy");

const GATEWAYS = [
  { name: "nginx", port: 8000 },
  { name: "haproxy", port: 8001 },
] as const;

describe.skipIf(lack !== null)(`gateways of others${lack === null ? "" : ` (skipped: ${lack})`}`, () => {
  let world: TestMesh;
  let wire: Wire;
  let edge: Machine;
  let program: CountedProgram;
  let gateway: MachineProxy;
  const children: Child[] = [];

  /** A request of somebody outside the mesh. */
  async function call(port: number, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`http://${edge.ipv4}:${port}/`, { headers, signal: AbortSignal.timeout(10_000) });
  }

  beforeAll(async () => {
    world = await startMesh();
    wire = layWire();
    edge = await wire.machine("edge");
    const backend = await wire.machine("backend");
    program = await backend.program("backend", 8081);
    const tags = { "kuma.io/service": "backend", "kuma.io/protocol": "http" };
    const inbound = [{ port: 8080, serviceAddress: "127.0.0.1", servicePort: 8081, tags }];
    const dataplane = {
      ...{ type: "Dataplane", mesh: "default", name: "backend-1", labels: { app: "backend" } },
      networking: { address: backend.ipv4, inbound },
    };
    const served = await runOnMachine({
      ...{ world, wire, machine: backend, name: "backend-1" },
      dataplane: JSON.stringify(dataplane),
    });
    gateway = await runOnMachine({
      ...{ world, wire, machine: edge, name: "edge-1" },
      dataplane: DATAPLANE.replace("10.0.0.5", edge.ipv4),
    });
    children.push(served.child, gateway.child);
    const [nginx, haproxy] = [join(wire.folder, "nginx.conf"), join(wire.folder, "haproxy.cfg")];
    writeFileSync(nginx, NGINX);
    writeFileSync(haproxy, HAPROXY);
    const own = `daemon off; pid ${join(wire.folder, "nginx.pid")}; error_log stderr;`;
    edge.start(0, "nginx", ["-c", nginx, "-g", own]);
    edge.start(0, "haproxy", ["-db", "-f", haproxy]);
    for (const { name, port } of GATEWAYS) await until(`${name} to answer`, async () => (await call(port)).status > 0);
  });

  afterAll(async () => {
    for (const child of children) await child.stop();
    await wire?.close();
    await world?.close();
  });

  test("the guide's configurations are whole: the programs find nothing wrong with them", () => {
    const check = (command: string, ...args: readonly string[]): number | null => spawnSync(command, args).status;
    expect(check("nginx", "-t", "-c", join(wire.folder, "nginx.conf"))).toBe(0);
    expect(check("haproxy", "-c", "-f", join(wire.folder, "haproxy.cfg"))).toBe(0);
  });

  test("nobody lets the gateway in by itself", async () => {
    for (const { name, port } of GATEWAYS)
      await until(`${name} to be refused`, async () => (await call(port)).status === 403);
    expect(program.count()).toBe(0);
  });

  describe("with the guide's permission", () => {
    beforeAll(async () => {
      await world.apply(parse(PERMISSION) as Resource);
      await until("the way to be open", async () => (await call(8000)).status === 200);
    });

    test.each(GATEWAYS)("$name leads to the service, which sees the gateway", async ({ port }) => {
      const before = program.count();
      const answers = await Promise.all(Array.from({ length: 30 }, () => call(port)));
      const seen = await Promise.all(answers.map(async (answer) => (await answer.json()) as Seen));
      expect(seen.map(({ name, client }) => [name, client])).toEqual(
        Array(30).fill(["backend", "spiffe://default/edge"]),
      );
      expect(program.count() - before).toBe(30);
    });

    test("redirected, it leads to services by their names, and lists none of them", async () => {
      const machine = await wire.machine("named", [wire.ipv4]);
      const { networking, ...own } = parse(DATAPLANE) as { networking: object };
      const named = { ...own, name: "edge-2", networking: { ...networking, address: machine.ipv4, outbound: [] } };
      const proxy = await runOnMachine({
        ...{ world, wire, machine, name: "edge-2", dataplane: JSON.stringify(named) },
        args: ["--transparent-proxy"],
      });
      children.push(proxy.child);
      const [line = ""] = blocks("sh").flatMap((block) => block.match(/weft install .*/g) ?? []);
      const [, ...words] = line.split(" ");
      const install = [cliOf(), ...words, "--proxy-user", String(PROXY)];
      const { code, err } = await machine.run(0, process.execPath, ...install);
      expect([code, err]).toEqual([
        0,
        expect.stringContaining("what leaves goes to port 15001, DNS goes to port 15053"),
      ]);
      await until(
        "the name",
        async () => (await machine.run(APPLICATION, "getent", "hosts", "backend.mesh")).code === 0,
      );
      const file = join(wire.folder, "named.conf");
      writeFileSync(file, NGINX.replace("server 127.0.0.1:10001;", "server backend.mesh;"));
      machine.start(0, "nginx", [
        "-c",
        file,
        "-g",
        `daemon off; pid ${join(wire.folder, "named.pid")}; error_log stderr;`,
      ]);
      const through = (): Promise<Response> =>
        fetch(`http://${machine.ipv4}:8000/`, { signal: AbortSignal.timeout(10_000) });
      await until("nginx to answer", async () => (await through()).status === 200);
      const before = program.count();
      const answers = await Promise.all(Array.from({ length: 30 }, through));
      const seen = await Promise.all(answers.map(async (answer) => (await answer.json()) as Seen));
      expect(seen.map(({ name, client }) => [name, client])).toEqual(
        Array(30).fill(["backend", "spiffe://default/edge"]),
      );
      expect(program.count() - before).toBe(30);
    });

    test.each(GATEWAYS)("whoever calls $name cannot say that he is another", async ({ port }) => {
      const claims = "By=spiffe://default/backend;URI=spiffe://default/admin";
      const answer = await call(port, { "x-forwarded-client-cert": claims });
      expect(((await answer.json()) as Seen).client).toBe("spiffe://default/edge");
    });
  });

  test("a gateway is called by nobody: it has no inbound, and no endpoint of it is known", async () => {
    const listeners = (await gateway.admin("/listeners")).split("\n").filter((line) => line !== "");
    expect(listeners.filter((line) => line.startsWith("inbound"))).toEqual([]);
    expect(listeners.filter((line) => line.startsWith("outbound"))).toEqual([
      "outbound:127.0.0.1:10001::127.0.0.1:10001",
    ]);
    const { items } = (await world.api("GET", "meshes/default/dataplanes/_overview?gateway=delegated")) as {
      items: readonly { readonly name: string }[];
    };
    expect(items.map(({ name }) => name)).toContain("edge-1");
  });

  test("a policy for gateways alone holds for it", async () => {
    await world.apply({
      ...{ type: "MeshTimeout", mesh: "default", name: "gateways" },
      spec: {
        targetRef: { kind: "Mesh", proxyTypes: ["Gateway"] },
        to: [{ targetRef: { kind: "Mesh" }, default: { http: { requestTimeout: "3141ms" } } }],
      },
    });
    await until("the gateway's Envoy to have it", async () => (await gateway.admin("/config_dump")).includes("3.141s"));
  });

  test("without the permission it is out again", async () => {
    await world.remove("meshes/default/meshtrafficpermissions/edge-to-backend");
    await until("the way to be closed", async () => (await call(8001)).status === 403);
    const before = program.count();
    for (const { port } of GATEWAYS) expect((await call(port)).status).toBe(403);
    expect(program.count()).toBe(before);
    expect(await ask<Seen>(edge, APPLICATION, "http://127.0.0.1:10001/")).toBeNull();
  });
});
