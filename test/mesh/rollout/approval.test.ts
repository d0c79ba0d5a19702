// A mesh that wants a second person, on real Envoys, by the real command: nothing changes until somebody else has said yes, or overrides it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { runWeft } from "#test/weft.ts";
import { httpGet, httpProgram, inRow, type Load, type Program, startLoad } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let web: Sidecar;
let load: Load | undefined;
/** Status → how many answers had it. */
const answers = new Map<number, number>();
const count = (status: number): number => answers.get(status) ?? 0;

const weft = (...argv: readonly string[]): ReturnType<typeof runWeft> => runWeft(mesh, argv);
type Person = typeof weft;

const control: Resource = {
  type: "ChangeControl",
  mesh: "default",
  name: "guard",
  spec: { approvals: { required: 1 } },
};
/** Every request to backend ends with this status. */
const faults = (httpStatus: number): Resource => ({
  type: "MeshFaultInjection",
  mesh: "default",
  name: "faults",
  spec: {
    targetRef: { kind: "Dataplane", labels: { app: "backend" } },
    rules: [{ default: { http: [{ abort: { httpStatus, percentage: 100 } }] } }],
  },
});

/** A token of its own for somebody. */
async function person(name: string, by: Person, ...scopes: readonly string[]): Promise<Person> {
  const file = `${name}.token`;
  const asked = scopes.flatMap((scope) => ["--scope", scope]);
  const { code, err } = await by("token", "create", name, ...asked, "--out", file);
  expect(code, err).toBe(0);
  return (...argv) => weft(...argv, "--token-file", file);
}

const write = (resource: Resource): void => writeFileSync(join(mesh.folder, "change.yaml"), JSON.stringify(resource));

const newest = async (): Promise<number> =>
  ((await mesh.api("GET", "v1/revisions?size=1")) as { items: { revision: number }[] }).items[0]!.revision;

let ann: Person;
let bob: Person;

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  backend = await httpProgram("backend");
  const labels = { app: "backend" };
  await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port, labels });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
  await mesh.apply(control);
  ann = await person("ann", weft, "write");
  bob = await person("bob", weft, "read", "plan:approve");
});

beforeEach(() => {
  load = startLoad(async () => {
    const { status } = await httpGet(`${web.outbound()}/`);
    answers.set(status, count(status) + 1);
  });
});
afterEach(async () => {
  await load?.stop();
});
afterAll(async () => {
  await mesh?.close();
  await backend?.close();
});

test("refused, planned, approved by somebody else while others commit and proxies join, then seen in the traffic", async () => {
  const before = await newest();
  write(faults(503));
  const refused = await ann("apply", "-f", "change.yaml");
  expect([refused.code, refused.out]).toEqual([13, ""]);
  expect(refused.err).toContain("ChangeControl guard of mesh default holds the change back, and nothing was written");
  const over = await ann("apply", "-f", "change.yaml", "--override", "I am in a hurry");
  expect([over.code, over.err]).toEqual([4, expect.stringContaining("guard:override")]);

  const ci = await person("ci", weft, "plan");
  const planned = await ci("plan", "-f", "change.yaml", "-o", "name");
  expect(planned.code, planned.err).toBe(0);
  const id = planned.out.trim();
  for (const who of [ann, ci]) expect((await who("apply", "--plan-id", id)).code).toBe(who === ann ? 13 : 4);
  expect(await newest()).toBe(before);

  // Nobody says yes to itself, with whatever token it can make.
  const lead = await person("lead", weft, "admin");
  const twin = await person("twin", lead, "write", "plan:approve");
  const own = (await lead("plan", "-f", "change.yaml", "-o", "name")).out.trim();
  for (const who of [lead, twin, weft]) {
    const same = await who("plan", "approve", own);
    expect([same.code, same.err]).toEqual([4, expect.stringMatching(/made by the caller|counts as the same person/)]);
  }
  const yes = await bob("plan", "approve", id, "--reason", "read it");
  expect([yes.code, yes.out]).toEqual([0, `Approved plan ${id}: 1 in all.\n`]);

  // A busy day: another mesh, and more instances.
  await mesh.apply({ type: "Mesh", name: "other" });
  const second = await httpProgram("backend");
  const labels = { app: "backend" };
  const more = await mesh.proxy({ name: "backend-2", service: "backend", program: second.port, labels });
  await until("the second instance to be asked", () => second.count() > 0);
  expect((await ann("plan", "list")).out).toMatch(new RegExp(`^${id} .* ready +1 of 1 `, "m"));

  const applied = await ann("apply", "--plan-id", id, "--wait", "--timeout", "30s");
  expect(applied.code, applied.err).toBe(0);
  expect(applied.out).toContain("created MeshFaultInjection faults in mesh default\n");
  await inRow(answers, 503);
  expect((await bob("plan", "approve", id)).code).toBe(6);
  await more.leave();
  await second.close();
});

test("what would do something else than was approved is refused, and the traffic stays", async () => {
  write(faults(500));
  const id = (await ann("plan", "-f", "change.yaml", "-o", "name")).out.trim();
  expect((await bob("plan", "approve", id)).code).toBe(0);
  const oncall = await person("oncall", weft, "write", "guard:override");
  const why = ["--override", "the shop is down", "--reason", "incident 12"];
  write(faults(502));
  const forced = await oncall("apply", "-f", "change.yaml", ...why, "--wait", "--timeout", "30s");
  expect(forced.code, forced.err).toBe(0);
  await inRow(answers, 502);
  const stale = await ann("apply", "--plan-id", id);
  expect([stale.code, stale.err]).toEqual([
    6,
    expect.stringContaining("MeshFaultInjection/default/faults: was changed"),
  ]);

  const undone = await oncall("delete", "meshfaultinjection", "faults", "-m", "default", ...why);
  expect(undone.code, undone.err).toBe(0);
  await inRow(answers, 200);
  expect([...answers.keys()].sort()).toEqual([200, 502, 503]);

  const revision = await newest();
  const { out } = await weft("audit", "list", "--action", "guard.override", "-o", "json");
  const deeds = (JSON.parse(out) as { items: { revision: number; details: { reason: string } }[] }).items;
  expect(deeds.map((one) => [one.revision, one.details.reason])).toEqual([
    [revision, "the shop is down"],
    [revision - 1, "the shop is down"],
  ]);
  expect((await weft("history", String(revision))).out).toContain("override of ChangeControl default/guard");
});
