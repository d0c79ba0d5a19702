// Names as --output name prints them: each kind's lead back to it, and several are deleted together or not at all.
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { Failure } from "#cli/failure.ts";
import { dataplaneOf, namedByWords, namedOf, resourceName } from "#cli/resource-name.ts";
import { ALL_KINDS, KINDS } from "#model/kinds.ts";
import { planeOfFile } from "./plane.ts";
import { type Ran, run } from "./run.ts";

const plane = planeOfFile();
let at: readonly string[];
beforeAll(async () => {
  at = await plane.signUp("demo");
});

const weft = (argv: readonly string[], input = ""): Promise<Ran> => run([...argv, ...at], { input });

test("what is printed of any resource names it again", () => {
  const label = fc.stringMatching(/^[a-z]([-a-z0-9.]{0,20}[a-z0-9])?$/);
  fc.assert(
    fc.property(fc.constantFrom(...ALL_KINDS), label, label, fc.boolean(), (kind, own, name, withMesh) => {
      const mesh = kind.scope === "Global" ? "" : own;
      const printed = resourceName(kind, mesh, name, withMesh);
      expect(namedOf(printed, withMesh ? "another" : own)).toEqual({ kind, mesh, name });
      expect(namedByWords([printed, "more"], own)).toMatchObject({ kind, name, rest: ["more"] });
      expect(namedByWords([kind.path, name], own)).toEqual({ kind, mesh, name, rest: [] });
    }),
  );
});

test.each(["Zone/default/east", "MeshTimeout/", "MeshTimeout/a/b/c", "Nothing/x"])("%s names nothing", (word) => {
  expect(() => namedOf(word, "default")).toThrow(Failure);
});

test("a proxy is named by its name, or as a Dataplane", () => {
  expect(dataplaneOf("web-1", "shop")).toEqual({ mesh: "shop", name: "web-1" });
  expect(dataplaneOf("Dataplane/web-1", "shop")).toMatchObject({ mesh: "shop", name: "web-1" });
  expect(dataplaneOf("Dataplane/other/web-1", "shop")).toMatchObject({ mesh: "other", name: "web-1" });
  expect(() => dataplaneOf("Mesh/shop", "shop")).toThrow(`${KINDS.Mesh.type} shop is no Dataplane`);
});

const WORLD = `
{ type: Mesh, name: a, skipCreatingInitialPolicies: ["*"] }
---
{ type: Mesh, name: b, skipCreatingInitialPolicies: ["*"] }
---
{ type: MeshTimeout, mesh: a, name: one, spec: { to: [{ targetRef: { kind: Mesh }, default: { connectionTimeout: 1s } }] } }
---
{ type: MeshTimeout, mesh: b, name: one, spec: { to: [{ targetRef: { kind: Mesh }, default: { connectionTimeout: 2s } }] } }
---
{ type: MeshTimeout, mesh: b, name: two, spec: { targetRef: { kind: Mesh }, to: [{ targetRef: { kind: Mesh }, default: { idleTimeout: 2s } }] } }
`;

test("names of several meshes go into delete, which deletes all of them in one revision, or none", async () => {
  expect((await weft(["apply", "-f", "-"], WORLD)).code).toBe(0);
  const names = (await weft(["get", "mt", "--all", "-o", "name"])).out.trim().split("\n");
  expect(names.toSorted()).toEqual(["MeshTimeout/a/one", "MeshTimeout/b/one", "MeshTimeout/b/two"]);
  const before = (await weft(["history", "-o", "name", "--size", "1"])).out;
  const refused = await weft(["delete", ...names, "MeshTimeout/b/none"]);
  expect([refused.code, refused.out]).toEqual([5, ""]);
  expect(refused.err).toContain("weft: nothing was deleted\n");
  expect((await weft(["history", "-o", "name", "--size", "1"])).out).toBe(before);
  const done = await weft(["delete", ...names, "--reason", "all of them"]);
  expect([done.code, done.out.split("\n").length], done.err).toEqual([0, 4]);
  expect((await weft(["get", "mt", "--all", "-o", "name"])).out).toBe("");
  const { items } = JSON.parse((await weft(["history", "--size", "1", "-o", "json"])).out);
  expect(items[0]).toMatchObject({ revision: Number(before) + 1, reason: "all of them" });
});

test.each([
  [["mt", "one", "MeshTimeout/two"], "mt is a name without a type"],
  [["mt"], "missing required argument 'name'"],
  [["MeshTimeout/one", "two"], "two is a name without a type"],
  [["Mesh/a"], "deleting a Mesh needs --yes where nobody can be asked"],
])("weft delete %j is refused", async (argv, what) => {
  const ran = await weft(["delete", ...argv]);
  expect([ran.code, ran.out]).toEqual([2, ""]);
  expect(ran.err).toContain(`weft: ${what}\n`);
});
