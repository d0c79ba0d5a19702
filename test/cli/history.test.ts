// History from the command line, against a real control plane: what users see, what programs get, and what is refused.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ROUTES, type RouteName } from "#api/routes.ts";
import { COMMANDS } from "#cli/commands.ts";
import { fieldPath, isMeant } from "#cli/history/field-path.ts";
import { lineDiff } from "#cli/history/line-diff.ts";
import { planeOfFile } from "./plane.ts";
import { type Ran, run } from "./run.ts";

const plane = planeOfFile();

type Weft = (argv: readonly string[], input?: string) => Promise<Ran>;

/** A new organisation, and `weft` speaking to it. */
async function organisation(name: string): Promise<Weft> {
  const at = await plane.signUp(name);
  return (argv, input = "") => run([...argv, ...at], { input });
}

const slow = (seconds: number): string => `type: MeshTimeout
mesh: default
name: slow
spec:
  targetRef: { kind: Mesh }
  to: [{ targetRef: { kind: Mesh }, default: { connectionTimeout: ${seconds}s } }]
`;

/** Revision 1: the mesh; 2 and 3: its timeout. */
async function twoRevisions(name: string): Promise<Weft> {
  const weft = await organisation(name);
  await weft(["apply", "-f", "-"], "type: Mesh\nname: default\nskipCreatingInitialPolicies: ['*']\n");
  await weft(["apply", "-f", "-", "--reason", "begin"], slow(1));
  await weft(["apply", "-f", "-", "--reason", "größer → besser"], slow(2));
  return weft;
}

const WHO = /admin \(token \w+\)/;

test("history: all revisions, one of them, and those of one resource", async () => {
  const weft = await twoRevisions("history");
  const all = await weft(["history"]);
  const lines = all.out.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^REVISION {2}AGE +WHO +CHANGES +REASON$/);
  expect(lines[1]).toMatch(/^3 +\d+s +admin \(token \w+\) +MeshTimeout slow in mesh default +größer → besser$/);
  expect(lines[3]).toMatch(/^1 .* Mesh default, and 1 more$/);
  expect((await weft(["history", "-o", "name", "--size", "2"])).out).toBe("3\n2\n");
  expect((await weft(["history", "--since", "1h", "--actor", "nobody"])).err).toBe("There are no such revisions.\n");
  expect((await weft(["history", "mesh", "-o", "name"])).out).toBe("1\n");

  const one = await weft(["history", "3"]);
  expect(one.out).toMatch(
    /^revision 3\n {2}who {3}admin \(token \w+\)\n {2}when {2}\d{4}-.*Z\n {2}why {3}größer → besser\n\nupdated MeshTimeout slow in mesh default\n/,
  );
  expect(one.out).toContain("\n-         connectionTimeout: 1s\n+         connectionTimeout: 2s\n");
  expect(JSON.parse((await weft(["history", "3", "-o", "json"])).out)).toMatchObject({
    revision: 3,
    token: { name: "admin" },
  });

  const own = await weft(["history", "meshtimeout", "slow"]);
  expect(own.out).toMatch(
    /^REVISION {2}AGE +WHO +CHANGE +REASON\n3 .* updated +größer → besser\n2 .* created +begin\n$/,
  );
  expect(own.out).toMatch(WHO);
  const patch = (await weft(["history", "mt", "slow", "--patch"])).out;
  expect(patch).toContain("revision 3\n");
  expect(patch).toContain("+         connectionTimeout: 2s\n");
  expect(JSON.parse((await weft(["history", "mt", "slow", "-o", "json"])).out).items[0]).toMatchObject({
    change: "updated",
  });
});

