// Guard rails at the command line: what a refused command says, approvals by another token, and an override.
import { join } from "node:path";
import { expect, test } from "vitest";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";
import { tempFolder } from "./temp.ts";

const plane = planeOfFile();

const TIMEOUT = `type: MeshTimeout
mesh: default
name: slow
spec:
  targetRef: { kind: Mesh }
  to: [{ targetRef: { kind: Mesh }, default: { connectionTimeout: 3s } }]
`;

test("a refused apply says how to go on, and those very commands do", async () => {
  const tokens = tempFolder();
  const admin = join(tokens, "admin.token");
  await plane.signUp("shop", admin);
  const as =
    (file: string) =>
    (argv: readonly string[], input = "") =>
      run([...argv, "--url", `${plane.url}/o/shop`, "--token-file", file], { input });
  const weft = as(admin);
  const person = async (name: string, ...scopes: readonly string[]) => {
    const file = join(tokens, `${name}.token`);
    const made = await weft(["token", "create", name, ...scopes.flatMap((scope) => ["--scope", scope]), "--out", file]);
    expect(made.code, made.err).toBe(0);
    return as(file);
  };
  const ann = await person("ann", "write");
  const bob = await person("bob", "plan:approve");
  const oncall = await person("oncall", "write", "guard:override");
  const control = "type: ChangeControl\nmesh: default\nname: guard\nspec: { approvals: { required: 1 } }\n";
  expect((await weft(["apply", "-f", "-"], `type: Mesh\nname: default\n---\n${control}`)).code).toBe(0);

  const refused = await ann(["apply", "-f", "-"], TIMEOUT);
  expect(refused.code).toBe(13);
  expect(refused.out).toBe("");
  expect(refused.err).toContain("weft: the change was refused; nothing was written\n");
  expect(refused.err).toContain("ChangeControl guard of mesh default holds the change back");
  expect(refused.err).toContain(
    "weft plan -f -, then by somebody else, with the scope plan:approve: weft plan approve <id>",
  );
  const pruning = ["-f", "-", "--prune", "-l", "team=shop", "--prune-mesh", "default"];
  const labelled = TIMEOUT.replace("name: slow\n", "name: slow\nlabels: { team: shop }\n");
  const pruned = await ann(["apply", ...pruning], labelled);
  expect(pruned.err).toContain("weft plan -f - --prune -l team=shop --prune-mesh default, then by somebody else");
  const undo = ["rollback", "1", "--undo", "--created", "delete"];
  for (const [argv, line] of [
    [
      ["delete", "changecontrol", "guard", "-m", "default"],
      ["delete", "ChangeControl/default/guard", "--plan-only"],
    ],
    [
      [...undo, "--yes"],
      [...undo, "--plan-only"],
    ],
  ] as const) {
    const held = await weft(argv);
    expect(held.code).toBe(13);
    expect(held.err).toContain(`weft ${line.join(" ")}, then by somebody else`);
    expect(held.err).not.toContain("<files>");
    const made = await weft(line);
    expect([made.code, made.err]).toEqual([0, expect.stringMatching(/has 0 of 1 approval/)]);
  }

  const planned = await ann(["plan", "-f", "-"], TIMEOUT);
  const id = /Plan (\S+) on revision/.exec(planned.err)?.[1] ?? "";
  expect(planned.err).toContain(`ChangeControl guard of mesh default: plan ${id} has 0 of 1 approval`);
  expect(planned.err).toContain(`weft plan approve ${id}, then weft apply --plan-id ${id}`);
  expect((await ann(["apply", "--plan-id", id])).code).toBe(13);
  const listed = async (): Promise<string> => (await weft(["plan", "list"])).out;
  expect(await listed()).toMatch(new RegExp(`^${id} .* held +0 of 1 `, "m"));
  const own = await ann(["plan", "approve", id]);
  expect([own.code, own.err]).toEqual([4, expect.stringContaining("plan:approve")]);
  const both = await person("both", "write", "plan:approve");
  const mine = /Plan (\S+) on revision/.exec((await both(["plan", "-f", "-"], TIMEOUT)).err)?.[1] ?? "";
  const same = await both(["plan", "approve", mine]);
  expect([same.code, same.err]).toEqual([4, expect.stringContaining("fix    ask somebody else")]);
  expect(same.err).not.toContain("whose scopes allow it");
  const absent = await bob(["plan", "approve", "nosuch"]);
  expect([absent.code, absent.err]).toEqual([5, expect.stringContaining("weft plan list shows those that are kept")]);
  const approved = await bob(["plan", "approve", id, "--reason", "read it"]);
  expect([approved.code, approved.out]).toEqual([0, `Approved plan ${id}: 1 in all.\n`]);
  expect(approved.err).toContain(`Commit it with weft apply --plan-id ${id}`);
  expect(approved.err).toMatch(/Approvals: 1 of 1 \(token:\S+\)\./);
  expect(await listed()).toMatch(new RegExp(`^${id} .* ready +1 of 1 `, "m"));
  expect((await bob(["plan", "withdraw", id, "-o", "name"])).out).toBe(`${id}\n`);
  expect((await ann(["apply", "--plan-id", id])).code).toBe(13);
  const seen = JSON.parse((await bob(["plan", "approve", id, "--reason", "read it again", "-o", "json"])).out);
  expect(seen).toMatchObject({ needs: [], approvals: [{ reason: "read it again" }] });
  const applied = await ann(["apply", "--plan-id", id]);
  expect([applied.code, applied.out]).toEqual([0, "created MeshTimeout slow in mesh default\n"]);
  const late = await bob(["plan", "approve", id]);
  expect([late.code, late.err]).toEqual([6, expect.stringContaining("was committed by revision")]);

  const why = ["--override", "the shop is down"];
  expect((await ann(["delete", "meshtimeout", "slow", "-m", "default", ...why])).code).toBe(4);
  const forced = await oncall(["delete", "meshtimeout", "slow", "-m", "default", ...why]);
  expect([forced.code, forced.out]).toEqual([0, "deleted MeshTimeout slow in mesh default\n"]);
  expect((await weft(["history", "--size", "1"])).out).toContain(
    "override of ChangeControl default/guard: the shop is down",
  );
  expect((await weft(["audit", "list"])).out).toContain("guard.override");
});
