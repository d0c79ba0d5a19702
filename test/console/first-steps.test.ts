// The first steps: what is done is told by what stands; a permission and commands are such as run.
import { describe, expect, test } from "vitest";
import { parseSource } from "#cli/apply/document.ts";
import { admittedOnly, type FirstFacts, refusalsOf, STEPS, stepsOf } from "#console/data/first-steps.ts";
import { permissionFor } from "#console/data/permission.ts";
import { dataplaneOf, portsOf, proxyCommand, sampleCommand } from "#console/part/proxy-command.ts";
import told from "#console/text/told.zh.json" with { type: "json" };
import { JOIN_CODES } from "#control/join-note/code.ts";
import { judgeOf } from "#model/judges.ts";
import { kindOfType } from "#model/kinds.ts";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const at = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

const none: FirstFacts = {
  mesh: null,
  relays: [],
  joins: { items: [], refused: [], calls: [] },
  proxies: [],
  access: [],
};
const enrolled = (steps: object) =>
  [{ zone: "east", token: "t", relay: "r", state: "used", rejected: null, steps }] as never;
const proxy = (name: string, more: object = {}) => ({ name, state: "online", relay: "r", refuses: null, ...more });
const pair = (from: string, outcome: string) => ({ mesh: "shop", from, to: "backend", verdict: { outcome } });
const call = (way: string, mesh = "shop") => ({ mesh, proxy: "web-1", way, to: null });

const relayOf = (online: boolean, address: string) => ({ relays: [{ id: "r", zone: "east", online, address }] });
const relay = relayOf(true, "h:1");
const taken = { items: enrolled({ configTaken: at(1), relayConnected: at(2) }), refused: [], calls: [] };

describe("a step is done by what stands, and the first that is not is next", () => {
  const mesh = { ...none, mesh: "shop" };
  const zone = { ...mesh, ...relay };
  const ready = { ...zone, joins: taken, proxies: [proxy("web-1")] as never };
  const allowed = { ...ready, access: [pair("*", "open"), pair("web", "allowed")] as never };
  const calls = (...ways: object[]) => ({ ...allowed, joins: { ...taken, calls: ways as never } });
  test.each([
    ["nothing", none, "mesh"],
    ["a mesh", mesh, "zone"],
    ["a relay that has gone", { ...mesh, ...relayOf(false, "h:1") }, "zone"],
    ["a relay that does not listen yet", { ...mesh, ...relayOf(true, "") }, "zone"],
    ["a relay", zone, "proxy"],
    ["a proxy whose relay knows of no ACK", { ...zone, proxies: [proxy("web-1")] as never }, "proxy"],
    ["a proxy that is gone", { ...ready, proxies: [proxy("web-1", { state: "offline" })] as never }, "proxy"],
    ["one that refuses", { ...ready, proxies: [proxy("web-1", { refuses: { words: "no" } })] as never }, "proxy"],
    ["one at another relay", { ...ready, proxies: [proxy("web-1", { relay: "other" })] as never }, "proxy"],
    ["a proxy", ready, "permission"],
    [
      "nobody but strangers let in",
      { ...ready, access: [pair("*", "open"), pair("web", "denied")] as never },
      "permission",
    ],
    ["a permission", allowed, "request"],
    ["a request that was refused", calls(call("sent")), "request"],
    ["one in another mesh", calls(call("sent", "other"), call("received", "other")), "request"],
    ["one that came through", calls(call("sent"), call("received")), undefined],
  ] as const)("%s", (_, facts, next) => {
    const states = stepsOf(facts);
    expect(STEPS.find((step) => states[step] === "next")).toBe(next);
    expect(STEPS.filter((step) => states[step] === "next")).toHaveLength(next === undefined ? 0 : 1);
  });

  test("what was done out of turn counts", () => {
    expect(stepsOf({ ...none, ...relay })).toMatchObject({ mesh: "next", zone: "done", proxy: "later" });
  });
});

test.each([
  ["no token", [], [], false],
  ["a token that waits", enrolled({ tokenUsed: null }), [], false],
  ["a relay that listens", enrolled({ tokenUsed: at(1) }), [{ online: true, address: "h:1" }], false],
  ["one that starts", enrolled({ tokenUsed: at(1) }), [{ online: true, address: "" }], false],
  ["one that has gone", enrolled({ tokenUsed: at(1) }), [{ online: false, address: "h:1" }], false],
  ["one that never listened", enrolled({ tokenUsed: at(1) }), [{ online: false, address: "" }], true],
] as const)("with %s, whether a relay was admitted and no more", (_, items, relays, isAdmitted) => {
  const there = relays.map((one) => ({ id: "r", zone: "east", ...one }));
  expect(admittedOnly({ joins: { items: [...items], refused: [], calls: [] }, relays: there }) !== undefined).toBe(
    isAdmitted,
  );
});

