// The control plane is gone: traffic flows, relay and Envoys restart, newcomers join; and when it is back, both sides converge.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { endpointsOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Load, type Program, startLoad } from "#test/workload.ts";

let mesh: TestMesh;
let web: Sidecar;
let first: Sidecar;
let newcomer: Sidecar;
let load: Load;
let newProgram: Program;
const programs: Program[] = [];

const callBackend = async (): Promise<string> => {
  const { status, body } = await httpGet(`${web.outbound()}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
  return body;
};

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  const program = await httpProgram("backend-1");
  programs.push(program);
  first = await mesh.proxy({ name: "backend-1", service: "backend", program: program.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", callBackend);
});

afterAll(async () => {
  await load?.stop();
  await mesh?.close();
  for (const program of programs) await program.close();
});

// These steps are one story, told in order.
test("traffic flows when the control plane is killed", async () => {
  load = startLoad(async () => void (await callBackend()), 2, 20);
  // A token made before, as a scaling group would hold one.
  const token = await mesh.dataplaneToken("default", "backend-2");
  await until("the relay to hold the newest view", async () => {
    const { view, snapshot, proxies } = await mesh.relayStatus();
    return view.sequence === snapshot?.sequence && proxies.every(({ ready }) => ready);
  });
  await mesh.killControlPlane();
  const before = load.good();
  await until("requests without a control plane", () => load.good() > before + 50);

  newProgram = await httpProgram("backend-2");
  programs.push(newProgram);
  newcomer = await mesh.proxy({ name: "backend-2", service: "backend", program: newProgram.port, token });
});

test("the newcomer that joined meanwhile is reached", async () => {
  await until("traffic at the newcomer", () => newProgram.count() > 5);
  expect(await endpointsOf(web, "backend")).toEqual([first.inbound, newcomer.inbound].sort());
});

test("a killed relay serves from its disk within 3 s of its start", async () => {
  await mesh.killRelay();
  const before = load.good();
  await until("requests without relay and control plane", () => load.good() > before + 20);
  const restarted = mesh.startRelay();
  await until("streams of all proxies at the new relay", async () => {
    await restarted;
    return (await mesh.relayStatus()).streams >= 3;
  });
  const result = await load.stop();
  expect(result.firstFailures).toEqual([]);
});

test("an Envoy that restarts gets its config from the relay", async () => {
  await web.restartEnvoy();
  await until("the path to be open again", callBackend);
  expect(await endpointsOf(web, "backend")).toEqual([first.inbound, newcomer.inbound].sort());
  load = startLoad(async () => void (await callBackend()), 2, 20);
});

test("the control plane comes back and both sides converge without a failed request", async () => {
  await mesh.startControlPlane();
  await until("the newcomer to be known centrally", async () => {
    const { items } = (await mesh.api("GET", "meshes/default/dataplanes")) as { items: { name: string }[] };
    return items.some(({ name }) => name === "backend-2");
  });
  // A change made after the return reaches the proxies: the path back is whole.
  const before = newProgram.count();
  await until("traffic at both", () => newProgram.count() > before + 20);
  const result = await load.stop();
  expect(result.firstFailures).toEqual([]);
  expect(result.bad).toBe(0);
  await mesh.remove("meshes/default/meshtrafficpermissions/allow-all");
  await until("a policy change to arrive", async () => (await httpGet(`${web.outbound()}/`)).status === 403);
});
