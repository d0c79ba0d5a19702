// Transparent proxying on Linux: two machines whose traffic is redirected to their Envoys, by each backend and family.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requireEnvoy } from "#cli/envoy.ts";
import { type DnsServer, startDns } from "#dns/server.ts";
import { nameTable } from "#dns/table.ts";
import { type Child, startChild, until } from "#test/child.ts";
import { textOf } from "#test/documents.ts";
import { ask, PROXY, runOnMachine } from "#test/machine-proxy.ts";
import { APPLICATION, copyFor, layWire, type Machine, machinesLack, type Seen, type Wire } from "#test/machines.ts";
import { cliOf, startMesh, strictMesh, type TestMesh } from "#test/mesh.ts";

const lack = machinesLack("nft", "iptables");

/** An application of another user. */
const OTHER_USER = 1234;
/** Addresses that stand for services. */
const VIP = { backend: ["240.0.0.1", "fd00:fd00::1"], web: ["240.0.0.2", "fd00:fd00::2"] } as const;

const mesh = (passthrough: boolean, isSecure = true): ReturnType<typeof strictMesh> => ({
  ...(isSecure ? strictMesh() : { type: "Mesh", name: "default" }),
  networking: { outbound: { passthrough } },
});

/** Another address of the backend's machine, at which its Dataplane declares nothing. */
const UNDECLARED = `10.215.${process.pid % 250}.9`;

/** A URL's host: IPv6 in brackets. */
const at = (address: string): string => (address.includes(":") ? `[${address}]` : address);

/** Keeps one connection open and counts what comes back on it. */
const TICK = `const [host, port] = process.argv.slice(1);
const socket = require("node:net").connect(Number(port), host);
setInterval(() => socket.write("."), 50);
socket.on("data", () => console.log("echo"));
socket.on("error", (error) => console.log("closed", error.message));
socket.on("close", () => console.log("closed"));`;
const ECHO = `require("node:net").createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(9400, "::");`;
/** Prints the IPv4 addresses of a name at a server; none where it has none. */
const RESOLVE = `const [server, name, by] = process.argv.slice(1);
let over = false;
const print = (found) => over || ((over = true), console.log(JSON.stringify(found)));
if (by === "udp") {
  const resolver = new (require("node:dns").promises.Resolver)({ timeout: 10_000, tries: 2 });
  resolver.setServers([server]);
  resolver.resolve4(name).then(print, () => print([]));
} else {
  const labels = name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
  const question = Buffer.from([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
  const socket = require("node:net").connect(53, server);
  let got = Buffer.alloc(0);
  socket.write(Buffer.concat([Buffer.from([0, question.length]), question]));
  socket.setTimeout(20_000, () => (print([]), socket.destroy()));
  socket.on("error", () => print([]));
  socket.on("close", () => print([]));
  socket.on("data", (chunk) => {
    got = Buffer.concat([got, chunk]);
    if (got.length < 2 || got.length < got.readUInt16BE(0) + 2) return;
    print(got.readUInt16BE(8) > 0 ? [[...got.subarray(-4)].join(".")] : []);
    socket.destroy();
  });
}`;
const echoes = (child: Child): number => child.output().match(/^echo$/gm)?.length ?? 0;

