// `weft rollback` on real Envoys under live requests: what was before is there again, byte for byte; and what cannot come back is refused.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { configOf } from "#test/envoy-config.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { runWeft } from "#test/weft.ts";
import { httpGet, httpProgram, inRow, type Load, type Program, startLoad } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let web: Sidecar;
let server: Sidecar;
let load: Load;
/** Status → how many answers had it. */
const answers = new Map<number, number>();
const count = (status: number): number => answers.get(status) ?? 0;

const weft = (...argv: readonly string[]): ReturnType<typeof runWeft> => runWeft(mesh, argv);

const timeout: Resource = {
  type: "MeshTimeout",
  mesh: "default",
  name: "early",
  spec: { to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "3s" } }] },
};
/** Every request to backend ends with 503. */
const faults: Resource = {
  type: "MeshFaultInjection",
  mesh: "default",
  name: "faults",
  spec: {
    targetRef: { kind: "Dataplane", labels: { app: "backend" } },
    rules: [{ default: { http: [{ abort: { httpStatus: 503, percentage: 100 } }] } }],
  },
};

/** Applies by the command, and waits for all proxies; the new revision. */
async function applied(resource: Resource): Promise<number> {
  writeFileSync(join(mesh.folder, "change.yaml"), JSON.stringify(resource));
  const { code, err } = await weft("apply", "-f", "change.yaml", "--wait", "--timeout", "30s", "--reason", "a try");
  expect(code, err).toBe(0);
  return newest();
}

/** Rolls back by the command, which says how its own revision was delivered; the new revision. */
async function rolledBack(...argv: readonly string[]): Promise<number> {
  const before = await newest();
  const { code, out, err } = await weft("rollback", ...argv, "--yes", "--wait", "--timeout", "30s", "--reason", "back");
  expect(code, err).toBe(0);
  const revision = await newest();
  expect(revision).toBe(before + 1);
  console.log(out);
  expect(err).toContain(`Revision ${revision}.\n`);
  expect(out).toMatch(/acked +2/);
  return revision;
}

const newest = async (): Promise<number> =>
  ((await mesh.api("GET", "v1/revisions?size=1")) as { items: { revision: number }[] }).items[0]!.revision;

interface Standing {
  readonly proxies: readonly (readonly (readonly [string, string])[])[];
  /** Hash of all that the zone is served. */
  readonly version: string;
}

/** Once nothing is half done: an Envoy says that it has taken a cluster or a listener before that is ready to be used. */
async function standing(): Promise<Standing> {
  for (const one of [web, server])
    await until(`nothing of ${one.name} to warm`, async () => {
      const dump = await one.admin("/config_dump");
      return !dump.includes('"warming_state"') && !dump.includes('"dynamic_warming_clusters"');
    });
  const proxies = await Promise.all([web, server].map(async (one) => [...(await configOf(one))].sort()));
  const { snapshot } = (await mesh.relayStatus()) as unknown as { readonly snapshot: { readonly version: string } };
  return { proxies, version: snapshot.version };
}

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  backend = await httpProgram("backend");
  const labels = { app: "backend" };
  server = await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port, labels });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
  load = startLoad(async () => {
    const { status } = await httpGet(`${web.outbound()}/`);
    answers.set(status, count(status) + 1);
  });
});

afterAll(async () => {
  await load?.stop();
  await mesh?.close();
  await backend?.close();
});

test("each revision comes back by its number, one is undone from in between, and every request is counted", async () => {
  const first = await newest();
  const before = await standing();
  await inRow(answers, 200);

  const slow = await applied(timeout);
  const failing = await applied(faults);
  await inRow(answers, 503);
  const worst = await standing();
  const reached = backend.count();
  await inRow(answers, 503);
  expect(backend.count(), "aborted requests reach nobody").toBe(reached);

  await rolledBack("--undo", String(slow));
  await inRow(answers, 503);
  await rolledBack(String(first));
  await inRow(answers, 200);
  expect(await standing()).toEqual(before);

  await rolledBack(String(failing));
  await inRow(answers, 503);
  expect(await standing()).toEqual(worst);

  const last = await newest();
  await rolledBack("--undo", String(last));
  await inRow(answers, 200);
  expect(await standing()).toEqual(before);
  const { bad, firstFailures } = await load.stop();
  expect(bad, firstFailures.join()).toBe(0);
  expect([...answers.keys()].sort()).toEqual([200, 503]);
});

test("a rollback that changes nothing makes no revision", async () => {
  const revision = await newest();
  const { code, out, err } = await weft("rollback", String(revision), "--yes", "--wait");
  expect([code, out], err).toEqual([0, ""]);
  expect(err).toContain("Nothing differs; nothing was changed.");
  expect(await newest()).toBe(revision);
});

test("one revision that later ones wrote over is not undone, and they are named", async () => {
  const one = await applied(timeout);
  const spec = { to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "4s" } }] };
  const other = await applied({ ...timeout, spec });
  const { code, err } = await weft("rollback", "--undo", String(one), "--yes");
  expect(code, err).toBe(6);
  expect(err).toContain("MeshTimeout");
  expect(err).toContain(String(other));
  expect(await newest()).toBe(other);
});

test("a mesh that was deleted does not come back, and what can be done is said", async () => {
  const there = await applied({ type: "Mesh", name: "gone" });
  const deleted = await weft("delete", "mesh", "gone", "--yes");
  expect(deleted.code, deleted.err).toBe(0);
  const revision = await newest();
  const { code, err } = await weft("rollback", String(there), "--yes");
  expect(code, err).toBe(6);
  expect(err).toContain(`the mesh gone was deleted by revision ${revision}, and its keys are gone`);
  expect(err).toContain(`Roll back to revision ${revision} or later`);
  expect(await newest()).toBe(revision);
});

test("a revision of another organisation is not found", async () => {
  const revision = await newest();
  const as = { organisation: "other", token: await mesh.organisationToken("other") };
  for (const argv of [[String(revision)], ["--undo", String(revision)], [String(revision), "--plan-only"]]) {
    const { code, out, err } = await runWeft(mesh, ["rollback", ...argv, "--yes"], { as });
    expect([code, out], err).toEqual([5, ""]);
    expect(err).toContain(`There is no revision ${revision} in this organisation`);
  }
  const stranger = await runWeft(mesh, ["rollback", String(revision), "--yes"], { as: { ...mesh, token: as.token } });
  expect(stranger.code, stranger.err).not.toBe(0);
  expect(await newest()).toBe(revision);
});
