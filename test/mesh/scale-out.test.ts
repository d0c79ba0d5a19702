// A new instance gets traffic; an instance that leaves in order loses no request; one that dies is taken out.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { endpointsOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Program, startLoad } from "#test/workload.ts";

let mesh: TestMesh;
let web: Sidecar;
const programs: Program[] = [];

const callBackend = async (): Promise<string> => {
  const { status, body } = await httpGet(`${web.outbound()}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
  return body;
};

async function addBackend(number: number): Promise<{ proxy: Sidecar; program: Program }> {
  const program = await httpProgram(`backend-${number}`);
  programs.push(program);
  const proxy = await mesh.proxy({ name: `backend-${number}`, service: "backend", program: program.port });
  return { proxy, program };
}

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
});

afterAll(async () => {
  await mesh?.close();
  for (const program of programs) await program.close();
});

test("instances come and go under load without a failed request", async () => {
  const first = await addBackend(1);
  await until("the first instance to answer", callBackend);
  const load = startLoad(async () => void (await callBackend()));

  const second = await addBackend(2);
  await until("traffic at the new instance", () => second.program.count() > 20);
  expect(await endpointsOf(web, "backend")).toEqual([first.proxy.inbound, second.proxy.inbound].sort());

  expect(load.bad(), "failures while an instance came").toBe(0);
  await first.proxy.leave();
  await expect.poll(() => endpointsOf(web, "backend")).toEqual([second.proxy.inbound]);
  const before = second.program.count();
  await until("the rest to carry on", () => second.program.count() > before + 50);
  const result = await load.stop();
  expect(result.firstFailures).toEqual([]);
  expect(result.bad).toBe(0);
});

test("an instance that dies without a word is taken out after its grace, and one that comes back is put in again", async () => {
  const third = await addBackend(3);
  await until("traffic at the third", async () => {
    await callBackend();
    return third.program.count() > 3;
  });
  await third.proxy.die();
  await until(
    "the dead endpoint to go",
    async () => !(await endpointsOf(web, "backend")).includes(third.proxy.inbound),
  );
  const again = await addBackend(3);
  await until("traffic at its successor", async () => {
    await callBackend().catch(() => undefined);
    return again.program.count() > 3;
  });
});
