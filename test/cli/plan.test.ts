// `weft plan` and `weft apply` of plans and of whole folders: what people read, what programs get, and what is refused.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { PlanBody } from "#api/plan.ts";
import { printPlan } from "#cli/plan/text.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";
import { tempFolder } from "./temp.ts";

const plane = planeOfFile();

type Weft = (argv: readonly string[], input?: string) => ReturnType<typeof run>;

let weft: Weft;
let folder: string;
let count = 0;

beforeEach(async () => {
  const at = await plane.signUp(`plans-${++count}`);
  weft = (argv, input = "") => run([...argv, ...at], { input });
  await weft(["apply", "-f", "-"], "type: Mesh\nname: default\n---\ntype: Zone\nname: east\n");
  folder = join(tempFolder(), "policies");
  mkdirSync(folder);
});

const timeout = (name: string, seconds: number | string, team?: string): string =>
  `type: MeshTimeout\nmesh: default\nname: ${name}\n${team === undefined ? "" : `labels: { team: ${team} }\n`}spec:\n  targetRef: { kind: Mesh }\n  to:\n    - targetRef: { kind: Mesh }\n      default: { connectionTimeout: ${seconds} }\n`;

const write = (name: string, text: string): void => writeFileSync(join(folder, `${name}.yaml`), text);

const newest = async (): Promise<number> => JSON.parse((await weft(["history", "-o", "json"])).out)[0].revision;

const idOf = (text: string): string => /Plan (\S+) on revision/.exec(text)?.[1] ?? "";

