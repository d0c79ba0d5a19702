// A stock kuma-dp 2.14 under a rule of automatic rollback: its Envoy takes the bootstrap with load stats, reports, and a bad change is taken back by it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { get, lacking, type RunningKumaDp, startKumaDp } from "#test/kuma-dp.ts";
import { allowAll, startMesh, type TestMesh } from "#test/mesh.ts";
import { keptPort } from "#test/port.ts";
import { httpGet, httpProgram, type Load, type Program, startLoad } from "#test/workload.ts";

describe.skipIf(lacking !== null)(`kuma-dp${lacking === null ? "" : ` (skipped: ${lacking} is not set)`}`, () => {
  let mesh: TestMesh;
  let program: Program;
  let sidecar: RunningKumaDp | undefined;
  let load: Load | undefined;
  let outbound = 0;

  beforeAll(async () => {
    mesh = await startMesh();
    await mesh.apply(allowAll(), {
      type: "ChangeControl",
      mesh: "default",
      name: "guard",
      spec: { rollback: { window: "30s", errorRate: 20, minRequests: 20 } },
    });
    program = await httpProgram("web");
  });

  afterAll(async () => {
    await load?.stop();
    await sidecar?.child.stop();
    await program?.close();
    await mesh?.close();
  });

  const counter = async (name: string): Promise<number> =>
    Number(/: (\d+)$/m.exec(await (sidecar as RunningKumaDp).admin(`/stats?filter=^${name}$`))?.[1] ?? 0);
  const newest = async (): Promise<{ readonly revision: number; readonly reason: string }> =>
    ((await mesh.api("GET", "v1/revisions?size=1")) as { items: { revision: number; reason: string }[] }).items[0]!;

  test("starts with the bootstrap, is asked for its loads, and tells them", async () => {
    const inbound = await keptPort();
    outbound = await keptPort();
    const tags = { "kuma.io/service": "web", "kuma.io/protocol": "http" };
    const networking = {
      address: "127.0.0.1",
      inbound: [{ port: inbound, servicePort: program.port, tags }],
      outbound: [{ port: outbound, tags: { "kuma.io/service": "web" } }],
    };
    const resource = { type: "Dataplane", mesh: "default", name: "web-1", labels: { app: "web" }, networking };
    sidecar = await startKumaDp(mesh, {
      word: "dataplane",
      resource,
      token: await mesh.dataplaneToken("default", "web-1"),
      started: (one) => {
        sidecar = one;
      },
    });
    const { configs } = JSON.parse(await sidecar.admin("/config_dump?mask=bootstrap"));
    expect(configs[0].bootstrap.cluster_manager.load_stats_config).toMatchObject({ api_type: "GRPC" });
    await until("an answer", async () => (await get({ port: outbound }, "/")).status === 200);
    await until("the relay to ask", async () => (await counter("load_reporter.requests")) > 0);
    await until("reports", async () => (await counter("load_reporter.responses")) > 1);
    expect(await counter("load_reporter.errors")).toBe(0);
  });

  test("has a change taken back under which its requests fail", async () => {
    const answers = new Map<number, number>();
    load = startLoad(async () => {
      const { status } = await httpGet(`http://127.0.0.1:${outbound}/`);
      answers.set(status, (answers.get(status) ?? 0) + 1);
    });
    await until("good answers", () => (answers.get(200) ?? 0) > 100);
    await mesh.apply({
      type: "MeshFaultInjection",
      mesh: "default",
      name: "faults",
      spec: {
        targetRef: { kind: "Dataplane", labels: { app: "web" } },
        rules: [{ default: { http: [{ abort: { httpStatus: 503, percentage: 100 } }] } }],
      },
    });
    const { revision } = await newest();
    await until("the change to be taken back", async () => (await newest()).revision > revision);
    expect((await newest()).reason).toMatch(/requests to web failed since/);
    const good = answers.get(200) ?? 0;
    await until("good answers again", () => (answers.get(200) ?? 0) > good + 100);
    expect([...answers.keys()].sort()).toEqual([200, 503]);
  });
});
