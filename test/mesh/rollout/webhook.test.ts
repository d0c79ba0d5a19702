// Webhooks beside real Envoys: a change, its arrival, a refusal and a zone that goes and comes back are each told once, signed.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import type { Resource } from "#test/mesh.ts";
import { isSignedBy, openReceiver, type Received, type Receiver } from "#test/webhook-receiver.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";
import { startZones, type TestZones } from "#test/zones.ts";

let zones: TestZones;
let backend: Program;
let receiver: Receiver;
let secret: string;

const EVENTS = [
  "revision.committed",
  "revision.delivered",
  "revision.rejected",
  "proxy.nack",
  "zone.offline",
  "zone.online",
];

const timeout = (milliseconds: number): Resource => ({
  type: "MeshTimeout",
  mesh: "default",
  name: "slow",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${milliseconds}ms` } }],
  },
});

/** Envoy alone knows that the router must be the last filter. */
const PATCH: Resource = {
  type: "MeshProxyPatch",
  mesh: "default",
  name: "odd",
  spec: {
    targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "web" } },
    default: {
      appendModifications: [
        {
          httpFilter: {
            operation: "AddLast",
            match: { origin: "outbound" },
            value:
              "name: envoy.filters.http.lua\ntypedConfig:\n  '@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua\n  defaultSourceCode:\n    inlineString: |\n      function envoy_on_response(handle) end\n",
          },
        },
      ],
    },
  },
};

/** Of one kind, in order. */
const of = (type: string): readonly Received[] => receiver.received.filter(({ json }) => json.type === type);
const newest = async (): Promise<number> =>
  ((await zones.api("GET", "v1/revisions?size=1")) as { items: { revision: number }[] }).items[0]!.revision;

beforeAll(async () => {
  receiver = await openReceiver();
  zones = await startZones(["east", "west"]);
  backend = await httpProgram("backend");
  await zones.zone("east").proxy({ name: "backend-1", service: "backend", program: backend.port });
  const web = await zones.zone("east").proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
  const made = (await zones.api("POST", "v1/webhooks", { url: receiver.url, events: EVENTS })) as { secret: string };
  secret = made.secret;
});
afterAll(async () => {
  await zones?.close();
  await backend?.close();
  await receiver?.close();
});

test("a change is told when it is committed and once every Envoy has it", async () => {
  await zones.apply(timeout(4001));
  const revision = await newest();
  await until("both to be told", () =>
    ["revision.committed", "revision.delivered"].every((type) =>
      of(type).some(({ json }) => json.data.revision === revision),
    ),
  );
  expect(of("revision.committed").map(({ json }) => json.data.revision)).toEqual([revision]);
  const delivered = of("revision.delivered").filter(({ json }) => json.data.revision === revision);
  expect(delivered).toHaveLength(1);
  expect(delivered[0]?.json.data).toMatchObject({ offline: [], proxies: { acked: 2, nacked: 0, pending: 0 } });
  console.log(
    `told after ${Date.parse(delivered[0]?.json.timestamp) - Date.parse(delivered[0]?.json.data.committedAt)} ms`,
  );
});

test("a receiver that is away gets it later, and once", async () => {
  receiver.answer = (response) => void response.writeHead(503).end();
  await zones.apply(timeout(4002));
  const revision = await newest();
  const told = () => of("revision.committed").filter(({ json }) => json.data.revision === revision);
  await until("the first attempt", () => told().length >= 1);
  receiver.answer = (response) => void response.writeHead(204).end();
  await until("the second attempt", () => told().length >= 2);
  expect(new Set(told().map(({ id }) => id)).size).toBe(1);
});

test("what an Envoy refuses is told with its words", async () => {
  await zones.apply(PATCH);
  await until("the refusal to be told", () => of("revision.rejected").length === 1 && of("proxy.nack").length === 1);
  expect(of("proxy.nack")[0]?.json.data).toMatchObject({
    zone: "east",
    proxy: "default.web-1",
    reason: expect.stringContaining("must be the last filter"),
  });
});

test("a zone whose relay stops is told of, and that it is back", async () => {
  await zones.zone("west").stopRelay();
  await until("the silence to be told", () => of("zone.offline").length === 1);
  await zones.zone("west").startRelay();
  await until("the return to be told", () => of("zone.online").length === 1);
  expect([of("zone.offline")[0], of("zone.online")[0]].map((one) => one?.json.data.zone)).toEqual(["west", "west"]);
});

test("each was signed by the secret that was shown, and none came twice but what was tried again", () => {
  for (const one of receiver.received) expect(isSignedBy(secret, one)).toBe(true);
  const tried = receiver.received.map(({ id }) => id);
  const again = tried.filter((id, index) => tried.indexOf(id) !== index);
  expect(again.every((id) => receiver.received.find((one) => one.id === id)?.json.type.startsWith("revision."))).toBe(
    true,
  );
});
