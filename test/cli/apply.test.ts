// `weft apply`: all documents are checked before anything is sent; then one change, or none.
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSource } from "#cli/apply/document.ts";
import { stepsOf } from "#cli/apply/field-line.ts";
import { at } from "#model/violation.ts";
import { type Answer, type Asked, httpServer } from "./http-server.ts";
import { run } from "./run.ts";
import { tempFolder } from "./temp.ts";

const timeout = (name: string, connection = "5s"): string =>
  `type: MeshTimeout\nmesh: default\nname: ${name}\nspec:\n  targetRef:\n    kind: Mesh\n  to:\n    - targetRef:\n        kind: Mesh\n      default:\n        connectionTimeout: ${connection}\n`;

/** A control plane that takes every change. */
function takeAll({ body }: Asked): Answer {
  const { put } = JSON.parse(body) as { put: readonly { readonly resource: Readonly<Record<string, string>> }[] };
  return {
    status: 200,
    body: {
      revision: 7,
      sequence: 9,
      results: put.map((_, index) => ({ created: index === 0, etag: "e", warnings: [] })),
      changes: put.map(({ resource: { type, mesh = "", name } }, index) => ({
        ...{ type, mesh, name },
        change: index === 0 ? "created" : "updated",
      })),
    },
  };
}

async function apply(
  argv: readonly string[],
  folder: string,
  options: { answer?: (asked: Asked) => Answer; input?: string } = {},
) {
  const server = await httpServer(options.answer ?? takeAll);
  const ran = await run(["apply", ...argv, "--url", `${server.url}/o/demo`, "--token", "t"], {
    cwd: folder,
    input: options.input ?? "",
  });
  return { ...ran, asked: server.asked };
}

