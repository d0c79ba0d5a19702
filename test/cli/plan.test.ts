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

const newest = async (): Promise<number> => JSON.parse((await weft(["history", "-o", "json"])).out).items[0].revision;

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
  expect((await weft(["plan", "list"])).out).toMatch(new RegExp(`^ID .*\n${id} .*revision ${before + 1} +- +2 `));
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
  expect(other.err).toContain(`weft apply --plan-id ${id} commits the plan as it was made`);
  const states = async (): Promise<string> => (await weft(["plan", "list"])).out;
  expect(await states()).toMatch(new RegExp(`^${id} .* ready +- `, "m"));
  await weft(["apply", "-f", "-", "--reason", "mine first"], timeout("a", "1s"));
  const moved = await weft(["apply", "--plan-id", id]);
  expect([moved.code, moved.out]).toEqual([6, ""]);
  expect(moved.err).toContain("fix    weft plan -f FILES makes a new plan");
  expect(moved.err).toMatch(/MeshTimeout\/default\/a: was made by revision \d+ of \S+: mine first/);
  expect(await states()).toMatch(new RegExp(`^${id} .* stale +- `, "m"));
  const shown = await weft(["plan", "show", id]);
  expect(shown.err).toMatch(/It can be committed no more: .*\n {2}MeshTimeout\/default\/a was made by revision/);
  const absent = await weft(["apply", "--plan-id", "nosuch"]);
  expect([absent.code, absent.err]).toEqual([5, expect.stringContaining("weft plan list shows those that are kept")]);
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
  expect(applied.out).toBe("unchanged MeshTimeout a in mesh default\ndeleted MeshTimeout b in mesh default\n");
  const names = (await weft(["get", "MeshTimeout", "-o", "name"])).out.split("\n");
  expect(names).toEqual(expect.arrayContaining(["MeshTimeout/a", "MeshTimeout/c"]));
  expect(names).not.toContain("MeshTimeout/b");
});

test("an empty folder, or none, prunes all with --prune-all, and only with it", async () => {
  write("a", timeout("a", "3s", "shop"));
  await weft(["apply", "-f", folder]);
  rmSync(join(folder, "a.yaml"));
  const flags = ["--prune", "--prune-mesh", "default", "--prune-type", "MeshTimeout", "-l", "team=shop"];
  for (const word of ["plan", "apply"])
    for (const from of [["-f", folder], []]) expect((await weft([word, ...from, ...flags])).code).toBe(2);
  for (const from of [["-f", folder], []]) {
    const planned = await weft(["plan", ...from, ...flags, "--prune-all"]);
    expect([planned.code, planned.err]).toEqual([0, expect.stringContaining("Commit it with")]);
    expect(planned.out).toContain("deleted MeshTimeout a in mesh default\n");
  }
  const applied = await weft(["apply", "-f", folder, ...flags, "--prune-all"]);
  expect([applied.code, applied.out]).toEqual([0, "deleted MeshTimeout a in mesh default\n"]);
  const nothing = await weft(["plan", ...flags, "--prune-all"]);
  expect(nothing.err).toMatch(/^Plan \S+ on revision \d+: 0 resources, 0 proxies\. There is nothing to commit\.\n$/);
  expect((await weft(["apply", ...flags, "--prune-all"])).code).toBe(0);
});

test("a delete of several names each that is not there", async () => {
  await weft(["apply", "-f", "-"], timeout("a", "3s"));
  const ran = await weft(["delete", "meshtimeout", "a", "none", "nosuch"]);
  expect([ran.code, ran.out]).toEqual([5, ""]);
  expect(ran.err).toContain("MeshTimeout/default/none, MeshTimeout/default/nosuch");
  expect(ran.err).toContain("weft get meshtimeouts -m default lists what there is");
  expect((await weft(["get", "meshtimeout", "a"])).code).toBe(0);
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
  const verdict = (outcome: "open" | "denied", text: string) => ({ outcome, reason: "no-rule", text });
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
    ...{ stale: null, approval: { required: 0, given: 0 }, ready: true },
    approvals: [],
    needs: [],
    changes: [],
    warnings: [],
    tests: { broken: [], mended: [], failing: [] },
    names: {},
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

  function printed(form: "table" | "wide", shown: PlanBody): string {
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
    printPlan(terminal, form, shown, { controlPlane: "http://127.0.0.1:1", organisation: "acme" });
    return out;
  }

  test("wide cuts no value, no line, no name and no fault; a table says what it leaves out", () => {
    const names = ["a", "b", "c", "d", "e"];
    const long = "x".repeat(300);
    const fields = Array.from({ length: 12 }, (_, at) => step(`/field${at}`, "1s", long)).flat();
    const one = shape(names, 5, "api").resources[0]!;
    const resources = names.map((name) => ({ ...one, name, patch: fields }));
    const shapes = [
      { ...shape(names, 5, "api"), resources },
      { ...shape(names, 5, "api"), change: "added" as const },
    ];
    const fault = plan.faults.new[0]!;
    const faults = { new: Array.from({ length: 31 }, () => fault), mended: [fault] };
    const effect = { proxies: 5, zones: [{ ...plan.effect.zones[0]!, shapes, endpoints: [], secrets: [] }] };
    const { cut: _, ...whole } = { ...plan, effect, faults };
    const wide = printed("wide", whole);
    expect(wide).not.toMatch(/…|more/);
    expect(wide.split(long)).toHaveLength(13);
    expect(wide).toContain("cluster a, b, c, d, e (5 proxies)");
    expect(wide).toContain("5 proxies new: default.a, default.b, default.c, default.d, default.e");
    const table = printed("table", whole);
    expect(table).toContain("cluster a, b, c and 2 more (5 proxies)");
    expect(table).toContain("      … and 4 more; -o wide shows all\n");
    expect(table).toContain("(zone east)\n  … and 1 more; -o wide shows all\n");
  });

  test("a change of access names the rule that decides, and the one that did", () => {
    const rule = { kri: "", type: "MeshTrafficPermission", name: "to-api", field: "spec.rules[0].default.deny[0]" };
    const by = { outcome: "denied" as const, reason: "rule", text: "a rule says so", rule };
    const nobody = { outcome: "allowed" as const, reason: "permissive", text: "the inbound takes plaintext too" };
    const [one] = plan.access;
    const lines = (before: typeof by | typeof nobody, after: typeof by | typeof nobody) =>
      printed("table", { ...plan, access: [{ ...one!, before, after }] });
    expect(lines(nobody, by)).toContain(
      "allowed → denied; by MeshTrafficPermission/to-api spec.rules[0].default.deny[0]\n",
    );
    expect(lines(by, nobody)).toContain(
      "denied → allowed; the inbound takes plaintext too; before by MeshTrafficPermission/to-api spec.rules[0].default.deny[0]\n",
    );
  });

  test("tells the same thing once, with counts, old and new, and who loses access", () => {
    expect(printed("table", plan)).toBe(
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
