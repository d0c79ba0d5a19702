// The schema and the template of each kind: a template is what may be sent, by the kind's shape, its rules, and its schema.
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { schemaBody, TEMPLATES } from "#api/schema.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import { fromWire } from "#model/wire.ts";

test("each kind has a template, and nothing else has", () => {
  expect(Object.keys(TEMPLATES).sort()).toEqual(ALL_KINDS.map(({ type }) => type).sort());
});

describe.each(ALL_KINDS.map((kind) => [kind.type, kind] as const))("%s", (type, kind) => {
  const { schema, template, scope } = schemaBody(kind);

  test("a template is of its type, and of the mesh named default where it has one", () => {
    const value = parse(template);
    expect(value.type).toBe(type);
    expect(value.mesh).toBe(scope === "Mesh" ? "default" : undefined);
  });

  test("nothing is wrong with it", () => {
    const { mesh = "", name } = parse(template);
    expect(fromWire(kind, parse(template), { mesh, name })).not.toHaveProperty("violations");
  });

  test("its schema names every member of the template", () => {
    const properties = Object.keys(schema.properties as object);
    expect(Object.keys(parse(template)).filter((member) => !properties.includes(member))).toEqual([]);
  });
});
