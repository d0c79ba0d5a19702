// A workload moves from one zone to another by the steps of the guide, and no request fails.
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { until } from "#test/child.ts";
import { blocksOf } from "#test/documents.ts";
import type { Resource, Sidecar } from "#test/mesh.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";
import { startZones, type TestZones } from "#test/zones.ts";

/** The guide's own files: all stays, a tenth moves, all has moved. */
const [STAYS, TENTH, MOVED] = blocksOf("docs/guides/migration.md", "yaml").map((text) => parse(text) as Resource);

let zones: TestZones;
let programs: Program[];
let old: Sidecar;
let users: Sidecar;
const seen = { requests: 0, failures: [] as string[] };
let going: Promise<void>;
let stopped = false;

/** One request after the other until the test is over. */
async function ask(): Promise<void> {
  while (!stopped) {
    seen.requests++;
    const answer = await httpGet(users.outbound()).catch((error: Error) => ({ status: 0, body: error.message }));
    if (answer.status !== 200) seen.failures.push(`${answer.status} ${answer.body.slice(0, 100)}`);
  }
}

/** How many of the next requests each zone's program gets. */
async function share(requests: number): Promise<readonly number[]> {
  const before = programs.map((program) => program.count());
  const until = seen.requests + requests;
  while (seen.requests < until) await new Promise((resolve) => setTimeout(resolve, 10));
  return programs.map((program, at) => program.count() - before[at]!);
}

beforeAll(async () => {
  zones = await startZones(["vm", "pods"]);
  programs = await Promise.all(["billing in vm", "billing in pods"].map(httpProgram));
  for (const name of ["vm", "pods"]) await zones.zone(name).ingress();
  old = await zones.zone("vm").proxy({ name: "billing-vm", service: "billing", program: programs[0]!.port });
  users = await zones.zone("vm").proxy({ name: "users-1", service: "users", calls: ["billing"] });
  await until("users to be answered", async () => (await httpGet(users.outbound())).status === 200);
  going = ask();
});

afterAll(async () => {
  stopped = true;
  await going;
  await zones?.close();
  for (const program of programs ?? []) await program.close();
});

test("all traffic stays while the workload starts in the new zone", async () => {
  await zones.apply(STAYS!);
  // In one step with the route, endpoints of the new zone would come first.
  await until("users to have the route", async () =>
    /"cluster":"billing-[0-9a-f]{16}"/.test(JSON.stringify(await users.configDump())),
  );
  await zones.zone("pods").proxy({ name: "billing-pod", service: "billing", program: programs[1]!.port });
  const [, there] = await share(200);
  expect(there).toBe(0);
});

test("a tenth moves, as the weights say", async () => {
  await zones.apply(TENTH!);
  await until("requests to reach the new zone", () => programs[1]!.count() > 0);
  const [here = 0, there = 0] = await share(600);
  const [all, deviation] = [here + there, Math.sqrt((here + there) * 0.1 * 0.9)];
  expect(Math.abs(there - all * 0.1)).toBeLessThan(5 * deviation);
});

test("all moves, and the old one leaves", async () => {
  await zones.apply(MOVED!);
  await until("the old zone to get nothing", async () => (await share(50))[0] === 0);
  await old.leave();
  await zones.remove("meshes/default/meshhttproutes/billing-moves");
  const [here, there = 0] = await share(200);
  expect(here).toBe(0);
  expect(there).toBeGreaterThan(150);
});

test("no request has failed", async () => {
  stopped = true;
  await going;
  expect(seen.failures).toEqual([]);
  expect(seen.requests).toBeGreaterThan(1000);
});
