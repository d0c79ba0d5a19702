// A second sidecar of one name in a zone of two relays: refused while the first is there, and a crash is no second one.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Child, startChild, until } from "#test/child.ts";
import { cliOf, dataplaneOf, type Sidecar } from "#test/mesh.ts";
import { curled } from "#test/proxy.ts";
import { endpointsOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Load, type Program, startLoad } from "#test/workload.ts";
import { startZones, type TestZone, type TestZones } from "#test/zones.ts";

const { WEFT_KUMA_DP: kumaDp = "", WEFT_ENVOY: envoy = "" } = process.env;
const name = "backend-1";
let zones: TestZones;
let east: TestZone;
let web: Sidecar;
let first: Sidecar;
let programs: readonly Program[];
let load: Load | undefined;
let token: string;
const children: Child[] = [];

const callBackend = async (): Promise<void> => {
  const { status, body } = await httpGet(`${web.outbound()}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
};

/** A machine that is set up as the first one is, but for its address: the folder with its files. */
function copy(of: string, program: Program): { folder: string; address: string; args: readonly string[] } {
  const address = east.network.inner();
  const folder = join(zones.folder, of);
  mkdirSync(folder, { recursive: true });
  const at = { inbound: address, outbound: address, program: "127.0.0.1" };
  const dataplane = dataplaneOf({ name, service: "backend", program: program.port }, at);
  writeFileSync(join(folder, "dataplane.json"), JSON.stringify(dataplane));
  writeFileSync(join(folder, "token"), token, { mode: 0o600 });
  const args = ["--dataplane-file", join(folder, "dataplane.json")];
  return { folder, address, args };
}

/** `weft proxy run` of that machine; it is asked for nothing. */
function run({ folder, args }: ReturnType<typeof copy>, relay: number, patience = 60): Child {
  const { api, caFile } = east.relay(relay);
  const child = startChild(process.execPath, [
    ...[cliOf(), "proxy", "run", "--relay", api, "--ca-cert-file", caFile, ...args],
    ...["--token-file", join(folder, "token"), "--work-dir", join(folder, "work")],
    ...["--concurrency", "1", "--patience", String(patience)],
  ]);
  children.push(child);
  return child;
}

const envoyOf = ({ folder }: ReturnType<typeof copy>): number =>
  Number(JSON.parse(readFileSync(join(folder, "work", "status.json"), "utf8")).envoyPid);

/** How many joins the nth relay has refused because of a name that was held. */
async function refusals(relay: number): Promise<number> {
  const { api, caFile } = east.relay(relay);
  const page = await curled([], `${api}/metrics`, "--cacert", caFile);
  return Number(/^weft_relay_joins_refused_total\{reason="conflict"\} (\d+)$/m.exec(page)?.[1] ?? 0);
}

const reason = (address: string): RegExp =>
  new RegExp(
    `another dataplane "${name}" of mesh "default" is there: it listens at ${address}:8080 and is connected from 127\\.0\\.0\\.1 to the relay \\w+ since \\d{4}-`,
  );

const isReady = (child: Child): Promise<unknown> =>
  until("it to be ready", () => child.output().includes("is ready; Envoy's admin"), {
    explain: child.output,
  });

async function endpointIs(address: string): Promise<void> {
  await until(`${address} to be the endpoint`, async () => {
    const endpoints = await endpointsOf(web, "backend");
    return endpoints.length === 1 && endpoints[0] === `${address}:8080`;
  });
}

beforeAll(async () => {
  zones = await startZones(["east"]);
  east = zones.zone("east");
  await east.addRelay();
  await until("both relays to be in touch", async () =>
    (await Promise.all([east.relayStatus(0), east.relayStatus(1)])).every(({ replicas }) => replicas[0]?.inTouch),
  );
  token = await zones.dataplaneToken("default", name);
  programs = await Promise.all([httpProgram("one"), httpProgram("two")]);
  first = await east.proxy({ name, service: "backend", program: programs[0]!.port, token });
  web = await east.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => {
    await callBackend();
    return true;
  });
});

afterAll(async () => {
  await load?.stop();
  await Promise.all(children.map((child) => child.stop()));
  await zones?.close();
  await Promise.all((programs ?? []).map((program) => program.close()));
});

// These steps are one story, told in order.
test.each([0, 1])(
  "a second one at relay %i is refused with the first one's place, and leaves nothing",
  async (relay) => {
    load = startLoad(callBackend, 2, 10);
    const before = { served: programs[0]!.count(), refused: await refusals(relay) };
    const second = run(copy(`second-${relay}`, programs[1]!), relay, 1);
    expect(await second.ended, second.output()).toBe(6);
    expect(second.output()).toMatch(reason(first.address));
    expect(second.output()).toContain("end the other one, or name this one otherwise");
    expect(await refusals(relay)).toBeGreaterThan(before.refused);
    await until("requests after it", () => programs[0]!.count() > before.served + 50);
    const { good, bad, firstFailures } = await load.stop();
    expect({ bad, firstFailures }).toEqual({ bad: 0, firstFailures: [] });
    expect(good).toBeGreaterThan(50);
    expect(programs[1]!.count()).toBe(0);
    expect(await endpointsOf(web, "backend")).toEqual([`${first.address}:8080`]);
  },
);

test.skipIf(kumaDp === "")("a stock kuma-dp as the second one ends with the reason", async () => {
  const { folder, args } = copy("second-kuma", programs[1]!);
  const { api, caFile } = east.relay();
  const stock = startChild(
    kumaDp,
    [
      ...["run", `--cp-address=${api}`, `--ca-cert-file=${caFile}`, ...args],
      ...[`--dataplane-token-file=${join(folder, "token")}`, `--binary-path=${envoy}`, `--work-dir=${folder}`],
    ],
    { KUMA_DNS_ENABLED: "false", KUMA_READINESS_PORT: "0" },
  );
  children.push(stock);
  expect(await stock.ended, stock.output()).toBe(1);
  expect(stock.output().replaceAll("\\", "")).toMatch(reason(first.address));
  await callBackend();
});

let next: ReturnType<typeof copy>;
let running: Child;

test("a second one that waits is taken as soon as the first has left, and has its traffic", async () => {
  next = copy("next", programs[1]!);
  running = run(next, 1);
  await until("it to wait", () => reason(first.address).test(running.output()), { explain: running.output });
  expect(programs[1]!.count()).toBe(0);
  await first.leave();
  await isReady(running);
  await endpointIs(next.address);
  await callBackend();
  expect(programs[1]!.count()).toBe(1);
});

test("killed with its Envoy it is back at once", async () => {
  const old = envoyOf(next);
  await running.stop("SIGKILL");
  process.kill(old, "SIGKILL");
  running = run(next, 0);
  await isReady(running);
  await until("the path to be open", async () => {
    await callBackend();
    return true;
  });
  expect(running.output()).not.toContain("another dataplane");
});

test("killed alone it is back beside its old Envoy, whose connection still answers", async () => {
  const orphan = envoyOf(next);
  await running.stop("SIGKILL");
  try {
    running = run(next, 1);
    await isReady(running);
    expect(running.output()).not.toContain("another dataplane");
  } finally {
    process.kill(orphan, "SIGKILL");
  }
  await until("the path to be open", async () => {
    await callBackend();
    return true;
  });
  await endpointIs(next.address);
});

test("a machine whose connection hangs holds its name no longer than a second or two", async () => {
  const frozen = envoyOf(next);
  process.kill(frozen, "SIGSTOP");
  try {
    const moved = copy("moved", programs[0]!);
    const child = run(moved, 0);
    await isReady(child);
    expect(child.output()).not.toContain("another dataplane");
    await endpointIs(moved.address);
    await callBackend();
  } finally {
    process.kill(frozen, "SIGCONT");
  }
});
