// `weft proxy run` as a real process, with a relay that keeps what it is asked; real Envoy where there is one.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { findEnvoy } from "#cli/envoy.ts";
import { isAlive, signal } from "#cli/process.ts";
import { readDataplane } from "#cli/proxy/dataplane-file.ts";
import type { EnvoyProcess } from "#cli/proxy/envoy-process.ts";
import { type ProxyStatus, readStatus } from "#cli/proxy/status-file.ts";
import { supervise } from "#cli/proxy/supervise.ts";
import { createGate } from "#test/gate.ts";
import { cliBundle } from "./bundle.ts";
import { type Asked, httpServer } from "./http-server.ts";
import { run as weft } from "./run.ts";
import { tempFolder, writeAt } from "./temp.ts";

const cli = cliBundle();
const envoy = findEnvoy(process.env)?.path;

/** A bootstrap that needs no relay afterwards: one listener that answers by itself. */
const BOOTSTRAP = `node: { id: default.web-1, cluster: web }
admin: { address: { socketAddress: { address: 127.0.0.1, portValue: 9901 } } }
staticResources:
  listeners:
  - name: direct
    address: { socketAddress: { address: 127.0.0.1, portValue: 0 } }
    filterChains:
    - filters:
      - name: envoy.filters.network.direct_response
        typedConfig: { '@type': type.googleapis.com/envoy.extensions.filters.network.direct_response.v3.Config, response: { inlineString: hello } }
`;

function relay(status = 200, body?: unknown) {
  const answer = { bootstrap: Buffer.from(BOOTSTRAP).toString("base64"), kumaSidecarConfiguration: {} };
  return httpServer(({ method }: Asked) =>
    method === "DELETE" ? { status: 200, body: {} } : { status, body: body ?? answer },
  );
}

