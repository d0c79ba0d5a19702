// The editor's walker: what may be written at a place, what a place is, and where problems stand.
import { describe, expect, test } from "vitest";
import { schemaBody } from "#api/schema.ts";
import { schemaProblems, syntaxProblems } from "#console/edit/check.ts";
import { completionAt } from "#console/edit/complete.ts";
import { fieldOf, ownField, spanOfField, stepsOf } from "#console/edit/field.ts";
import { hoverAt } from "#console/edit/hover.ts";
import type { Shape } from "#console/edit/shape.ts";
import { jsonOf, textOf, treeOf } from "#console/edit/tree.ts";
import { ALL_KINDS, kindOfType } from "#model/kinds.ts";

function shapeOf(type: string): Shape {
  const kind = kindOfType(type);
  if (kind === undefined) throw new Error(`no kind ${type}`);
  return schemaBody(kind).schema;
}

const timeout = shapeOf("MeshTimeout");
const route = shapeOf("MeshHTTPRoute");
const HEAD = "type: MeshTimeout\nmesh: default\nname: slow\n";
const JSON_HEAD = '{\n  "type": "MeshTimeout",\n  "mesh": "default",\n  "name": "slow",\n';

/** Completion where the bar stands. */
function at(marked: string, shape = timeout) {
  const offset = marked.indexOf("|");
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, completion: completionAt(text, shape, offset) };
}

const labels = (marked: string, shape = timeout): readonly string[] =>
  (at(marked, shape).completion?.options ?? []).map(({ label }) => label);

/** The text once the option was taken; the bar is the cursor. */
function taken(marked: string, label: string, shape = timeout): string {
  const { text, completion } = at(marked, shape);
  const option = completion?.options.find((one) => one.label === label);
  if (completion === null || option === undefined) throw new Error(`${label} is not offered`);
  const put = `${option.text.slice(0, option.cursor)}|${option.text.slice(option.cursor)}`;
  return text.slice(0, completion.from) + put + text.slice(completion.to);
}

