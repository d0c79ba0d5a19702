// `weft rollout` and `weft apply --wait`: progress, who is waited for, what is refused and by which line, and how each ends.
import { expect, test } from "vitest";
import type { RevisionDeliveryBody } from "#api/weft.ts";
import { httpServer } from "./http-server.ts";
import { run } from "./run.ts";
import { tempFolder } from "./temp.ts";

const counts = { acked: 0, nacked: 0, pending: 0, absent: 0, untouched: 0 };
const untimed = { fetched: null, pushed: null, acked: null };
type Relay = RevisionDeliveryBody["relays"][number];

function relay(zone: string, over: Partial<Relay> = {}): Relay {
  return {
    ...{ zone, relay: "r1", online: true, lastContact: null, state: "waiting", fetchedMs: null },
    ...{ proxies: counts, times: untimed, laggards: [] },
    ...over,
  };
}

function delivery(over: Partial<RevisionDeliveryBody> = {}): RevisionDeliveryBody {
  return {
    ...{ revision: 7, actor: "token:t", reason: "", committedAt: "2026-01-01T00:00:00.000Z", state: "underway" },
    ...{ proxies: counts, times: untimed, offline: [], relays: [relay("east")] },
    ...over,
  };
}

const times = { ...untimed, acked: { count: 3, p50: 40, p99: 1200, max: 1300 } };
const delivered = delivery({
  state: "delivered",
  proxies: { ...counts, acked: 3 },
  times,
  offline: ["west"],
  relays: [relay("east", { state: "acked" })],
});
const laggard = { proxy: "default.web-1", state: "pushed", reason: "" } as const;
const underway = delivery({
  proxies: { ...counts, acked: 2, pending: 1, absent: 1 },
  offline: ["west"],
  relays: [relay("east", { state: "pushed", laggards: [laggard] }), relay("north"), relay("west", { online: false })],
});
const refused = {
  kind: "listener",
  name: "inbound",
  writers: [{ kri: "kri_mpp_default___odd_", rule: "spec.default" }],
};
const rejected = delivery({
  state: "rejected",
  proxies: { ...counts, acked: 2, nacked: 1 },
  relays: [
    relay("east", {
      state: "nacked",
      laggards: [{ ...laggard, state: "nacked", reason: "no such filter", since: 7, refused: [refused] }],
    }),
  ],
});

/** A control plane that tells one state after the other, and the last for ever. */
async function weft(states: readonly RevisionDeliveryBody[], argv: readonly string[], cwd = "/") {
  let asked = 0;
  const server = await httpServer(({ path }) => {
    if (path.endsWith("/v1/changes"))
      return {
        status: 200,
        body: {
          ...{ revision: 7, sequence: 9, results: [{ created: true, etag: "e", warnings: [] }] },
          changes: [{ type: "MeshProxyPatch", mesh: "default", name: "odd", change: "created" }],
        },
      };
    if (path.includes("/v1/deliveries")) return { status: 200, body: { items: states } };
    return { status: 200, body: states[Math.min(asked++, states.length - 1)] };
  });
  const ran = await run([...argv, "--url", `${server.url}/o/demo`, "--token", "t"], { cwd });
  return { ...ran, asked: server.asked.map(({ path }) => path) };
}

test("watching tells each step once, names who is not waited for, and ends when all have it", async () => {
  const ran = await weft([delivery(), underway, underway, delivered], ["rollout", "watch", "7"]);
  expect(ran.err).toBe(
    [
      "revision 7: not fetched yet by zone east",
      "revision 7: 2 of 3 proxies have it, 1 to go (default.web-1), not fetched yet by zone north, 1 not connected, offline: zone west",
      "",
    ].join("\n"),
  );
  expect(ran.out).toContain("Revision 7: delivered\n");
  expect(ran.out).toContain("3 proxies took it within 40 ms (p50), 1.2 s (p99), 1.3 s (last)\n");
  expect(ran.out).toContain("offline, and not waited for: zone west\n");
  expect(ran.code).toBe(0);
  expect(ran.asked).toHaveLength(4);
});

test("a refusal ends it with 11, Envoy's words, the resource and the policy's rule", async () => {
  const ran = await weft([delivery(), rejected], ["rollout", "watch", "7"]);
  expect(ran.err.split("\n").slice(1)).toEqual([
    "weft: revision 7 is not everywhere: one Envoy refuses it, and what was there before stays",
    "  why    proxy default.web-1 in zone east refuses it since revision 7: no such filter",
    "           listener inbound",
    "             written by MeshProxyPatch odd in mesh default, spec.default",
    "  fix    mend what is named above and apply again",
    "  fix    weft rollout status 7 shows who has it",
    "",
  ]);
  expect([ran.code, ran.out]).toEqual([11, ""]);
});