interface Running {
  readonly pid: number;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

function proxyRun(args: readonly string[], env: NodeJS.ProcessEnv): Running {
  const child = spawn(process.execPath, [cli(), "proxy", "run", ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
  }
  onTestFinished(() => void signal(-child.pid!, "SIGKILL"));
  const exited = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { pid: child.pid!, output: () => text, exited };
}

const DATAPLANE =
  "type: Dataplane\nname: web-1\nnetworking:\n  address: 127.0.0.1\n  inbound:\n    - port: 80\n      tags: { kuma.io/service: web }\n";

function arguments_(folder: string, url: string): string[] {
  writeAt(join(folder, "dp.yaml"), DATAPLANE);
  writeAt(join(folder, "token"), "the-token\n", 0o600);
  return [
    "--relay",
    url,
    "--dataplane-file",
    join(folder, "dp.yaml"),
    "--token-file",
    join(folder, "token"),
    "--work-dir",
    join(folder, "work"),
  ];
}

async function statusWhere(run: Running, folder: string, ask: (status: ProxyStatus) => boolean): Promise<ProxyStatus> {
  for (let tries = 0; tries < 2400; tries++) {
    const status = readStatus(join(folder, "work/status.json"));
    if (status !== undefined && ask(status)) return status;
    await sleep(25);
  }
  throw new Error(`the proxy's status did not come: ${run.output()}`);
}

describe.skipIf(envoy === undefined)("with a real Envoy (skipped: set WEFT_ENVOY, or weft envoy install)", () => {
  const env = { WEFT_ENVOY: envoy };

  test("becomes ready, starts again when it is killed, and leaves in order", async () => {
    const folder = tempFolder();
    const { url, asked } = await relay();
    const run = proxyRun([...arguments_(folder, url), "--settle-time", "0"], env);
    const first = await statusWhere(run, folder, ({ state }) => state === "ready");
    expect(await (await fetch(`${first.admin}/ready`)).text()).toBe("LIVE\n");
    expect(first.admin, "any free port, not the bootstrap's").not.toContain(":9901");
    const [bootstrap] = asked;
    expect([bootstrap?.method, bootstrap?.path]).toEqual(["POST", "/bootstrap"]);
    const sent = JSON.parse(bootstrap!.body) as Record<string, string>;
    expect(sent).toMatchObject({ mesh: "default", name: "web-1", proxyType: "dataplane", dataplaneToken: "the-token" });
    expect(JSON.parse(sent.dataplaneResource ?? "")).toMatchObject({
      type: "Dataplane",
      mesh: "default",
      name: "web-1",
    });

    const inspected = await weft(["inspect", "proxy", "web-1", "--admin", first.admin!, "-o", "json"]);
    expect(JSON.parse(inspected.out)).toMatchObject({
      name: "web-1",
      relay: null,
      envoy: { version: "1.40.0", state: "LIVE", connected: false, listeners: [{ name: "direct" }], clusters: [] },
    });
    const told = await weft(["inspect", "proxy", "web-1", "--admin", first.admin!]);
    expect(told.out).toMatch(/^Envoy 1\.40\.0, LIVE, up \d+ s, cut off from its relay$/m);
    expect(told.out).toMatch(/^127\.0\.0\.1:\d+ {2}direct$/m);

    signal(first.envoyPid!, "SIGKILL");
    const second = await statusWhere(run, folder, ({ state, restarts }) => state === "ready" && restarts === 1);
    expect(second.envoyPid).not.toBe(first.envoyPid);
    expect(run.output()).toContain("Envoy ended (signal SIGKILL); starting it again in 0.5 s");

    signal(run.pid, "SIGTERM");
    expect(await run.exited).toBe(0);
    expect(isAlive(second.envoyPid!)).toBe(false);
    const leave = asked.at(-1)!;
    expect([leave.method, leave.path, leave.headers.authorization]).toEqual([
      "DELETE",
      "/meshes/default/dataplanes/web-1",
      "Bearer the-token",
    ]);
    expect(sent.instance).toMatch(/^[0-9a-f-]{36}$/);
    expect(leave.headers["weft-instance"], "the run that joined is the one that leaves").toBe(sent.instance);
    expect(existsSync(join(folder, "work/bootstrap.json")), "the file with the token is gone").toBe(false);
    expect(run.output()).not.toContain("the-token");
  });

  test("a later second signal ends it at once, however long the drain", async () => {
    const folder = tempFolder();
    const { url } = await relay();
    const run = proxyRun([...arguments_(folder, url), "--settle-time", "600", "--drain-time", "600"], env);
    const status = await statusWhere(run, folder, ({ state }) => state === "ready");
    signal(run.pid, "SIGINT");
    // npm hands a terminal's Ctrl-C on, so it arrives twice: that is one.
    signal(run.pid, "SIGINT");
    await statusWhere(run, folder, ({ state }) => state === "draining");
    await sleep(600);
    expect(isAlive(run.pid)).toBe(true);
    signal(run.pid, "SIGINT");
    expect(await run.exited).toBe(0);
    expect(isAlive(status.envoyPid!)).toBe(false);
  });

  test("two side by side do not meet", async () => {
    const { url } = await relay();
    const folders = [tempFolder(), tempFolder()];
    const runs = folders.map((folder) => proxyRun([...arguments_(folder, url), "--settle-time", "0"], env));
    const admins = await Promise.all(
      runs.map((run, index) => statusWhere(run, folders[index]!, ({ state }) => state === "ready")),
    );
    expect(new Set(admins.map(({ admin }) => admin)).size).toBe(2);
    for (const run of runs) signal(run.pid, "SIGTERM");
    expect(await Promise.all(runs.map((run) => run.exited))).toEqual([0, 0]);
  });
});

describe("refusals", () => {
  const pretend = (folder: string): NodeJS.ProcessEnv => ({
    WEFT_ENVOY: writeAt(
      join(folder, "envoy"),
      '#!/bin/sh\n[ "$1" = --version ] && echo "envoy version: b/1.40.0/Clean" && exit 0\necho "cannot bind"; exit 42\n',
      0o755,
    ),
  });

  test("the relay's reason is shown, and nothing is retried", async () => {
    const folder = tempFolder();
    const { url, asked } = await relay(422, { title: "t", detail: 'mesh: mesh "nope" does not exist' });
    const run = proxyRun(arguments_(folder, url), pretend(folder));
    expect(await run.exited).toBe(7);
    expect(run.output()).toBe(
      `weft: the relay refused this proxy\n  where  ${url}\n  why    mesh: mesh "nope" does not exist\n  fix    correct the Dataplane, its mesh or its token: weft dataplane-token create\n`,
    );
    expect(asked.length).toBe(1);
  });

  test("a name that another proxy has: said once, asked again until --patience ends, exit 6; nothing is left", async () => {
    const folder = tempFolder();
    const reason = 'name: another dataplane "web-1" is there';
    const { url, asked } = await relay(409, { detail: reason });
    const run = proxyRun([...arguments_(folder, url), "--patience", "1"], pretend(folder));
    expect(await run.exited).toBe(6);
    expect(
      run.output().match(/does not take it yet \(name: another dataplane "web-1" is there\); trying/g),
    ).toHaveLength(1);
    expect(run.output()).toContain(
      `weft: the relay refused this proxy\n  where  ${url}\n  why    ${reason}\n  fix    end the other one`,
    );
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.every(({ method }) => method === "POST")).toBe(true);
  });

  test("a relay that stays away: exit 9 after --patience, said once", async () => {
    const folder = tempFolder();
    const { url, asked } = await relay(503, { detail: "no snapshot yet" });
    const run = proxyRun([...arguments_(folder, url), "--patience", "1"], pretend(folder));
    expect(await run.exited).toBe(9);
    expect(run.output().match(/is not ready/g)).toHaveLength(1);
    expect(run.output()).toContain('why    it answered 503: {"detail":"no snapshot yet"}');
    expect(asked.length).toBeGreaterThan(1);
  });

  test("an Envoy that can never start: its exit code, and its own words", async () => {
    const folder = tempFolder();
    const { url } = await relay();
    const run = proxyRun(arguments_(folder, url), pretend(folder));
    expect(await run.exited).toBe(42);
    expect(run.output()).toContain(
      "weft: Envoy ended 5 times before it was ever ready (exit code 42)\n  why    cannot bind\n",
    );
  });

  test("a token that is refused: exit 3 or 4 with the relay's words, once a token can no longer be too new", async () => {
    for (const [status, code] of [
      [401, 3],
      [403, 4],
    ] as const) {
      const folder = tempFolder();
      const { url } = await relay(status, { detail: "the token is of another mesh" });
      const run = proxyRun([...arguments_(folder, url), "--patience", "1"], pretend(folder));
      expect(await run.exited).toBe(code);
      expect(run.output()).toContain("weft: the relay refused this proxy\n");
      expect(run.output()).toContain("  why    the token is of another mesh\n");
    }
  });

  /** An Envoy that runs, is never ready, and logs what Envoy 1.40 logs. */
  const waiting = (folder: string, log: string): NodeJS.ProcessEnv => ({
    WEFT_ENVOY: writeAt(
      join(folder, "envoy"),
      `#!/bin/sh\n[ "$1" = --version ] && echo "envoy version: b/1.40.0/Clean" && exit 0\necho '${log}'; exec sleep 1000\n`,
      0o755,
    ),
  });
  const closed = (end: string): string =>
    `[warning][config] [grpc_stream.h:189] DeltaAggregatedResources gRPC config stream to ads_cluster closed${end}`;

  test.each([
    ["16, the%20credential%20is%20no%20token{via_upstream}", 3, "the credential is no token"],
    ["7, the%20mesh%20is%20another{via_upstream}", 4, "the mesh is another"],
  ])("a relay that refuses Envoy's stream (%s)", async (end, code, why) => {
    const folder = tempFolder();
    const { url } = await relay();
    const run = proxyRun(arguments_(folder, url), waiting(folder, closed(`: ${end}`)));
    expect(await run.exited).toBe(code);
    expect(run.output()).toContain(
      `weft: the relay refused this proxy\n  where  ${url}\n  why    ${why}\n  fix    correct`,
    );
    expect(existsSync(join(folder, "work/bootstrap.json")), "the file with the token is gone").toBe(false);
  });

  const held = closed(': 6, name: another dataplane "web-1" is there{via_upstream}');
  test("a stream that is refused as another proxy has the name: said, tried until --patience ends, exit 6", async () => {
    const folder = tempFolder();
    const { url, asked } = await relay();
    const run = proxyRun([...arguments_(folder, url), "--patience", "1"], waiting(folder, held));
    expect(await run.exited).toBe(6);
    expect(run.output()).toContain('does not take it yet (name: another dataplane "web-1" is there); trying again');
    expect(run.output()).toContain('  why    name: another dataplane "web-1" is there\n  fix    end the other one');
    expect(asked.filter(({ method }) => method === "DELETE")).toEqual([]);
  });

  test("one that is ended while the name is another's announces no leave", async () => {
    const folder = tempFolder();
    const { url, asked } = await relay();
    const run = proxyRun(arguments_(folder, url), waiting(folder, held));
    await expect.poll(run.output).toContain("trying again");
    signal(run.pid, "SIGTERM");
    expect(await run.exited).toBe(0);
    expect(asked.filter(({ method }) => method === "DELETE")).toEqual([]);
  });

  test("an Envoy that does not become ready within --patience: exit 8 with its last words", async () => {
    const folder = tempFolder();
    const { url } = await relay();
    const env = waiting(folder, closed(" since 3s ago: 14, no healthy upstream"));
    const run = proxyRun([...arguments_(folder, url), "--patience", "1"], env);
    expect(await run.exited).toBe(8);
    expect(run.output()).toContain("weft: Envoy is not ready after 1 s (--patience)\n");
    expect(run.output()).toMatch(/ {2}why {4}.*14, no healthy upstream\n/);
  });

  test("http to a port that speaks TLS: told to write https", async () => {
    const folder = tempFolder();
    const keys = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", join(folder, "key.pem")];
    execFileSync("openssl", ["req", "-x509", ...keys, "-out", join(folder, "cert.pem"), "-subj", "/CN=relay"], {
      stdio: "ignore",
    });
    const read = (name: string): string => readFileSync(join(folder, name), "utf8");
    const server = createServer({ key: read("key.pem"), cert: read("cert.pem") });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const run = proxyRun(arguments_(folder, `http://${host}`), pretend(folder));
    expect(await run.exited).toBe(2);
    expect(run.output()).toBe(
      `weft: the relay speaks TLS, and --relay says http\n  where  http://${host}\n  fix    write --relay https://${host}, with --ca-cert-file FILE\n`,
    );
  });

  test("SIGTERM while it waits for the relay ends it", async () => {
    const folder = tempFolder();
    const { url } = await relay(503, {});
    const run = proxyRun(arguments_(folder, url), pretend(folder));
    await expect.poll(run.output).toContain("trying again");
    signal(run.pid, "SIGTERM");
    expect(await run.exited).toBe(0);
  });
});

describe("supervision", () => {
  test("pauses double, and a stop during a pause ends it", async () => {
    const said: string[] = [];
    const { passed: stopped, open: stop } = createGate();
    let starts = 0;
    const start = (): EnvoyProcess => {
      starts++;
      if (starts === 4) stop();
      return {
        pid: 1,
        exited: Promise.resolve({ code: 1, signal: null }),
        tail: () => "",
        admin: () => undefined,
        refusal: () => undefined,
        call: async () => undefined,
        kill: () => {},
      };
    };
    const code = await supervise({
      start,
      drain: async () => {},
      stop: stopped,
      stopNow: new Promise(() => {}),
      onState: () => {},
      say: (line) => said.push(line),
      relay: "https://relay:5678",
      patienceMs: 60_000,
      pauseMs: 1,
    });
    expect(code).toBe(0);
    expect(said.map((line) => /in (\S+) s/.exec(line)?.[1]).slice(0, 3)).toEqual(["0.001", "0.002", "0.004"]);
  });
});

describe("the Dataplane of a file", () => {
  const read = (text: string, given = {}) => readDataplane({ name: "dp.yaml", text }, given);

  test("flags fill what it leaves out", () => {
    expect(JSON.parse(read("type: Dataplane\n", { mesh: "m", name: "n" }).resource)).toEqual({
      type: "Dataplane",
      mesh: "m",
      name: "n",
    });
    expect(read(DATAPLANE)).toMatchObject({ mesh: "default", name: "web-1" });
  });

  test.each([
    ["", "dp.yaml:1", "it is empty"],
    ["type: Mesh\nname: m\n", "dp.yaml:1", 'type is "Mesh", and must be "Dataplane"'],
    ["type: Dataplane\n", "dp.yaml:1", "it has no name, and there is no --name"],
    ["a: [\n", "dp.yaml:2", expect.stringContaining("invalid YAML")],
    [`${DATAPLANE}---\n${DATAPLANE}`, "dp.yaml:9", "it holds more than one resource"],
  ])("%j is refused with its line", (text, where, why) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ parts: expect.objectContaining({ where, why }) }));
  });

  test("an ingress or egress is of no mesh, and of the kind that --type says", () => {
    const zonal = (text: string, kind: "ZoneIngress" | "ZoneEgress") =>
      readDataplane({ name: "dp.yaml", text }, { name: undefined }, kind);
    expect(zonal("type: ZoneIngress\nname: in\n", "ZoneIngress")).toEqual({
      mesh: "",
      name: "in",
      resource: '{"type":"ZoneIngress","name":"in"}',
    });
    expect(() => zonal("type: ZoneEgress\nname: a\nmesh: default\n", "ZoneEgress")).toThrow(
      expect.objectContaining({
        parts: expect.objectContaining({ where: "dp.yaml:3", why: "a ZoneEgress belongs to no mesh" }),
      }),
    );
    expect(() => read("type: ZoneIngress\nname: in\n")).toThrow(
      expect.objectContaining({
        parts: expect.objectContaining({
          why: 'type is "ZoneIngress", and must be "Dataplane"',
          fix: "--type ingress runs a ZoneIngress",
        }),
      }),
    );
  });

  test("flags that contradict it are refused", () => {
    expect(() => read(DATAPLANE, { name: "web-2" })).toThrow("--name web-2 is not the name in dp.yaml: web-1");
  });
});