describe("completion", () => {
  test.each([
    ["the first word of a text", "|", ["type", "mesh", "name", "labels", "spec"]],
    ["a member at the top", `${HEAD}|`, ["labels", "spec"]],
    ["a member that is begun", `${HEAD}sp|`, ["labels", "spec"]],
    ["the type itself", "type: |", ["MeshTimeout"]],
    ["below a member", `${HEAD}spec:\n  |`, ["targetRef", "to", "from", "rules"]],
    ["between two members", `${HEAD}spec:\n  targetRef:\n    kind: Mesh\n  |\n  to: []\n`, ["from", "rules"]],
    ["behind a dash", `${HEAD}spec:\n  to:\n    - |`, ["targetRef", "default"]],
    ["behind a dash at the parent's column", `${HEAD}spec:\n  to:\n  - |`, ["targetRef", "default"]],
    ["in the second line of an item", `${HEAD}spec:\n  to:\n    - targetRef: { kind: Mesh }\n      |`, ["default"]],
    [
      "deep in a list",
      `${HEAD}spec:\n  to:\n    - targetRef: { kind: Mesh }\n      default:\n        http:\n          requestTimeout: 1s\n          |`,
      ["streamIdleTimeout", "maxStreamDuration", "maxConnectionDuration", "requestHeadersTimeout"],
    ],
    ["an enum's values", `${HEAD}spec:\n  targetRef:\n    proxyTypes: [|]`, ["Sidecar", "Gateway"]],
    ["a value behind a dash", `${HEAD}spec:\n  targetRef:\n    proxyTypes:\n      - |`, ["Sidecar", "Gateway"]],
    [
      "a member between braces",
      `${HEAD}spec:\n  targetRef: { kind: Mesh, | }\n  to: []\n`,
      ["name", "tags", "mesh", "proxyTypes", "namespace", "labels", "sectionName"],
    ],
    ["a member between braces that are open", `${HEAD}spec:\n  to:\n    - { targetRef: { kind: Mesh }, |`, ["default"]],
    ["a member of JSON", `${JSON_HEAD}  "spec": { "|" }\n}\n`, ["targetRef", "to", "from", "rules"]],
    [
      "a member of JSON in a line of its own",
      `${JSON_HEAD}  "spec": {\n    "|"\n  }\n}\n`,
      ["targetRef", "to", "from", "rules"],
    ],
    ["a name that is there", `${HEAD}spec:\n  targ|et: {}\n`, ["targetRef", "to", "from", "rules"]],
    ["nothing in a comment", `${HEAD}# sp|`, []],
    ["nothing in a name", `${HEAD.replace("slow", "sl|ow")}`, []],
    ["nothing below a label", `${HEAD}labels:\n  a|`, []],
  ])("%s", (_, marked, wanted) => {
    expect(labels(marked)).toEqual(wanted);
  });

  test.each([
    ["a value", `${HEAD}spec:\n  targetRef:\n    kind: |\n  to: []\n`],
    ["a value that is begun", `${HEAD}spec:\n  targetRef:\n    kind: Mesh|\n`],
    ["a value between braces", `${HEAD}spec:\n  targetRef: { kind: | }\n  to: []\n`],
    ["a value between braces that are open", `${HEAD}spec:\n  targetRef: { kind: M|\n  to: []\n`],
    ["a value behind its colon", `${HEAD}spec:\n  targetRef: { kind:| }\n`],
    ["a value of JSON", `${JSON_HEAD}  "spec": { "targetRef": { "kind": "|" } }\n}\n`],
  ])("the kinds of targets: %s", (_, marked) => {
    expect(labels(marked)).toEqual(expect.arrayContaining(["Mesh", "MeshService", "Dataplane"]));
    expect(labels(marked)).toHaveLength(9);
  });

  test.each([
    ["a map goes on below", `${HEAD}sp|`, "spec", `${HEAD}spec:\n  |`],
    ["a list goes on behind a dash", `${HEAD}spec:\n  t|`, "to", `${HEAD}spec:\n  to:\n    - |`],
    [
      "a map in a list's item",
      `${HEAD}spec:\n  to:\n    - |`,
      "targetRef",
      `${HEAD}spec:\n  to:\n    - targetRef:\n        |`,
    ],
    ["between braces", `${HEAD}spec: { | }`, "targetRef", `${HEAD}spec: { targetRef: {|} }`],
    ["a colon that is there stays", `${HEAD}spec:\n  t|: []\n`, "to", `${HEAD}spec:\n  to|: []\n`],
    ["in JSON", `${JSON_HEAD}  "|"\n}`, "spec", `${JSON_HEAD}  "spec": {|}\n}`],
    ["a value of JSON", '{ "type": "|" }', "MeshTimeout", '{ "type": "MeshTimeout"| }'],
  ])("what is taken: %s", (_, marked, label, wanted) => {
    expect(taken(marked, label)).toBe(wanted);
  });

  test("alternatives are all offered", () => {
    const filters = `type: MeshHTTPRoute\nspec:\n  to:\n    - rules:\n        - default:\n            filters:\n              - type: |`;
    expect(labels(filters, route)).toContain("RequestHeaderModifier");
  });

  test.each(ALL_KINDS.map((kind) => [kind.type, kind] as const))(
    "each member of the template of %s is offered where it stands",
    (_, kind) => {
      const { schema, template } = schemaBody(kind);
      for (const [, indent = "", key = ""] of template.matchAll(/^([ -]*)([A-Za-z]\w*):/gm)) {
        const offset = template.indexOf(`${indent}${key}:`) + indent.length;
        const offered = completionAt(template, schema, offset)?.options.map(({ label }) => label);
        expect(offered, `${key} at ${offset}`).toContain(key);
      }
    },
  );
});

describe("problems", () => {
  const problemsOf = (text: string, shape = timeout) =>
    schemaProblems(treeOf(text), shape).map(({ code, field, span, values }) => ({
      code,
      field,
      text: text.slice(...span),
      values,
    }));

  test.each(ALL_KINDS.map((kind) => [kind.type, kind] as const))("a template of %s has none", (_, kind) => {
    const { schema, template } = schemaBody(kind);
    expect(problemsOf(template, schema)).toEqual([]);
    expect(problemsOf(textOf(jsonOf(treeOf(template)), "json"), schema)).toEqual([]);
  });

  test.each([
    ["spec:\n  tu: []\n", { code: "near", field: "spec.tu", text: "tu", values: { key: "tu", near: "to" } }],
    ["spec:\n  targetRef: { kind: Meshh }\n", { code: "value", field: "spec.targetRef.kind", text: "Meshh" }],
    ["spec:\n  to: {}\n", { code: "type", field: "spec.to", text: "to", values: { wanted: "array", found: "object" } }],
    ["spec:\n  to:\n    - default: {}\n", { code: "missing", field: "spec.to[0]", values: { key: "targetRef" } }],
    ["spec:\n", { code: "empty", field: "spec", text: "spec" }],
    ["", { code: "missing", field: "", values: { key: "spec" } }],
    ["labels: { a: 1 }\nspec: {}\n", { code: "type", field: "labels.a", text: "1" }],
  ])("%j", (rest, wanted) => {
    expect(problemsOf(HEAD + rest)).toEqual([expect.objectContaining(wanted)]);
  });

  test("bounds of numbers, lengths of texts, and of several alternatives the one that is meant", () => {
    const percent = (value: string) =>
      `type: MeshFaultInjection\nname: a\nspec:\n  rules:\n    - default:\n        http:\n          - abort: { httpStatus: ${value}, percentage: [] }\n`;
    expect(problemsOf(percent("503"), shapeOf("MeshFaultInjection"))).toEqual([
      expect.objectContaining({ code: "type", field: "spec.rules[0].default.http[0].abort.percentage" }),
    ]);
    expect(problemsOf(`type: MeshTimeout\nmesh: ${"m".repeat(64)}\nname: a\nspec: {}\n`)).toEqual([
      expect.objectContaining({ code: "length", field: "mesh", values: { least: "0", most: "63" } }),
    ]);
    expect(
      problemsOf("type: MeshZoneAddress\nname: a\nspec: { address: a, port: 99999 }\n", shapeOf("MeshZoneAddress")),
    ).toEqual([expect.objectContaining({ code: "number", text: "99999" })]);
  });

  test("what is no YAML says where", () => {
    const text = `${HEAD}spec: { a: [\n`;
    const [first] = syntaxProblems(treeOf(text));
    expect(first?.span[0]).toBeGreaterThan(HEAD.length);
    expect(syntaxProblems(treeOf(`${HEAD}---\n${HEAD}`))).toHaveLength(1);
  });
});

