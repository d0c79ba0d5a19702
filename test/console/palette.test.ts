// The palette's reckoning: what fits what was typed, where each found thing is shown, and what is kept of choices.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { grantOf } from "#console/data/grant.ts";
import type { KindRow } from "#console/data/kind.ts";
import { type DeedRow, deedRows, type PaletteWorld } from "#console/palette/deed.ts";
import { keepRecent, recentRows } from "#console/palette/recent.ts";
import { addressOf, filled, type PaletteRow } from "#console/palette/row.ts";
import { fittingDeeds } from "#console/palette/use-rows.ts";
import { fitOf, wordsOf } from "#console/palette/word.ts";
import type { Say } from "#console/text/say.ts";

const KINDS = [
  { name: "Dataplane", path: "dataplanes", scope: "Mesh", readOnly: true },
  { name: "MeshTimeout", path: "meshtimeouts", scope: "Mesh", readOnly: false },
  { name: "MeshService", path: "meshservices", scope: "Mesh", readOnly: false },
  { name: "ZoneIngress", path: "zone-ingresses", scope: "Global", readOnly: true },
] as unknown as readonly KindRow[];

test("all words must be there, and how well they are decides", () => {
  expect(wordsOf("  New  mesh/Timeout ")).toEqual(["new", "mesh", "timeout"]);
  expect(fitOf(["zo"], "Zones")).toBe(0);
  expect(fitOf(["zo"], "Add a zone")).toBe(1);
  expect(fitOf(["one"], "Add a zone")).toBe(2);
  expect(fitOf(["add", "mesh"], "Add a zone")).toBeNull();
  expect(fitOf([], "anything")).toBe(0);
});

describe("where what was found is shown", () => {
  const hit = { kind: "resource", type: "", mesh: "default", name: "a b", kri: "", id: "", detail: "" } as const;
  test.each([
    [{ kind: "mesh" }, "/o/acme/m/a%20b/services"],
    [{ kind: "zone" }, "/o/acme/zones/a%20b"],
    [{ kind: "service" }, "/o/acme/m/default/services/tag/a%20b"],
    [{ kind: "proxy", type: "Dataplane" }, "/o/acme/m/default/proxies/a%20b"],
    [{ kind: "proxy", type: "ZoneIngress", mesh: "" }, "/o/acme/resources/zone-ingresses/a%20b"],
    [{ type: "MeshTimeout" }, "/o/acme/m/default/resources/meshtimeouts/a%20b"],
    [{ type: "MeshService" }, "/o/acme/m/default/services/meshservices/a%20b"],
    [{ kind: "revision", name: "7" }, "/o/acme/activity/7"],
    [{ kind: "token" }, "/o/acme/tokens?name=a%20b"],
    [{ type: "Unheard" }, ""],
  ] as const)("%j at %s", (what, address) => {
    expect(addressOf("acme", { ...hit, ...what }, KINDS)).toBe(address);
  });

  test("a name is never part of the path", () => {
    expect(filled("/o/$org/x/$name", { org: "a/b", name: "../$org" })).toBe("/o/a%2Fb/x/..%2F%24org");
  });
});

describe("deeds", () => {
  const world = (mesh: string | null, scopes: readonly string[] = ["admin"]): PaletteWorld => ({
    grant: grantOf({ scopes }, null),
    ...{ org: "acme", mesh, meshes: ["default", "other"], organisations: ["acme", "umbrella"], kinds: KINDS },
    plans: [{ id: "4tq2mzk7hw3n5xya", reason: "the bank holiday" }],
    ...{ say: ((key, values) => `${key} ${Object.values(values ?? {}).join(" ")}`.trim()) as Say, language: "en" },
    ...{ speak: () => {}, leave: () => {}, copyAddress: () => {} },
  });

  test("each has an id of its own, and leads somewhere or does something", () => {
    const rows = deedRows(world("default"));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const { id, to, run } of rows)
      expect([id, to.startsWith("/o/"), run !== undefined]).toEqual([id, to !== "", to === ""]);
    expect(rows.some(({ to }) => to.includes("$"))).toBe(false);
    expect(rows.map(({ to }) => to)).toContain("/o/umbrella");
  });

  test("nobody is offered what is not theirs to do or see", () => {
    const made = (scopes: readonly string[]): readonly string[] =>
      deedRows(world("default", scopes)).flatMap(({ id }) => (/^new|tokens|audit/.test(id) ? [id] : []));
    expect(made(["read", "member:read"])).toEqual(["new palette.may-call"]);
    expect(made(["write@mesh:default"])).toContain("new kind MeshTimeout");
    expect(made(["write@mesh:default"])).not.toContain("new palette.new.mesh");
    expect(made(["write@mesh:other"])).toEqual(["new palette.may-call"]);
    expect(made(["admin"])).toEqual(
      expect.arrayContaining(["new palette.new.mesh", "new zone.add", "page /o/$org/audit"]),
    );
  });

  test("none is of a mesh where there is none", () => {
    expect(deedRows(world(null)).filter(({ to }) => to.includes("/m//"))).toEqual([]);
  });

  test("the many of one sort are found by their words alone, and others come before them", () => {
    const rows = deedRows(world("default"));
    const textsOf = (words: readonly string[]) => fittingDeeds(rows, words).map(({ id }) => id);
    expect(textsOf([])).not.toContain("new kind MeshTimeout");
    expect(textsOf(["meshtimeout"])).toEqual(["new kind MeshTimeout"]);
    expect(textsOf(["holiday"])).toEqual(["plan 4tq2mzk7hw3n5xya"]);
    expect(textsOf(["no such thing"])).toEqual([]);
    expect(textsOf(["palette"]).length).toBeLessThanOrEqual(8);
  });
});

describe("recent choices", () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    kept.clear();
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    });
    return () => vi.unstubAllGlobals();
  });
  const row = (id: string, to = `/o/acme/${id}`): DeedRow & PaletteRow => ({
    id,
    text: id,
    detail: "",
    sort: "Page",
    to,
  });

  test("the newest is first, each once, six at the most, an organisation's own, and deeds are not kept", () => {
    for (const id of ["a", "b", "c", "d", "e", "f", "g", "b"]) keepRecent("acme", row(id));
    keepRecent("acme", row("deed", ""));
    expect(recentRows("acme").map(({ id }) => id)).toEqual(["b", "g", "f", "e", "d", "c"]);
    expect(recentRows("umbrella")).toEqual([]);
  });

  test.each([
    "",
    "{",
    "7",
    '[{"id":"a"}]',
    JSON.stringify([row("a", "javascript:alert(1)")]),
    JSON.stringify([row("a", "//elsewhere")]),
  ])("%j is nothing that was kept", (text) => {
    kept.set("weft.palette of acme", text);
    expect(recentRows("acme")).toEqual([]);
  });
});