describe("refused before anything is sent", () => {
  test("one wrong file among many", async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`policies/p-${i}.yaml`, timeout(`p-${i}`)]));
    const folder = tempFolder({ ...files, "policies/p-17.yaml": `${timeout("ok")}---\n${timeout("p-17", "soon")}` });
    const ran = await apply(["-f", "policies"], folder);
    expect(ran.asked).toEqual([]);
    expect(ran.code).toBe(7);
    expect(ran.out).toBe("");
    expect(ran.err).toMatch(
      /^weft: 1 fault in what was to be applied; nothing was sent\n {2}why {4}policies\/p-17\.yaml:23 \(document 2\): spec\.to\[0\]\.default\.connectionTimeout: .+\n {2}fix {4}mend them and apply again\n$/,
    );
  });

  test("a type that only Kuma has is told from a slip", async () => {
    const ran = await apply(["-f", "."], tempFolder({ "i.yaml": "type: MeshIdentity\nmesh: default\nname: i\n" }));
    expect([ran.code, ran.asked]).toEqual([7, []]);
    expect(ran.err).toContain(
      "i.yaml:1 (document 1): type: MeshIdentity is a type of Kuma's that Weft does not have yet\n",
    );
  });

  test("a misspelt field, with the one that was meant, in every depth", async () => {
    const spec =
      "{ to: [{ targetRef: { kind: Mesh }, default: { http: { requestTimout: 3s, sleep: 1s } } }], form: [] }";
    const folder = tempFolder({
      "a.yaml": `type: MeshTimeout\nname: a\nmseh: default\nfrom: []\nrule: []\nspec: ${spec}\n`,
      "b.yaml": "type: Dataplane\nname: b\nnetworking: { adress: 10.0.0.1, inbound: [{ prot: 1 }] }\n",
    });
    const ran = await apply(["-f", "."], folder);
    expect([ran.code, ran.asked]).toEqual([7, []]);
    const said = ran.err.split("\n").map((line) => line.replace(/^.*\(document 1\): /, ""));
    expect(said.filter((line) => line.includes("unknown field"))).toEqual([
      "mseh: unknown field; the fields of this type stand below spec; did you mean mesh?",
      "from: unknown field; the fields of this type stand below spec; did you mean spec.from?",
      "rule: unknown field; the fields of this type stand below spec; did you mean spec.rules?",
      "spec.to[0].default.http.requestTimout: unknown field; did you mean requestTimeout?",
      "spec.to[0].default.http.sleep: unknown field",
      "spec.form: unknown field; did you mean from?",
      "networking.inbound[0].prot: unknown field; did you mean port?",
      "networking.adress: unknown field; did you mean address?",
    ]);
  });

  test("faults stand in the order of the files, whatever is wrong with each", async () => {
    const folder = tempFolder({ "a.yaml": timeout("a", "soon"), "b.yaml": "name: [\n", "c.yaml": "name: c\n" });
    const { err } = await apply(["-f", "."], folder);
    expect([...err.matchAll(/(\w)\.yaml:/g)].map(([, file]) => file)).toEqual(["a", "b", "c"]);
  });

  test("several faults, each with file, document and line", async () => {
    const folder = tempFolder({
      "a.yaml": "type: MeshTimeot\nname: a\n---\n# only a comment\n---\nname: b\n",
      "b.yaml": "type: Zone\nname: z\nspeed: 3\n---\ntype: Zone\n",
      "c.yaml": "type: Mesh\nname: [\n",
      "d.json": '[{"type":"Zone","name":"d"},\n 7]',
      "e.yaml": "apiVersion: kuma.io/v1alpha1\nkind: MeshTimeout\n",
      "f.yaml": "type: Zone\nname: d\n",
    });
    const ran = await apply(["-f", "."], folder);
    expect(ran.asked).toEqual([]);
    expect(ran.code).toBe(7);
    const lines = ran.err.split("\n").map((line) => line.slice(9));
    expect(ran.err).toContain("weft: 8 faults in what was to be applied; nothing was sent\n");
    expect(lines).toContain('a.yaml:1 (document 1): type: there is no type "MeshTimeot"; did you mean MeshTimeout?');
    expect(lines).toContain("a.yaml:6 (document 3): type: is missing; it says what the resource is");
    expect(lines.find((line) => line.startsWith("b.yaml:3 (document 1): speed: "))).toBeDefined();
    expect(lines).toContain("b.yaml:5 (document 2): name: is missing; it must be a text");
    expect(
      lines.find((line) => line.startsWith("c.yaml:") && line.includes("(document 1): invalid YAML: ")),
    ).toBeDefined();
    expect(lines).toContain("d.json:2 (document 1): is no resource: a mapping with type and name is expected");
    expect(lines).toContain(
      "e.yaml:1 (document 1): this is the Kubernetes form; write type for kind, name for metadata.name, mesh for the label kuma.io/mesh, and labels for metadata.labels; spec stays",
    );
    expect(lines).toContain("f.yaml:2 (document 1): Zone/d stands in d.json:1 too");
  });

  test("a path that is absent, and a folder with nothing to read", async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, "empty"));
    const ran = await apply(["-f", "none.yaml", "-f", "empty"], folder);
    expect(ran.code).toBe(2);
    expect(ran.err).toBe(
      "weft: not all of -f can be read; nothing was sent\n  why    none.yaml: there is no such file\n" +
        "         empty: the folder has no .yaml, .yml or .json file\n" +
        "  fix    name files, folders with .yaml, .yml or .json files, or - for standard input\n",
    );
  });

  test("nothing but comments", async () => {
    const ran = await apply(["-f", "-"], "/", { input: "# nothing\n---\n" });
    expect([ran.code, ran.asked.length]).toEqual([2, 0]);
    expect(ran.err).toContain("there is nothing to apply");
  });

  test("aliases that grow without end, twins of keys, and a name of 300 characters", async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`;
    for (const [text, fault] of [
      [bomb, "invalid YAML: Excessive alias count"],
      ["type: Zone\ntype: Mesh\nname: a\n", "invalid YAML: Map keys must be unique"],
      [`type: Zone\nname: ${"a".repeat(300)}\n`, "name: "],
    ] as const) {
      const ran = await apply(["-f", "-"], "/", { input: text });
      expect([ran.code, ran.asked.length]).toEqual([7, 0]);
      expect(ran.err).toContain(`(document 1): ${fault}`);
    }
  });
});

describe("one change", () => {
  test("holds all documents, what others refer to first, with the default mesh filled in", async () => {
    const folder = tempFolder({
      "1.yaml": `${timeout("slow").replace("mesh: default\n", "")}---\ntype: Mesh\nname: payments\n`,
      "2.json": '{"type": "Zone", "name": "east"}',
    });
    const ran = await apply(["-f", "1.yaml", "-f", "2.json", "-m", "payments", "--reason", "a test"], folder);
    expect(ran.err).toBe("Revision 7.\n");
    expect(ran.code).toBe(0);
    expect(ran.out).toBe("created Zone east\nupdated Mesh payments\nupdated MeshTimeout slow in mesh payments\n");
    expect(ran.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /o/demo/v1/changes"]);
    const sent = JSON.parse(ran.asked[0]!.body) as { put: { resource: Record<string, unknown> }[]; reason: string };
    expect(sent.reason).toBe("a test");
    expect(sent.put.map(({ resource }) => [resource.type, resource.mesh, resource.name])).toEqual([
      ["Zone", undefined, "east"],
      ["Mesh", undefined, "payments"],
      ["MeshTimeout", "payments", "slow"],
    ]);
    expect(ran.asked[0]!.headers.authorization).toBe("Bearer t");
  });

  test("takes back what `weft get -o json` and `-o yaml` print", async () => {
    const list = JSON.stringify(
      {
        total: 2,
        items: [
          { type: "Zone", name: "a" },
          { type: "Zone", name: "b" },
        ],
      },
      null,
      "\t",
    );
    const ran = await apply(["-f", "-", "-o", "json"], "/", { input: list });
    expect(JSON.parse(ran.out)).toMatchObject({
      revision: 7,
      results: [
        { name: "a", created: true },
        { name: "b", created: false },
      ],
    });
  });

  test("hidden files and other names are left out of a folder; links are followed", async () => {
    const folder = tempFolder({
      "d/a.yaml": "type: Zone\nname: a\n",
      "d/.b.yaml": "type: Zone\nname: b\n",
      "d/notes.txt": "no",
      "other.yml": "type: Zone\nname: c\n",
    });
    symlinkSync(join(folder, "other.yml"), join(folder, "d/c.yml"));
    const ran = await apply(["-f", "d", "-o", "name"], folder);
    expect(ran.out).toBe("Zone/a\nZone/c\n");
  });

  test("what stands as it is written is unchanged, and no new revision is told", async () => {
    const answer = (): Answer => ({
      status: 200,
      body: { revision: 4, sequence: 6, results: [{ created: false, etag: "e", warnings: [] }], changes: [] },
    });
    const ran = await apply(["-f", "-"], "/", { input: "type: Zone\nname: a\n", answer });
    expect(ran.out).toBe("unchanged Zone a\n");
    expect(ran.err).toBe("Nothing is changed: all stands so at revision 4.\n");
  });

  test("warnings go to stderr", async () => {
    const answer = (): Answer => ({
      status: 200,
      body: {
        ...{ revision: 1, sequence: 1, results: [{ created: true, etag: "e", warnings: ["old style"] }] },
        changes: [{ type: "Zone", mesh: "", name: "a", change: "created" }],
      },
    });
    const ran = await apply(["-f", "-"], "/", { input: "type: Zone\nname: a\n", answer });
    expect(ran.err).toBe("warning: Zone a: old style\nRevision 1.\n");
  });
});

describe("refused by the control plane", () => {
  test("violations stand at the lines of their documents", async () => {
    const invalid_parameters = [{ field: "put[1].resource.spec.to[0].targetRef.name", reason: "is unknown" }];
    const answer = (): Answer => ({
      status: 400,
      body: { type: "/std-errors", status: 400, title: "t", detail: "d", details: "d", invalid_parameters },
    });
    const ran = await apply(["-f", "-"], "/", { input: `${timeout("slow")}---\ntype: Zone\nname: a\n`, answer });
    expect(ran.code).toBe(7);
    expect(ran.err).toBe(
      "weft: the change was refused; nothing was written\n  why    <stdin>:8 (document 1): spec.to[0].targetRef.name: is unknown\n  fix    mend them and apply again\n",
    );
  });

  test.each([
    [401, 3],
    [403, 4],
    [404, 5],
    [409, 6],
    [412, 6],
    [500, 9],
  ])("status %i is exit code %i", async (status, code) => {
    const answer = (): Answer => ({
      status,
      body: { type: "/std-errors", status, title: "t", detail: "why it is so", details: "d" },
    });
    const ran = await apply(["-f", "-"], "/", { input: "type: Zone\nname: a\n", answer });
    expect(ran.code).toBe(code);
    expect(ran.err).toContain("why    why it is so");
  });
});

test("field paths are read as the model writes them", () => {
  const steps = ["spec", "to", 0, "tags", "b/c.d", 'q"[0]', 3];
  expect(stepsOf(at(...steps))).toEqual(steps);
});

test("the line of a field that is missing is that of its nearest ancestor", () => {
  const [resource] = parseSource({
    name: "x",
    text: "# head\ntype: Zone\nspec:\n  to:\n    - a: 1\n    - b: 2\n",
  }).resources;
  expect(["type", "spec.to[1].b", "spec.to[1].c", "spec.none", "none"].map((field) => resource!.line(field))).toEqual([
    2, 6, 6, 3, 2,
  ]);
});