describe("a field", () => {
  const text = `${HEAD}labels: { "a.b/c": x }\nspec:\n  to:\n    - targetRef: { kind: Mesh }\n      default: { http: { requestTimeout: 1x } }\n`;
  test.each([
    ["spec.to[0].default.http.requestTimeout", "1x"],
    ["spec.to[0].targetRef.kind", "Mesh"],
    ["spec.to[0].default", "default"],
    ["spec.to", "to"],
    ["spec.to[0].default.http.absent.deeper", "http"],
    ["spec.absent", "spec"],
    ['labels["a.b/c"]', "x"],
    ["name", "slow"],
    ["nonsense", "type"],
    ["", "type"],
    ["spec.[[", "spec"],
  ])("%s stands at %j", (field, wanted) => {
    expect(text.slice(...spanOfField(treeOf(text), field))).toBe(wanted);
  });

  test("of a text that is empty stands at its start", () => {
    expect(spanOfField(treeOf(""), "spec.to")).toEqual([0, 0]);
  });

  test.each(["spec.to[0].default", 'labels["a.b/c"].d', "", "[3].a"])("%j is its steps and back", (field) => {
    expect(fieldOf(stepsOf(field))).toBe(field);
  });

  test.each([
    ["put[0].resource.spec.to[0]", "spec.to[0]"],
    ["put[0].resource", ""],
    ["put[0].spec.to", "spec.to"],
    ["spec.to", "spec.to"],
  ])("%s of a change is %s of the text", (field, own) => {
    expect(ownField(field)).toBe(own);
  });
});

describe("hover", () => {
  const text = `${HEAD}spec:\n  targetRef: { kind: Mesh }\n  to:\n    - targetRef: { kind: MeshService }\n      default: { http: { requestTimeout: 1s } }\n`;
  const hover = (word: string) => hoverAt(text, timeout, text.indexOf(word) + 1);

  test("tells what a member takes", () => {
    expect(hover("requestTimeout")).toMatchObject({
      field: "spec.to[0].default.http.requestTimeout",
      name: "requestTimeout",
      types: ["string"],
      description: expect.stringContaining("duration"),
    });
    expect(hover("kind: MeshService")).toMatchObject({ name: "kind", isRequired: true });
    expect(hover("kind: MeshService")?.values).toContain("MeshGateway");
    expect(text.slice(...(hover("MeshService")?.span ?? [0, 0]))).toBe("MeshService");
  });

  test("nothing of what it does not know", () => {
    expect(hoverAt(`${HEAD}spec: { nonsense: 1 }`, timeout, HEAD.length + 10)).toBeNull();
    expect(hoverAt("", timeout, 0)).toBeNull();
  });
});

test("a text whose aliases stand for more than anybody writes has no value", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (const [one, other] of ["ab", "bc", "cd", "de", "ef", "fg"]) {
    bomb.push(`${other}: &${other} [${Array(9).fill(`*${one}`).join(", ")}]`);
  }
  expect(() => jsonOf(treeOf(bomb.join("\n")))).toThrow(RangeError);
  expect(jsonOf(treeOf("a: &a 1\nb: *a\n"))).toEqual({ a: 1, b: 1 });
});