test("a folder is planned, and exactly that is applied, once", async () => {
  write("a", timeout("a", "3s"));
  write("b", timeout("b", "4s"));
  const before = await newest();
  const planned = await weft(["plan", "-f", folder, "--reason", "ticket 7", "--exit-code"]);
  expect(planned.code).toBe(10);
  expect(planned.out).toContain("created MeshTimeout a in mesh default\n+ type: MeshTimeout\n");
  expect(planned.out).toContain("No proxy gets another config.\n");
  expect(planned.err).toMatch(
    /^Plan \S+ on revision \d+: 2 resources, 0 proxies\. Commit it with weft apply --plan-id \S+ \(until /,
  );
  expect(await newest()).toBe(before);
  const id = idOf(planned.err);
  expect((await weft(["plan", "show", id])).out).toBe(planned.out);
  expect((await weft(["plan", "list", "-o", "name"])).out).toBe(`${id}\n`);
  const applied = await weft(["apply", "-f", folder, "--plan-id", id]);
  expect([applied.code, applied.out]).toEqual([
    0,
    "created MeshTimeout a in mesh default\ncreated MeshTimeout b in mesh default\n",
  ]);
  expect(applied.err).toBe(`Revision ${before + 1}.\n`);
  const again = await weft(["apply", "--plan-id", id]);
  expect([again.code, again.err]).toEqual([0, `Revision ${before + 1}.\n`]);
  expect((await weft(["plan", "list"])).out).toMatch(new RegExp(`^ID .*\n${id} .*revision ${before + 1} +2 `));
  const nothing = await weft(["plan", "-f", folder, "--exit-code"]);
  expect([nothing.code, nothing.out]).toEqual([0, "No resource differs.\n\nNo proxy gets another config.\n"]);
});

test("programs get the plan as JSON, YAML, or its id", async () => {
  write("a", timeout("a", "3s"));
  const json = JSON.parse((await weft(["plan", "-f", folder, "-o", "json"])).out);
  expect(json).toMatchObject({ changes: [{ name: "a", change: "created" }], effect: { proxies: 0 }, committed: null });
  const id = (await weft(["plan", "-f", folder, "-o", "name"])).out.trim();
  expect((await weft(["plan", "show", id, "-o", "yaml"])).out).toContain(`id: ${id}\n`);
});

test("a plan is refused where the world moved, where the folder did, and where there is none", async () => {
  write("a", timeout("a", "3s"));
  const id = (await weft(["plan", "-f", folder, "-o", "name"])).out.trim();
  write("a", timeout("a", "5s"));
  const other = await weft(["apply", "-f", folder, "--plan-id", id]);
  expect([other.code, other.out]).toEqual([6, ""]);
  expect(other.err).toContain(`MeshTimeout/default/a: is not what plan ${id} was made of`);
  await weft(["apply", "-f", "-", "--reason", "mine first"], timeout("b", "1s"));
  const moved = await weft(["apply", "--plan-id", id]);
  expect([moved.code, moved.out]).toEqual([6, ""]);
  expect(moved.err).toMatch(/MeshTimeout\/default\/b: was made by revision \d+ of \S+: mine first/);
  expect((await weft(["apply", "--plan-id", "nosuch"])).code).toBe(5);
  expect((await weft(["plan", "show", "nosuch"])).code).toBe(5);
  const bare = await weft(["apply"]);
  expect([bare.code, bare.err]).toEqual([2, expect.stringContaining("--plan-id ID")]);
});

test.each(["plan", "apply"])(
  "one wrong file among fifty: `weft %s` tells all that is wrong, and nothing is committed",
  async (word) => {
    for (let at = 0; at < 50; at++) write(`t${at}`, timeout(`t${at}`, "3s"));
    write("t17", timeout("t17", "soon").replace("kind: Mesh }\n  to", "kind: Nonsense }\n  to"));
    const before = await newest();
    const ran = await weft([word, "-f", folder]);
    expect([ran.code, ran.out]).toEqual([7, ""]);
    expect(ran.err).toContain("nothing was sent");
    expect(ran.err.match(/t17\.yaml:\d+/g)?.length).toBeGreaterThan(1);
    expect(ran.err).not.toContain("t16.yaml");
    expect(await newest()).toBe(before);
    write("t17", timeout("t17", "3s").replace("mesh: default", "mesh: nosuch"));
    const refused = await weft([word, "-f", folder]);
    expect([refused.code, refused.out]).toEqual([7, ""]);
    expect(refused.err).toMatch(/t17\.yaml:2 \(document 1\): mesh: mesh of name nosuch is not found/);
    expect(await newest()).toBe(before);
  },
);

test("what is no more in the folder goes with --prune, and only with it", async () => {
  write("a", timeout("a", "3s", "shop"));
  write("b", timeout("b", "3s", "shop"));
  await weft(["apply", "-f", folder]);
  await weft(["apply", "-f", "-"], timeout("c", "3s", "other"));
  rmSync(join(folder, "b.yaml"));
  expect((await weft(["plan", "-f", folder])).out).toContain("No resource differs.");
  const flags = ["--prune", "-l", "team=shop"];
  const planned = await weft(["plan", "-f", folder, ...flags]);
  expect(planned.out).toContain("deleted MeshTimeout b in mesh default\n");
  expect(planned.out).not.toContain("MeshTimeout c");
  const applied = await weft(["apply", "-f", folder, ...flags, "--plan-id", idOf(planned.err)]);
  expect(applied.out).toBe("updated MeshTimeout a in mesh default\ndeleted MeshTimeout b in mesh default\n");
  const names = (await weft(["get", "MeshTimeout", "-o", "name"])).out.split("\n");
  expect(names).toEqual(expect.arrayContaining(["a", "c"]));
  expect(names).not.toContain("b");
});

test.each<readonly [readonly string[], number, string]>([
  [["--prune"], 2, "--prune does not say what belongs to the documents"],
  [["-l", "team=shop"], 2, "-l says what is pruned, and there is no --prune"],
  [["--prune", "-l", "shop"], 2, "-l shop is no label"],
  [["--prune", "-l", "team=shop"], 7, "must have team=shop"],
  [["--prune", "--prune-mesh", "nosuch"], 7, 'there is no mesh "nosuch"'],
  [["--prune", "--prune-mesh", "default", "--prune-type", "nosuch"], 2, "there is no type nosuch"],
])("%j is refused", async (flags, code, words) => {
  write("a", timeout("a", "3s"));
  const ran = await weft(["plan", "-f", folder, ...flags]);
  expect([ran.code, ran.out]).toEqual([code, ""]);
  expect(ran.err).toContain(words);
});

describe("the summary", () => {
  const verdict = (outcome: "open" | "denied", text: string) => ({ outcome, reason: "rule", text });
  const step = (field: string, old: string, now: string) => [
    { op: "test" as const, path: field, value: old },
    { op: "replace" as const, path: field, value: now },
  ];
  const shape = (names: readonly string[], count: number, service: string) => ({
    mesh: "default",
    change: "changed" as const,
    proxies: { count, names: [...names] },
    resources: [
      {
        kind: "cluster" as const,
        name: service,
        change: "changed" as const,
        patch: step("/connectTimeout", "5s", "9s"),
        own: false,
      },
    ],
  });
  const place = { dataplane: "api-3", address: "10.0.0.3", port: 80, zone: "east", weight: 1, priority: 0 };
  const plan: PlanBody = {
    ...{ id: "p1", revision: 7, actor: "token:t", reason: "", createdAt: "", expiresAt: "tomorrow", committed: null },
    approvals: [],
    needs: [],
    changes: [],
    warnings: [],
    effect: {
      proxies: 1000,
      zones: [
        {
          zone: "east",
          proxies: 1000,
          shapes: [shape(["a-1", "a-2"], 600, "api"), shape(["b-1"], 400, "db")],
          endpoints: [{ mesh: "default", cluster: "api", added: [place], removed: [], changed: [], proxies: 600 }],
          secrets: [{ mesh: "default", name: "mesh_ca:secret:default", change: "changed" }],
        },
      ],
    },
    access: [
      {
        mesh: "default",
        from: "web",
        to: "api",
        before: verdict("open", ""),
        after: verdict("denied", "nobody lets it in"),
      },
    ],
    faults: {
      new: [{ kri: "kri_mt_default___bad_", field: "spec.to[0]", reason: "no such service", zones: ["east"] }],
      mended: [],
    },
    cut: { shapes: 3 },
  };

  test("tells the same thing once, with counts, old and new, and who loses access", () => {
    let out = "";
    const terminal = {
      out: (text: string) => {
        out += text;
      },
      err: () => {},
      input: async () => "",
      interactive: false,
      colour: false,
    };
    printPlan(terminal, "table", plan);
    expect(out).toBe(
      [
        "No resource differs.",
        "",
        "Zone east: 1,000 proxies get another config",
        "  ~ cluster api, db (1,000 proxies)",
        "      connectTimeout: 5s → 9s",
        "  ~ endpoints of default.api: +1 (600 proxies call it)",
        "  ~ secret default.mesh_ca:secret:default: changed",
        "",
        "Access",
        "  - web → api in mesh default: open → denied; nobody lets it in",
        "",
        "Faults",
        "  new     kri_mt_default___bad_ spec.to[0]: no such service (zone east)",
        "",
        "Left out, because the whole is too large: 3 shapes.",
        "",
      ].join("\n"),
    );
  });
});
