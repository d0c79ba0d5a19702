// Versions as a real Envoy says them, under `weft proxy run` and under a stock kuma-dp: what is shown is what runs.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProxyPageBody } from "#api/proxy-list.ts";
import { until } from "#test/child.ts";
import { lacking, type RunningKumaDp, startKumaDp } from "#test/kuma-dp.ts";
import { allowAll, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { keptPort } from "#test/port.ts";
import { runWeft } from "#test/weft.ts";
import { httpProgram, type Program } from "#test/workload.ts";

let mesh: TestMesh;
let program: Program;
let web: Sidecar;

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  program = await httpProgram("web");
  web = await mesh.proxy({ name: "web-1", service: "web", program: program.port });
});

afterAll(async () => {
  await program?.close();
  await mesh?.close();
});

type Row = ProxyPageBody["items"][number];

async function listed(name: string): Promise<Row | undefined> {
  const page = (await mesh.api("GET", "v1/proxies?mesh=default")) as ProxyPageBody;
  return page.items.find((one) => one.name === name);
}

/** As its Envoy tells them: `9e55…/1.40.0/Clean/RELEASE/BoringSSL`. */
async function running(admin: (path: string) => Promise<string>): Promise<{ version: string; build: string }> {
  const { version: build } = JSON.parse(await admin("/server_info")) as { readonly version: string };
  return { version: build.split("/")[1] ?? "", build };
}

async function subscriptionOf(name: string): Promise<{ readonly version?: Record<string, Record<string, unknown>> }> {
  const overview = (await mesh.api("GET", `meshes/default/dataplanes/${name}/_overview`)) as {
    readonly dataplaneInsight: { readonly subscriptions: readonly object[] };
  };
  return overview.dataplaneInsight.subscriptions.at(-1) ?? {};
}

test("of weft proxy run", async () => {
  const envoy = await running(web.admin);
  expect(envoy.version).toMatch(/^\d+\.\d+\.\d+$/);
  const row = await listed("web-1");
  expect(row?.versions).toMatchObject({ envoy: envoy.version, program: { name: "weft" }, old: "" });
  expect((await subscriptionOf("web-1")).version).toMatchObject({
    envoy: { ...envoy, kumaDpCompatible: true },
    kumaDp: { version: row?.versions?.program.version, kumaCpCompatible: true },
  });
  const list = await runWeft(mesh, ["get", "dataplanes"]);
  expect(list.out).toMatch(new RegExp(`^web-1 .* ${envoy.version.replaceAll(".", "\\.")} `, "m"));
  const insight = (await mesh.api("GET", "mesh-insights/default")) as { readonly dpVersions: { envoy: object } };
  expect(insight.dpVersions.envoy).toEqual({ [envoy.version]: { total: 1, online: 1 } });
});

test("an Envoy that was killed and started again costs no event", async () => {
  const lastEvent = async () => (await mesh.relayStatus()).lastEvent;
  const before = await lastEvent();
  await web.restartEnvoy();
  await until("its stream to be back", async () => (await mesh.relayStatus()).proxies[0]?.streams === 1);
  expect([await lastEvent(), (await listed("web-1"))?.versions?.program.name]).toEqual([before, "weft"]);
});

describe.skipIf(lacking !== null)(`kuma-dp${lacking === null ? "" : ` (skipped: ${lacking} is not set)`}`, () => {
  let sidecar: RunningKumaDp | undefined;
  afterAll(() => sidecar?.child.stop());

  test("of a stock kuma-dp", async () => {
    const inbound = { port: await keptPort(), servicePort: program.port };
    const tags = { "kuma.io/service": "web", "kuma.io/protocol": "http" };
    const networking = { address: "127.0.0.1", inbound: [{ ...inbound, tags }] };
    sidecar = await startKumaDp(mesh, {
      word: "dataplane",
      resource: { type: "Dataplane", mesh: "default", name: "web-2", networking },
      token: await mesh.dataplaneToken("default", "web-2"),
      started: (one) => {
        sidecar = one;
      },
    });
    const envoy = await running(sidecar.admin);
    const row = await listed("web-2");
    expect(row?.versions).toMatchObject({ envoy: envoy.version, program: { name: "kuma-dp" }, old: "" });
    expect(row?.versions?.program.version).toMatch(/^2\.14\./);
    expect((await subscriptionOf("web-2")).version).toMatchObject({
      envoy: { ...envoy, kumaDpCompatible: true },
      kumaDp: { version: row?.versions?.program.version, kumaCpCompatible: true },
    });
  });
});