test("who has not taken it in time is named, with 8", async () => {
  const ran = await weft([underway], ["rollout", "watch", "7", "--timeout", "1s"]);
  expect(ran.code).toBe(8);
  expect(ran.err).toContain("weft: not every proxy has revision 7 after 1s\n");
  expect(ran.err).toContain("why    zone east: proxy default.web-1 has not answered\n");
  expect(ran.err).toContain("       zone north: relay r1 has not fetched it\n");
  expect(ran.err).not.toContain("relay r1 of west");
});

test("Ctrl-C ends the watching alone, with 130", async () => {
  const before = process.listenerCount("SIGINT");
  const running = weft([underway], ["rollout", "watch", "7"]);
  await expect.poll(() => process.listenerCount("SIGINT")).toBe(before + 1);
  process.emit("SIGINT");
  const ran = await running;
  expect([ran.code, ran.out]).toEqual([130, ""]);
  expect(ran.err).toContain(
    "why    revision 7 is committed and goes on by itself; weft rollout watch 7 follows it again\n",
  );
  expect(process.listenerCount("SIGINT")).toBe(before);
});

test("apply --wait follows what it has committed, and finds the line of the file that wrote what is refused", async () => {
  const patch = "type: MeshProxyPatch\nmesh: default\nname: odd\nspec:\n  targetRef: { kind: Mesh }\n  default:\n";
  const body = "    appendModifications:\n      - cluster: { operation: Remove, match: { name: c } }\n";
  const folder = tempFolder({ "patch.yaml": patch + body });
  const ran = await weft([rejected], ["apply", "-f", "patch.yaml", "--wait"], folder);
  expect(ran.code, ran.err).toBe(11);
  expect(ran.out).toBe("created MeshProxyPatch odd in mesh default\n");
  expect(ran.err).toContain("written by MeshProxyPatch odd in mesh default, spec.default (patch.yaml:6)\n");
  const good = await weft([delivered], ["apply", "-f", "patch.yaml", "--wait"], folder);
  expect([good.code, good.err]).toEqual([
    0,
    "Revision 7.\nrevision 7: 3 of 3 proxies have it, offline: zone west\n3 proxies took it within 40 ms (p50), 1.2 s (p99), 1.3 s (last)\n",
  ]);
});

test("status and list, for people and for programs", async () => {
  const status = await weft([underway], ["rollout", "status", "7"]);
  expect(status.out.split("\n").slice(0, 6)).toEqual([
    "Revision 7: underway",
    "ZONE   RELAY  STATE             PROXIES  AWAY  FETCHED  PUSHED P50, P99  ACKED P50, P99, LAST",
    "east   r1     pushed            0/0      0",
    "north  r1     waiting           0/0      0",
    "west   r1     waiting, offline  0/0      0",
    "proxy default.web-1 in zone east: pushed",
  ]);
  expect(JSON.parse((await weft([underway], ["rollout", "status", "7", "-o", "json"])).out)).toEqual(underway);
  const list = await weft([delivered, underway], ["rollout", "list"]);
  expect(list.out).toMatch(
    /^REVISION {2}AGE +STATE .*\n7 .* delivered {2}3\/3 .*40 ms {2}1\.2 s {2}west .*\n7 .* underway /,
  );
  expect((await weft([delivered], ["rollout", "list", "-o", "name"])).out).toBe("7\n");
});

test.each([
  [["rollout", "watch", "newest"], '"newest" is no number of a revision'],
  [["rollout", "watch", "7", "--timeout", "soon"], "--timeout soon is not a duration of at least 1s"],
  [["rollout", "list", "--size", "51"], "--size 51 is not a number from 1 to 50"],
  [["rollout"], "weft rollout needs another word"],
])("%j is a wrong command line", async (argv, what) => {
  const ran = await weft([delivered], argv);
  expect([ran.code, ran.asked]).toEqual([2, []]);
  expect(ran.err).toContain(`weft: ${what}\n`);
});

test.each<readonly [readonly string[]]>([
  [["apply", "-f", "slow.yaml", "--wait", "--timeout", "abc"]],
  [["apply", "-f", "slow.yaml", "--wait", "--timeout", "0s"]],
  [["apply", "--plan-id", "4tq2mzk7hw3n5xya", "--wait", "--timeout", "abc"]],
  [["rollback", "7", "--yes", "--wait", "--timeout", "abc"]],
  [["rollback", "7", "--plan-only", "--timeout", "abc"]],
  [["rollout", "watch", "7", "--timeout", "abc"]],
  [["zone", "drain", "east", "--timeout", "abc"]],
])("a wrong --timeout is told before anything is asked: %j", async (argv) => {
  const ran = await weft([delivered], argv, tempFolder({ "slow.yaml": "type: Zone\nname: a\n" }));
  expect([ran.code, ran.out, ran.asked]).toEqual([2, "", []]);
  expect(ran.err).toMatch(/^weft: --timeout \S+ is not a duration of at least 1s\n/);
});