describe.skipIf(lack !== null)(`redirected machines${lack === null ? "" : ` (skipped: ${lack})`}`, () => {
  let world: TestMesh;
  let wire: Wire;
  let web: Machine;
  let backend: Machine;
  const proxies: Child[] = [];
  let echo: Child | undefined;
  const resolvers: DnsServer[] = [];
  const servers: Server[] = [];
  const counts = { backend: () => 0, web: () => 0 };

  /** A program of this machine, outside the mesh: its name and the address that it is called from. */
  async function outside(port: number): Promise<void> {
    const server = createServer((call, answer) => {
      const from = String(call.socket.remoteAddress);
      answer.setHeader("connection", "close").end(JSON.stringify({ name: `outside ${port}`, from, client: "" }));
    });
    await new Promise<void>((resolve) => server.listen(port, "::", resolve));
    servers.push(server);
  }

  async function run(
    machine: Machine,
    name: string,
    addresses: readonly string[],
    calls: readonly string[],
  ): Promise<void> {
    const tags = { "kuma.io/service": name, "kuma.io/protocol": "http" };
    const dataplane = {
      type: "Dataplane",
      mesh: "default",
      name: `${name}-1`,
      networking: {
        address: machine.ipv4,
        inbound: addresses.map((address) => ({ address, port: 8080, tags })),
        outbound: calls.map((address) => ({
          address,
          port: 80,
          tags: { "kuma.io/service": (VIP.web as readonly string[]).includes(address) ? "web" : "backend" },
        })),
      },
    };
    const args = ["--transparent-proxy"];
    const { child } = await runOnMachine({
      world,
      wire,
      machine,
      name: dataplane.name,
      dataplane: JSON.stringify(dataplane),
      args,
    });
    proxies.push(child);
  }

  const get = (machine: Machine, url: string, user = APPLICATION): Promise<Seen | null> =>
    ask<Seen>(machine, user, url);

  const weft = (machine: Machine, ...args: readonly string[]): ReturnType<Machine["run"]> =>
    machine.run(0, process.execPath, cliOf(), ...args);

  /** Everything of the kernel that could be changed. */
  async function stateOf(machine: Machine): Promise<string> {
    const parts = await Promise.all([
      machine.run(0, "nft", "list", "ruleset"),
      machine.run(0, "ip", "-o", "address", "show"),
      machine.run(0, "ip", "route", "show", "table", "all"),
      machine.run(0, "ip", "rule", "show"),
    ]);
    return parts.map(({ out }) => out).join("---\n");
  }

  beforeAll(async () => {
    world = await startMesh(mesh(false));
    wire = layWire();
    const records = [{ name: "outside.example", ips: [wire.ipv4, wire.ipv6] }];
    const table = nameTable(records, ["example"]);
    for (const host of [wire.ipv4, wire.ipv6, ...wire.others])
      resolvers.push(await startDns({ host, port: 53, table: () => table, upstreams: () => [] }));
    [web, backend] = [await wire.machine("web", [wire.ipv4, wire.ipv6]), await wire.machine("backend")];
    const allowed = (app: string, ...clients: readonly string[]) => ({
      type: "MeshTrafficPermission",
      mesh: "default",
      name: `to-${app}`,
      spec: {
        targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": app } },
        from: clients.map((name) => ({ targetRef: { kind: "MeshService", name }, default: { action: "Allow" } })),
      },
    });
    await world.apply(allowed("backend", "web"), allowed("web", "web"));
    for (const port of [9100, 9200, 9300]) await outside(port);
    counts.backend = (await backend.program("backend", 8080)).count;
    counts.web = (await web.program("web", 8080)).count;
    await backend.run(0, "ip", "addr", "add", `${UNDECLARED}/32`, "dev", "lo");
    execFileSync("ip", ["route", "add", `${UNDECLARED}/32`, "via", backend.ipv4]);
    backend.start(APPLICATION, process.execPath, ["-e", ECHO]);
    echo = startChild(process.execPath, ["-e", ECHO]);
    await backend.program("undeclared", 9999);
    await backend.program("excluded", 9000);
    await run(backend, "backend", [backend.ipv4, backend.ipv6], []);
    await run(web, "web", [web.ipv4, web.ipv6], [...VIP.backend, ...VIP.web]);
  });

  afterAll(async () => {
    for (const proxy of proxies) await proxy.stop();
    for (const server of servers) server.close();
    await echo?.stop();
    for (const resolver of resolvers) await resolver.close();
    await wire?.close();
    await world?.close();
  });

  test("Envoy runs as the proxy's user, and no process of it as root", async () => {
    const { out } = await web.run(0, "ps", "-eo", "uid,args");
    const uids = out
      .split("\n")
      .flatMap((line) => (line.includes("copy-envoy") ? [Number(line.trim().split(" ")[0])] : []));
    expect(new Set(uids)).toEqual(new Set([PROXY]));
  });

  test("an Envoy that its user may not run, and a user that only root may become, are refused by name", async () => {
    const closed = join(wire.folder, "closed");
    mkdirSync(closed, { mode: 0o700 });
    const [envoy, cli] = [requireEnvoy(process.env).path, cliOf()].map((file) => copyFor(wire, file)) as [
      string,
      string,
    ];
    symlinkSync(envoy, join(closed, "envoy"));
    const { api, caFile } = world.relay();
    const [token, ca] = ["token", "ca.pem"].map((name) => join(wire.folder, name)) as [string, string];
    writeFileSync(token, "t", { mode: 0o644 });
    copyFileSync(caFile, ca);
    chmodSync(ca, 0o644);
    // Root alone may remove from it, so that the temporary folder stays, which is not to hide why Envoy did not start.
    const [temporary, shared] = ["temporary", "shared"].map((name) => join(wire.folder, name)) as [string, string];
    mkdirSync(temporary, { mode: 0o755 });
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    const run = (user: number, program: string, ...more: readonly string[]): ReturnType<Machine["run"]> => {
      const words = ["--relay", api, "--ca-cert-file", ca, "--mesh", "default", "--name", "x", "--token-file", token];
      const env = [`WEFT_ENVOY=${program}`, `TMPDIR=${user === 0 ? temporary : shared}`];
      return web.run(user, "env", ...env, process.execPath, cli, "proxy", "run", ...words, ...more);
    };
    const root = await run(0, join(closed, "envoy"), "--proxy-user", String(PROXY));
    const [left] = readdirSync(temporary);
    expect(root.err).toContain(`weft: ${join(temporary, left!)} stays: permission denied; remove it`);
    expect(root.err).toContain(`weft: user ${PROXY} may not use ${join(closed, "envoy")}\n`);
    expect(root.code).toBe(4);
    const other = await run(APPLICATION, envoy, "--proxy-user", String(PROXY));
    expect(other.err).toContain(`weft: only root may run Envoy as user ${PROXY}\n  where  user ${APPLICATION}\n`);
    expect(other.code).toBe(4);
  });

  test("what proxy run says of redirection stands in the Dataplane", async () => {
    const stored = (await world.api("GET", "meshes/default/dataplanes/web-1")) as {
      networking: { transparentProxying: unknown };
    };
    expect(stored.networking.transparentProxying).toEqual({
      redirectPortInbound: 15_006,
      redirectPortOutbound: 15_001,
      ipFamilyMode: "DualStack",
    });
  });

  describe.each(["nft", "iptables"])("%s", (tool) => {
    const before = new Map<Machine, string>();
    const open: Child[] = [];

    beforeAll(async () => {
      open.push(web.start(APPLICATION, process.execPath, ["-e", TICK, wire.ipv4, "9400"]));
      open.push(startChild(process.execPath, ["-e", TICK, backend.ipv6, "9400"]));
      for (const child of open) await until("a connection", () => echoes(child) > 0, { explain: child.output });
      for (const machine of [web, backend]) {
        before.set(machine, await stateOf(machine));
        const excluded = [
          ...["--exclude-inbound-ports", "9000", "--exclude-outbound-ports", "9100"],
          ...[
            "--exclude-outbound-ips",
            wire.others[0]!,
            "--exclude-outbound-ports-for-uids",
            `tcp:9200-9210:${OTHER_USER}`,
          ],
        ];
        const args = ["install", "transparent-proxy", "--proxy-user", String(PROXY), "--backend", tool];
        const { code, err } = await weft(machine, ...args, ...excluded);
        expect([code, err]).toEqual([0, expect.stringContaining(`IPv4 and IPv6 (${tool})`)]);
      }
    });

    test("connections that were open stay open", async () => {
      for (const child of open) {
        const before = echoes(child);
        await until("echoes on a connection that was open before", () => echoes(child) > before + 3, {
          explain: child.output,
        });
        expect(child.output()).not.toContain("closed");
      }
      expect(world.relay().child.output()).not.toContain("streams closed");
    });

    test.each(VIP.backend)("%s: outbound and inbound are redirected, and mTLS is between them", async (vip) => {
      await until("the way to be open", async () => (await get(web, `http://${at(vip)}/`)) !== null);
      const sent = 20;
      const start = counts.backend();
      const answers = await Promise.all(Array.from({ length: sent }, () => get(web, `http://${at(vip)}/`)));
      expect(answers.map((one) => [one?.name, one?.client])).toEqual(
        Array(sent).fill(["backend", "spiffe://default/web"]),
      );
      expect(counts.backend() - start).toBe(sent);
    });

    test("applications see Envoy's connections from addresses that are not redirected again", async () => {
      const seen = await Promise.all(Array.from({ length: 20 }, () => get(web, `http://${VIP.backend[0]}/`)));
      expect(new Set(seen.map((one) => one?.from))).toEqual(new Set(["::ffff:127.0.0.6", "::6"]));
    });

    test.each(VIP.web)("%s: a service calls itself through its own Envoy", async (vip) => {
      await until("the way to be open", async () => (await get(web, `http://${at(vip)}/`)) !== null);
      const start = counts.web();
      const answers = await Promise.all(Array.from({ length: 20 }, () => get(web, `http://${at(vip)}/`)));
      expect(answers.map((one) => [one?.name, one?.client])).toEqual(Array(20).fill(["web", "spiffe://default/web"]));
      expect(counts.web() - start).toBe(20);
    });

    test("on the machine itself applications speak directly", async () => {
      for (const address of ["127.0.0.1", "::1", web.ipv4, web.ipv6])
        expect(await get(web, `http://${at(address)}:8080/`)).toMatchObject({ name: "web", client: "" });
    });

    test("a declared port takes mTLS alone, and an undeclared one nothing", async () => {
      for (const address of [backend.ipv4, backend.ipv6, UNDECLARED]) {
        expect(await fetchFrom(address, 8080)).toBeNull();
        expect(await fetchFrom(address, 9999)).toBeNull();
      }
      expect(await fetchFrom(UNDECLARED, 9000)).toMatchObject({ name: "excluded" });
    });

    test("an excluded inbound port is open to everybody", async () => {
      for (const address of [backend.ipv4, backend.ipv6])
        expect(await fetchFrom(address, 9000)).toMatchObject({ name: "excluded" });
    });

    test("outbound traffic outside the mesh is closed, but for what is excluded", async () => {
      for (const host of [wire.ipv4, wire.ipv6]) {
        expect(await get(web, `http://${at(host)}:9300/`)).toBeNull();
        expect(await get(web, `http://${at(host)}:9200/`)).toBeNull();
        expect(await get(web, `http://${at(host)}:9100/`)).toMatchObject({ name: "outside 9100" });
        expect(await get(web, `http://${at(host)}:9200/`, OTHER_USER)).toMatchObject({ name: "outside 9200" });
        expect(await get(web, `http://${at(host)}:9300/`, OTHER_USER)).toBeNull();
      }
      expect(await get(web, `http://${wire.others[0]}:9300/`)).toMatchObject({ name: "outside 9300" });
      expect(await get(web, `http://${wire.others[1]}:9300/`)).toBeNull();
    });

    test("where the mesh lets it pass, it passes through Envoy", async () => {
      await world.apply(mesh(true));
      for (const host of [wire.ipv4, wire.ipv6])
        await until(`${host} to pass`, async () => (await get(web, `http://${at(host)}:9300/`)) !== null);
      await world.apply(mesh(false));
      for (const host of [wire.ipv4, wire.ipv6])
        await until(`${host} to be closed again`, async () => (await get(web, `http://${at(host)}:9300/`)) === null);
    });

    describe("names", () => {
      const install = async (...more: readonly string[]): Promise<void> => {
        const args = ["--proxy-user", String(PROXY), "--backend", tool, "--exclude-outbound-ports", "9100", ...more];
        expect((await weft(web, "install", "transparent-proxy", ...args)).code).toBe(0);
      };
      /** Addresses that an application of web finds at a server. */
      const found = async (server: string, name: string, by = "udp"): Promise<readonly string[]> => {
        const { out } = await web.run(APPLICATION, process.execPath, "-e", RESOLVE, server, name, by);
        return JSON.parse(out) as readonly string[];
      };

      beforeAll(() => install("--redirect-dns"));

      test.each(["-4", "-6"])("a service is reached by its name on port 80 (%s)", async (family) => {
        await until(
          "the name",
          async () => (await ask<Seen>(web, APPLICATION, family, "http://backend.mesh/")) !== null,
        );
        const start = counts.backend();
        for (let sent = 0; sent < 10; sent++)
          expect(await ask<Seen>(web, APPLICATION, family, "http://backend.mesh/")).toMatchObject({
            name: "backend",
            client: "spiffe://default/web",
          });
        expect(counts.backend() - start).toBe(10);
      });

      test.each(["udp", "tcp"])(
        "the servers of resolv.conf are the proxy's, by %s and in both families",
        async (by) => {
          for (const server of [wire.ipv4, wire.ipv6])
            expect(await found(server, "backend.mesh", by)).toEqual([expect.stringMatching(/^24\d\./)]);
          expect(await found(wire.others[0] ?? "", "backend.mesh", by)).toEqual([]);
        },
      );

      test("other names are those of the machine's servers, and a name that nobody knows is none", async () => {
        const asked = resolvers[0]?.counts.questions ?? 0;
        expect(await found(wire.ipv4, "outside.example")).toEqual([wire.ipv4]);
        expect(await found(wire.ipv6, "outside.example", "tcp")).toEqual([wire.ipv4]);
        expect(resolvers[0]?.counts.questions).toBeGreaterThan(asked);
        expect(await ask<Seen>(web, APPLICATION, "http://outside.example:9100/")).toMatchObject({
          name: "outside 9100",
        });
        expect(await found(wire.ipv4, "nobody.mesh")).toEqual([]);
      });

      test("the proxy answers questions to every server where all are redirected", async () => {
        await install("--redirect-all-dns-traffic");
        for (const server of [wire.ipv4, ...wire.others])
          expect(await found(server, "backend.mesh")).toEqual([expect.stringMatching(/^24\d\./)]);
        expect(await found(wire.others[1] ?? "", "outside.example")).toEqual([wire.ipv4]);
      });

      test("many questions at once each get their answer", async () => {
        // One try each: what is lost shows. A socket holds some 250 small packets.
        const script = `const { Resolver } = require("node:dns").promises;
          const names = Array.from({ length: 200 }, (_, at) => (at % 2 ? "backend.mesh" : "outside.example"));
          const resolver = new Resolver({ timeout: 20_000, tries: 1 });
          resolver.setServers([process.argv[1]]);
          Promise.all(names.map((name) => resolver.resolve4(name).then((a) => a.length, () => 0))).then((all) => console.log(all.reduce((a, b) => a + b)));`;
        const { out } = await web.run(APPLICATION, process.execPath, "-e", script, wire.ipv4);
        expect(out.trim()).toBe("200");
      });
    });

    afterAll(async () => {
      for (const child of open) await child.stop();
      for (const machine of [web, backend]) await weft(machine, "uninstall", "transparent-proxy");
    });

    test("uninstalling leaves no trace", async () => {
      for (const machine of [web, backend]) {
        expect((await weft(machine, "uninstall", "transparent-proxy")).code).toBe(0);
        expect(await stateOf(machine)).toBe(before.get(machine));
      }
      expect(await get(web, `http://${wire.ipv4}:9300/`)).toMatchObject({ name: "outside 9300" });
      expect(await fetchFrom(backend.ipv4, 9999)).toMatchObject({ name: "undeclared", client: "" });
    });
  });

  test("the guide's commands do what it says, and leave no trace", async () => {
    const guide = textOf("docs/guides/transparent-proxy.md");
    const blocks = (language: string): readonly string[] =>
      [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, block = ""]) => block);
    const lines = blocks("sh").flatMap((block) => block.trim().split("\n"));
    const settings = join(wire.folder, "transparent-proxy.yaml");
    writeFileSync(settings, (blocks("yaml")[1] ?? "").replace("kuma-dp", String(PROXY)));
    const before = await stateOf(web);
    const ran: string[] = [];
    for (const line of lines) {
      const [command, ...args] = line.split(" ");
      if (command !== "weft" || !args.includes("transparent-proxy")) continue;
      const own = args.map((word) =>
        word === "kuma-dp" ? String(PROXY) : word === "transparent-proxy.yaml" ? settings : word,
      );
      const { code, err } = await weft(web, ...own);
      expect([line, code, err]).toEqual([line, 0, expect.any(String)]);
      const installed = args[0] === "install";
      expect((await stateOf(web)).includes("redirect to :15001")).toBe(installed);
      ran.push(args[0] ?? "");
    }
    expect(ran).toEqual(["install", "uninstall", "install", "install"]);
    expect((await weft(web, "uninstall", "transparent-proxy")).code).toBe(0);
    expect(await stateOf(web)).toBe(before);
  });

  test("without mTLS undeclared ports are passed on to the application", async () => {
    await world.apply(mesh(true, false));
    const { code } = await weft(backend, "install", "transparent-proxy", "--proxy-user", String(PROXY));
    expect(code).toBe(0);
    for (const [address, from] of [
      [backend.ipv4, "::ffff:127.0.0.6"],
      [backend.ipv6, "::6"],
    ] as const) {
      for (const port of [9999, 8080])
        await until(`${address}:${port} to be open`, async () => (await fetchFrom(address, port)) !== null);
      expect(await fetchFrom(address, 9999)).toEqual({ name: "undeclared", from, client: "" });
      expect(await fetchFrom(address, 8080)).toMatchObject({ name: "backend", from });
    }
    expect((await weft(backend, "uninstall", "transparent-proxy")).code).toBe(0);
  });

  /** From this machine, which is outside the mesh. */
  async function fetchFrom(address: string, port: number): Promise<Seen | null> {
    try {
      const answer = await fetch(`http://${at(address)}:${port}/`, { signal: AbortSignal.timeout(20_000) });
      return answer.status === 200 ? ((await answer.json()) as Seen) : null;
    } catch {
      return null;
    }
  }
});