test("diff: between revisions in both directions, and of files against what stands", async () => {
  const weft = await twoRevisions("diff");
  const two = await weft(["diff", "2", "3"]);
  expect(two.code).toBe(0);
  expect(two.out).toContain("-         connectionTimeout: 1s\n+         connectionTimeout: 2s\n");
  expect((await weft(["diff", "3", "2"])).out).toContain(
    "-         connectionTimeout: 2s\n+         connectionTimeout: 1s\n",
  );
  expect(JSON.parse((await weft(["diff", "2", "-o", "json"])).out)).toMatchObject({
    from: 2,
    to: 3,
    items: [{ change: "updated" }],
  });
  expect((await weft(["diff", "3", "--exit-code"])).err).toBe("Nothing differs.\n");
  expect((await weft(["diff", "2", "--exit-code"])).code).toBe(10);

  expect((await weft(["diff", "-f", "-", "--exit-code"], slow(2))).code, "what stands").toBe(0);
  const written = await weft(["get", "meshtimeout", "slow", "-o", "yaml"]);
  expect((await weft(["diff", "-f", "-", "--exit-code"], written.out)).code, "what get prints").toBe(0);
  const files = await weft(
    ["diff", "-f", "-", "--exit-code"],
    `${slow(5)}---\n${slow(1).replace("name: slow", "name: new")}`,
  );
  expect(files.code).toBe(10);
  expect(files.out).toContain("updated MeshTimeout slow in mesh default\n");
  expect(files.out).toContain("-         connectionTimeout: 2s\n+         connectionTimeout: 5s\n");
  expect(files.out).toContain("created MeshTimeout new in mesh default\n");
  const secret = "type: Secret\nmesh: default\nname: own\ndata: YQ==\n";
  expect((await weft(["diff", "-f", "-"], secret)).out).not.toContain("YQ==");
  await weft(["apply", "-f", "-"], secret);
  expect((await weft(["diff", "-f", "-", "--exit-code"], secret)).code).toBe(0);
  const other = await weft(["diff", "-f", "-"], secret.replace("YQ==", "Yg=="));
  expect(other.out).toBe("updated Secret own in mesh default\n  (secret content differs, and is withheld)\n");

  for (const [argv, code] of [
    [["diff"], 2],
    [["diff", "x"], 2],
    [["diff", "1", "-f", "-"], 2],
    [["diff", "1", "99"], 5],
  ] as const) {
    const ran = await weft(argv);
    expect([ran.code, ran.err.includes("fix")], argv.join(" ")).toEqual([code, true]);
  }
  expect((await weft(["diff", "-f", "-"], slow(5).replace("Mesh }", "Nothing }"))).code).toBe(7);
});

test("rollback: to a revision, and of one; asked for, refused in words, and told", async () => {
  const weft = await twoRevisions("rollback");
  const unasked = await weft(["rollback", "2"]);
  expect([unasked.code, unasked.err]).toEqual([
    2,
    "weft: a rollback needs --yes where nobody can be asked\n  fix    add --yes, or --plan-only\n",
  ]);
  const plan = await weft(["rollback", "2", "--plan-only"]);
  expect(plan.out).toContain("-         connectionTimeout: 2s\n+         connectionTimeout: 1s\n");
  expect(plan.err).toMatch(/^Plan \w+ on revision 3: 1 resource, /);
  expect((await weft(["history", "-o", "name", "--size", "1"])).out, "nothing was changed").toBe("3\n");
  const back = await weft(["rollback", "2", "--yes", "--reason", "too slow"]);
  expect([back.code, back.out, back.err]).toEqual([0, "updated MeshTimeout slow in mesh default\n", "Revision 4.\n"]);
  expect((await weft(["history", "4"])).out).toContain("why   too slow (roll back to revision 2)\n");
  expect((await weft(["rollback", "2", "--yes"])).err).toBe("Nothing differs; nothing was changed.\n");
  const undone = JSON.parse((await weft(["rollback", "4", "--undo", "--yes", "-o", "json"])).out);
  expect(undone).toEqual({
    revision: 5,
    changes: [{ type: "MeshTimeout", mesh: "default", name: "slow", change: "updated" }],
    left: [],
  });

  const named = await weft(["rollback", "3", "--undo", "--yes"]);
  expect(named.code).toBe(6);
  expect(named.err).toContain("MeshTimeout/default/slow was written again by revision 4: undo that one first");
  const absent = await weft(["rollback", "99", "--yes"]);
  expect([absent.code, absent.err.includes("the newest is 5"), absent.err.includes("weft history lists")]).toEqual([
    5,
    true,
    true,
  ]);
  await weft(["apply", "-f", "-"], "type: Mesh\nname: shop\n");
  const made = await weft(["rollback", "5", "--yes"]);
  expect([made.code, made.err.includes("the mesh shop was made since")]).toEqual([6, true]);
  expect(made.err).toMatch(/fix +--created delete: .*\n +fix +--created keep: /);
  expect(made.err).not.toContain('"created"');
  expect((await weft(["rollback", "5", "--yes", "--created", "keep"])).err).toContain(
    "left as it is: Mesh shop: it was made since",
  );
  expect((await weft(["rollback", "5", "--yes", "--created", "delete"])).out).toBe("deleted Mesh shop\n");
});