describe("refusals", () => {
  const refused = (what: string, minutes: number, more: object = {}) =>
    ({ what, code: "token-used", lastAt: at(minutes), mesh: "shop", name: "web-1", ...more }) as never;
  const of = (what: "relay" | "proxy", all: never[], more: Partial<FirstFacts> = {}, items = taken.items) =>
    refusalsOf(what, { ...none, mesh: "shop", ...more, joins: { items, refused: all, calls: [] } }, NOW).length;

  test("of relays are told for an hour, until one has come since", () => {
    expect(of("relay", [refused("relay", 5)], {}, [] as never)).toBe(1);
    expect(of("relay", [refused("relay", 61)], {}, [] as never)).toBe(0);
    expect(of("relay", [refused("relay", 1)])).toBe(1);
    expect(of("relay", [refused("relay", 3)])).toBe(0);
  });

  test("of proxies are those of the mesh, until they are ready", () => {
    expect(of("proxy", [refused("proxy", 5), refused("proxy", 5, { mesh: "other" }), refused("relay", 1)])).toBe(1);
    expect(of("proxy", [refused("proxy", 5)], { proxies: [proxy("web-1")] as never })).toBe(0);
  });

  test("of every kind are said in Chinese, with what to do", () => {
    for (const { reason, fix } of Object.values(JOIN_CODES)) {
      expect([reason, Object.hasOwn(told, reason)]).toEqual([reason, true]);
      expect([fix, Object.hasOwn(told, fix)]).toEqual([fix, true]);
    }
  });
});

describe("a permission", () => {
  const top = (...labels: Readonly<Record<string, string>>[]) => {
    const { resource } = permissionFor({ mesh: "shop", from: "web", to: "backend", labels });
    const judge = judgeOf({ type: "MeshTrafficPermission" });
    expect(judge.validate({ spec: resource.spec } as never, { kindOf: kindOfType })).toEqual([]);
    expect(resource).toMatchObject({ mesh: "shop", name: "web-to-backend" });
    return (resource.spec as { readonly targetRef: unknown }).targetRef;
  };
  test("selects by the label app where all have the same, else by the service's tag", () => {
    expect(top({ app: "backend", zone: "a" }, { app: "backend" })).toEqual({
      kind: "Dataplane",
      labels: { app: "backend" },
    });
    const byTag = { kind: "MeshSubset", tags: { "kuma.io/service": "backend" } };
    for (const labels of [[], [{}], [{ app: "a" }, {}], [{ app: "a" }, { app: "b" }]])
      expect(top(...(labels as never[]))).toEqual(byTag);
  });
});

describe("the command of a proxy", () => {
  const place = { zone: "east", address: "127.0.0.1:5678" };
  const own = { service: "web", name: "web-2", port: 8080, calls: "backend" };

  test("has its token in the environment, and a Dataplane that is one", () => {
    const command = proxyCommand("TOKEN", "shop", place, own);
    expect(command).toMatch(
      /^WEFT_DATAPLANE_TOKEN=TOKEN npx weft proxy run --relay https:\/\/127\.0\.0\.1:5678 --ca-cert-file \.\/relay-east\/ca\.pem --dataplane '\{[^']*\}'$/,
    );
    const { resources, faults } = parseSource({ name: "command", text: /'(.*)'/.exec(command)?.[1] ?? "" });
    expect(faults).toEqual([]);
    expect(resources[0]?.value).toEqual(dataplaneOf("shop", own));
    expect(resources[0]?.value).toMatchObject({
      networking: { inbound: [{ port: 18_080, servicePort: 8080 }], outbound: [{ port: 28_080 }] },
    });
    expect(dataplaneOf("shop", { ...own, calls: "" }).networking).not.toHaveProperty("outbound");
  });

  test.each([1, 8080, 45_536, 60_000, 65_535])("has ports of its own beside %d", (port) => {
    const { inbound, outbound } = portsOf(port);
    expect(new Set([port, inbound, outbound]).size).toBe(3);
    for (const one of [inbound, outbound]) expect(one > 0 && one <= 65_535).toBe(true);
  });

  test("starts the sample in the mesh that is meant", () => {
    expect(sampleCommand("TOKEN", "shop", place)).toBe(
      "WEFT_DATAPLANE_TOKEN=TOKEN npx weft sample --relay https://127.0.0.1:5678 --ca-cert-file ./relay-east/ca.pem --mesh shop",
    );
  });
});
