// The bell with a real Envoy: an idle relay asks for nothing, a change comes by whichever way is open, and no request is lost on the way down and up.
import { afterAll, beforeAll, expect, test } from "vitest";
import { runRelay } from "#relay/main.ts";
import type { ZoneStatus } from "#relay/status.ts";
import { PACE as USUAL } from "#relay/zone-side/options.ts";
import { until } from "#test/child.ts";
import { allowAll, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { type Middlebox, openMiddlebox } from "#test/middlebox.ts";
import { httpGet, httpProgram, type Program, startLoad } from "#test/workload.ts";

/** A connection that is dead is found soon. */
const PACE = { ...USUAL, ping: 2000 };

let mesh: TestMesh;
let box: Middlebox;
let web: Sidecar;
let program: Program;

const callBackend = async (): Promise<void> => {
  const { status, body } = await httpGet(`${web.outbound()}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
};

const news = async (): Promise<ZoneStatus["news"]> =>
  ((await mesh.relayStatus()) as unknown as Pick<ZoneStatus, "news">).news;

const way = async (): Promise<string> => (await news()).way;

let changes = 0;

/** Tells Envoy another header for the path to backend, and waits until requests have it. */
async function change(): Promise<void> {
  changes += 1;
  const value = `change-${changes}`;
  await mesh.apply({
    ...{ type: "MeshHTTPRoute", mesh: "default", name: "marked" },
    spec: {
      targetRef: { kind: "Mesh" },
      to: [
        {
          targetRef: { kind: "MeshService", name: "backend" },
          rules: [
            {
              matches: [{ path: { type: "PathPrefix", value: "/" } }],
              default: {
                filters: [
                  { type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name: "x-mark", value }] } },
                ],
              },
            },
          ],
        },
      ],
    },
  });
  await until(`answers with ${value}`, async () => (await httpGet(`${web.outbound()}/`)).headers["x-mark"] === value);
}

/** Whatever happens to the relay's calls, requests of workloads are answered meanwhile. */
async function unharmed(happens: () => Promise<void>): Promise<void> {
  const load = startLoad(callBackend, 2, 20);
  try {
    await happens();
  } finally {
    expect(await load.stop(50)).toMatchObject({ bad: 0, firstFailures: [] });
  }
}

beforeAll(async () => {
  mesh = await startMesh(undefined, {
    relay: async (settings) => {
      box = await openMiddlebox(settings.controlPlane);
      return runRelay({ ...settings, controlPlane: box.url, log: () => undefined, pace: PACE, random: () => 0 });
    },
  });
  await mesh.apply(allowAll());
  program = await httpProgram("backend-1");
  await mesh.proxy({ name: "backend-1", service: "backend", program: program.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => {
    await callBackend();
    return true;
  });
});

afterAll(async () => {
  await mesh?.close();
  await program?.close();
  await box?.close();
});

// These steps are one story, told in order.
test("a relay on the bell that has nothing to tell asks for nothing", async () => {
  await until("it is on the bell", async () => (await way()) === "bell");
  let quiet = box.calls.length;
  let since = Date.now();
  // What came of the joins is told at first. Pings of the connection are no calls; plain polls would come sooner.
  await until(
    "nothing to be asked for",
    async () => {
      if (box.calls.length !== quiet) [quiet, since] = [box.calls.length, Date.now()];
      return Date.now() - since > 6 * PACE.ping;
    },
    { everyMs: 100, explain: () => box.calls.slice(-10).join("\n") },
  );
  expect(await way()).toBe("bell");
});

test("a change is rung for, and costs one call for the snapshot and one for the view", async () => {
  const before = box.calls.length;
  const { rings } = await news();
  await unharmed(change);
  const calls = box.calls.slice(before).filter((call) => call.includes("/snapshot"));
  expect((await news()).rings).toBeGreaterThan(rings);
  expect(calls.length).toBeGreaterThan(0);
  expect(calls.length).toBeLessThanOrEqual(2);
});

test("where no upgrade passes, polls are held from that moment on", async () => {
  await unharmed(async () => {
    box.upgrades = false;
    await until("it holds polls", async () => (await way()) === "held");
    expect((await mesh.relayStatus()).controlPlane).toBe("reached");
    await change();
  });
  expect(await way()).toBe("held");
});

test("where held answers are cut, it asks now and then", async () => {
  await unharmed(async () => {
    box.patience = 1500;
    await until("it polls", async () => (await way()) === "plain");
    await change();
  });
  // Now and then it tries whether polls are held again, and the bell.
  await expect.poll(way).toBe("plain");
  await expect.poll(async () => (await news()).reason).toBe("the call was answered with 403");
});

test("and when all passes again, it climbs to the bell by itself", async () => {
  box.upgrades = true;
  box.patience = null;
  // It knocks after pauses that have doubled meanwhile.
  await until("it is on the bell", async () => (await way()) === "bell", { timeoutMs: 200_000, everyMs: 200 });
  await unharmed(change);
});

test("a connection on which nothing goes any more is noticed, and nothing is missed for it", async () => {
  const { ended } = await news();
  await unharmed(async () => {
    box.freeze();
    await change();
    await until("it was noticed", async () => (await news()).ended > ended);
  });
});

test("the control plane shows by which way each relay hears of changes", async () => {
  await until(
    "it shows the bell",
    async () => {
      const { items } = (await mesh.api("GET", "v1/zones/east/relays")) as { items: { way: string }[] };
      return items[0]?.way === "bell";
    },
    { timeoutMs: 110_000, everyMs: 200 },
  );
});