test("blame: each field's last revision, one field, and what has no such field", async () => {
  const weft = await twoRevisions("blame");
  const all = await weft(["blame", "meshtimeout", "slow"]);
  expect(all.out).toMatch(/^FIELD +VALUE +REVISION +AGE +WHO +REASON\n/);
  expect(all.out).toMatch(
    /spec\.to\[0\]\.default\.connectionTimeout +2s +3 +\d+s +admin \(token \w+\) +größer → besser\n/,
  );
  expect(all.out).toMatch(/spec\.targetRef\.kind +Mesh +2 +\d+s .* begin\n/);
  const one = JSON.parse((await weft(["blame", "mt", "slow", "connectionTimeout", "-o", "json"])).out).fields;
  expect(one).toMatchObject([{ path: "/spec/to/0/default/connectionTimeout", value: "2s", revision: 3 }]);
  const wrong = await weft(["blame", "mt", "slow", "spec.nothing"]);
  expect([wrong.code, wrong.err.includes("it has no field spec.nothing")]).toEqual([5, true]);
  expect((await weft(["blame", "mt", "gone"])).err).toContain(
    "weft history meshtimeouts gone -m default tells of one that is gone",
  );
});

test("a reason given to any command stands in the history", async () => {
  const weft = await twoRevisions("reasons");
  await weft(["zone", "create", "east", "--reason", "a second place"]);
  await weft(["delete", "mt", "slow", "--reason", "no longer\nneeded"]);
  const reasons = JSON.parse((await weft(["history", "--size", "2", "-o", "json"])).out).items;
  expect(reasons.map(({ reason }: { reason: string }) => reason)).toEqual(["no longer needed", "a second place"]);
});

/** They are sent a change, and make none. */
const ASKING: readonly RouteName[] = ["createPlan", "lintChange"];

test("every command that changes something in an organisation takes --reason", async () => {
  const changing = COMMANDS.filter(({ path }) => {
    const text = readFileSync(
      new URL(`../../src/cli/command/${path.replaceAll(" ", "-")}.ts`, import.meta.url),
      "utf8",
    );
    const called = [...text.matchAll(/\.(?:call|exchange)\(\s*"(\w+)"/g)].map(([, name]) => name as RouteName);
    const writes = called.some(
      (name) => ROUTES[name].method !== "get" && ROUTES[name].auth === "api" && !ASKING.includes(name),
    );
    return writes || /\.(put|delete)\(kind/.test(text);
  });
  const paths = changing.map(({ path }) => path);
  const some = ["apply", "delete", "rollback", "zone create", "token create", "zone revoke"];
  expect(paths).toEqual(expect.arrayContaining(some));
  const lacking: string[] = [];
  for (const row of changing) {
    const { options = [] } = (await row.load()).command;
    if (!options.some(({ flags }) => flags === "--reason <text>")) lacking.push(row.path);
  }
  expect(lacking).toEqual([]);
});

describe("line by line", () => {
  const told = (before: string, after: string): string =>
    lineDiff(before, after)
      .map(({ sign, text }) => `${sign}${text}`)
      .join("|");

  test("what goes stands before what comes, with three lines around, and a mark where lines are left out", () => {
    expect(told("a\nb\nc\n", "a\nx\nc\n")).toBe(" a|-b|+x| c");
    expect(told("", "a\nb\n")).toBe("+a|+b");
    expect(told("a\n", "")).toBe("-a");
    expect(told("a\nb\n", "a\nb\n")).toBe("");
    const lines = Array.from({ length: 20 }, (_, i) => String(i));
    const changed = lines.with(2, "two").with(17, "x");
    expect(told(lines.join("\n"), changed.join("\n"))).toBe(" 0| 1|-2|+two| 3| 4| 5|@…| 14| 15| 16|-17|+x| 18| 19");
  });

  test("fields are meant by path, by what is above them, and by their name", () => {
    const pointer = "/spec/to/0/default/connectionTimeout";
    expect(fieldPath(pointer)).toBe("spec.to[0].default.connectionTimeout");
    expect(fieldPath("/labels/kuma.io~1zone")).toBe('labels["kuma.io/zone"]');
    for (const wanted of [pointer, "spec.to[0]", "spec", "connectionTimeout", "default.connectionTimeout"])
      expect(isMeant(pointer, wanted), wanted).toBe(true);
    for (const wanted of ["sp", "spec.to[1]", "Timeout", "to"]) expect(isMeant(pointer, wanted), wanted).toBe(false);
  });
});
