// Delivery of revisions on real Envoys: `weft rollout watch` sees each arrive, with times; a refusal reaches its policy's line; a zone that is away is named.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RevisionDeliveryBody } from "#api/weft.ts";
import { until } from "#test/child.ts";
import type { Resource, Sidecar } from "#test/mesh.ts";
import { runWeft } from "#test/weft.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";
import { startZones, type TestZones } from "#test/zones.ts";

let zones: TestZones;
let backend: Program;
let web: Sidecar;

const weft = (
  argv: readonly string[],
  whenSaid?: readonly [text: string, act: (pid: number) => void],
): ReturnType<typeof runWeft> => runWeft(zones, argv, { ...(whenSaid && { whenSaid }) });

const timeout = (milliseconds: number): Resource => ({
  type: "MeshTimeout",
  mesh: "default",
  name: "slow",
  spec: {
    targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "web" } },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${milliseconds}ms` } }],
  },
});

/** Nothing in the schema says that the router must be the last; Envoy does. */
const PATCH = `type: MeshProxyPatch
mesh: default
name: odd
spec:
  targetRef: { kind: MeshSubset, tags: { kuma.io/service: web } }
  default:
    appendModifications:
      - httpFilter:
          operation: AddLast
          match: { origin: outbound }
          value: |
            name: envoy.filters.http.lua
            typedConfig:
              '@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
              defaultSourceCode:
                inlineString: |
                  function envoy_on_response(handle) end
`;

const newest = async (): Promise<number> =>
  ((await zones.api("GET", "v1/revisions?size=1")) as { items: { revision: number }[] }).items[0]!.revision;
const deliveryOf = async (revision: number): Promise<RevisionDeliveryBody> =>
  (await zones.api("GET", `v1/revisions/${revision}/delivery`)) as RevisionDeliveryBody;

beforeAll(async () => {
  zones = await startZones(["east", "west"]);
  backend = await httpProgram("backend");
  await zones.zone("east").proxy({ name: "backend-1", service: "backend", program: backend.port });
  web = await zones.zone("east").proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
});

afterAll(async () => {
  await zones?.close();
  await backend?.close();
});

test("a change is followed until every Envoy has acknowledged it, and its times are told", async () => {
  const file = join(zones.folder, "slow.json");
  writeFileSync(file, JSON.stringify(timeout(4001)));
  const applied = await weft(["apply", "-f", file, "--wait", "--timeout", "30s"]);
  expect([applied.code, applied.out], applied.err).toEqual([0, "created MeshTimeout slow in mesh default\n"]);
  expect(applied.err).toMatch(/1 proxy took it within .* \(p50\), .* \(p99\), .* \(last\)\n$/);
  const revision = await newest();
  const watched = await weft(["rollout", "watch", String(revision)]);
  expect(watched.code, watched.err).toBe(0);
  console.log(watched.out);
  const { state, proxies, times, relays } = await deliveryOf(revision);
  expect(state).toBe("delivered");
  expect(proxies).toEqual({ acked: 2, nacked: 0, pending: 0, absent: 0, untouched: 1 });
  expect(times.acked?.count).toBe(1);
  expect(times.fetched?.count).toBe(2);
  expect(times.acked?.max).toBeGreaterThanOrEqual(times.pushed?.max ?? Number.NaN);
  expect(times.pushed?.max).toBeGreaterThanOrEqual(times.fetched?.p50 ?? Number.NaN);
  expect(relays.map(({ zone, state: how }) => `${zone} ${how}`).sort()).toEqual(["east acked", "west acked"]);
  expect((await weft(["rollout", "list", "--size", "1", "-o", "name"])).out).toBe(`${revision}\n`);
});

test("what no proxy is touched by is had by all, with nothing sent", async () => {
  await zones.apply({ type: "Mesh", name: "other" });
  const revision = await newest();
  const watched = await weft(["rollout", "watch", String(revision), "--timeout", "30s", "-o", "json"]);
  expect(watched.code, watched.err).toBe(0);
  const { proxies, times } = JSON.parse(watched.out) as RevisionDeliveryBody;
  expect(proxies).toMatchObject({ acked: 2, untouched: 2 });
  expect(times.acked).toBeNull();
});

test("a refusal ends the watching with Envoy's words, the listener and the line of the policy", async () => {
  const file = join(zones.folder, "odd.yaml");
  writeFileSync(file, PATCH);
  const { code, err } = await weft(["apply", "-f", "odd.yaml", "--wait", "--timeout", "30s"]);
  expect(code, err).toBe(11);
  expect(err).toMatch(/one Envoy refuses it, and what was there before stays\n/);
  expect(err).toMatch(/proxy default\.web-1 in zone east refuses it since revision \d+: .*terminal/s);
  expect(err).toMatch(/listener outbound:127[.0-9]+:\d+\n/);
  expect(err).toContain("written by MeshProxyPatch odd in mesh default, spec.default (odd.yaml:6)\n");
  expect((await httpGet(`${web.outbound()}/`)).status).toBe(200);
  const refused = await newest();
  await zones.api("DELETE", "meshes/default/meshproxypatches/odd");
  const mended = await weft(["rollout", "watch", String(await newest()), "--timeout", "30s"]);
  expect(mended.code, mended.err).toBe(0);
  expect((await deliveryOf(refused)).state, "what was refused stays told").toBe("rejected");
});

test("a zone that is away is named and not waited for, and has it all when it is back", async () => {
  await zones.zone("west").stopRelay();
  await zones.apply(timeout(4002));
  const revision = await newest();
  const watched = await weft(["rollout", "watch", String(revision), "--timeout", "30s"]);
  expect(watched.code, watched.err).toBe(0);
  expect(watched.out).toContain("offline, and not waited for: zone west\n");
  expect((await deliveryOf(revision)).offline).toEqual(["west"]);
  await zones.zone("west").startRelay();
  await until("the zone to have it", async () => {
    const { offline, relays } = await deliveryOf(revision);
    return offline.length === 0 && relays.every(({ state }) => state === "acked");
  });
});

test("a proxy that does not answer is waited for until the time is over, or somebody presses Ctrl-C", async () => {
  process.kill(web.envoyPid(), "SIGSTOP");
  try {
    await zones.apply(timeout(4003));
    const revision = await newest();
    await until("the relay to tell who lags", async () =>
      (await deliveryOf(revision)).relays.some(({ laggards }) =>
        laggards.some(({ proxy }) => proxy === "default.web-1"),
      ),
    );
    const late = await weft(["rollout", "watch", String(revision), "--timeout", "2s"]);
    expect(late.code, late.err).toBe(8);
    expect(late.err).toContain("zone east: proxy default.web-1 has not answered\n");
    const stopped = await weft(
      ["rollout", "watch", String(revision)],
      ["1 to go (default.web-1)", (pid) => process.kill(pid, "SIGINT")],
    );
    expect([stopped.code, stopped.out], stopped.err).toEqual([130, ""]);
    expect(stopped.err).toContain(`weft rollout watch ${revision} follows it again`);
  } finally {
    process.kill(web.envoyPid(), "SIGCONT");
  }
  const done = await weft(["rollout", "watch", String(await newest()), "--timeout", "30s"]);
  expect(done.code, done.err).toBe(0);
});
