// The route table, its spreading over kinds, and the document made from it.
import { expect, test } from "vitest";
import { openapiDocument } from "#api/openapi.ts";
import { resourcePath } from "#api/resource-path.ts";
import { fillPath } from "#api/route.ts";
import { operations, ROUTES } from "#api/routes.ts";
import { wholeRoutes } from "#api/told.ts";
import { ALL_KINDS, KINDS } from "#model/kinds.ts";

test("no method and path stand in the table twice", () => {
  const seen = operations().map(({ route, path }) => `${route.method} ${path.replaceAll(/\{\w+\}/g, "{}")}`);
  const twins = seen.filter((one, index) => seen.indexOf(one) !== index);
  expect(twins).toEqual([]);
});

test("every kind is listed, read, written and deleted, below its mesh or globally", () => {
  const all = new Set(operations().map(({ route, path }) => `${route.method} ${path}`));
  for (const kind of ALL_KINDS) {
    const item = `/o/{organisation}/${kind.scope === "Mesh" ? "meshes/{mesh}/" : ""}${kind.path}`;
    const wanted = [`get ${item}`, `get ${item}/{name}`, `put ${item}/{name}`, `delete ${item}/{name}`];
    expect(wanted.filter((one) => !all.has(one))).toEqual([]);
    expect(all.has(`get /o/{organisation}/${kind.path}`)).toBe(true);
  }
});

test("a fixed segment is registered before a parameter at the same place", () => {
  const gets = operations().filter(({ route }) => route.method === "get");
  for (const [index, later] of gets.entries()) {
    const shadowing = gets.slice(0, index).find((earlier) => matches(earlier.path, later.path));
    expect(shadowing?.path, `${later.path} would never be reached`).toBeUndefined();
  }
});

function matches(pattern: string, path: string): boolean {
  const [one, other] = [pattern.split("/"), path.split("/")];
  return one.length === other.length && one.every((part, at) => part.startsWith("{") || part === other[at]);
}

test("whoever may write has a limit, and whoever has a scope to ask for is an API token", () => {
  const rows = wholeRoutes();
  for (const { name, route, path } of operations()) {
    if (rows[name].body !== undefined) expect(route.limit, path).toBeGreaterThan(0);
    if (route.verb !== null) expect(route.auth, path).toBe("api");
  }
});

test("paths are filled and encoded", () => {
  expect(fillPath(ROUTES.get.path, { organisation: "a", mesh: "m", plural: "dataplanes", name: "x/y z" })).toBe(
    "/o/a/meshes/m/dataplanes/x%2Fy%20z",
  );
  expect(() => fillPath("/a/{b}", {})).toThrow(TypeError);
  expect(resourcePath(KINDS.Dataplane, "default", "web-1")).toBe("meshes/default/dataplanes/web-1");
  expect(resourcePath(KINDS.Dataplane, "")).toBe("dataplanes");
  expect(resourcePath(KINDS.Zone, "", "east")).toBe("zones/east");
});

test("the OpenAPI document is whole: each reference leads somewhere, each id is used once", async () => {
  const document = openapiDocument("https://mesh.example");
  expect(document.openapi).toBe("3.1.0");
  const components = document.components as Record<string, Record<string, unknown>>;
  const text = JSON.stringify(document);
  for (const [, part = "", name = ""] of text.matchAll(/"#\/components\/(schemas|responses)\/([^"]+)"/g)) {
    expect(Object.keys(components[part] ?? {})).toContain(name);
  }
  const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id);
  expect(ids.length).toBe(new Set(ids).size);
  expect(ids.length).toBe(operations().filter(({ alias }) => !alias).length);
  const paths = Object.entries(
    document.paths as Record<string, Record<string, { parameters: { name: string; in: string }[] }>>,
  );
  for (const [path, methods] of paths) {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters } of Object.values(methods)) {
      expect(parameters.filter((one) => one.in === "path").map(({ name }) => name)).toEqual(wanted);
    }
  }
  await expect(`${JSON.stringify(document, null, 1)}\n`).toMatchFileSnapshot("golden/openapi.json");
});

test("a kind's schema in the document refuses what its shape refuses", () => {
  const { schemas } = openapiDocument("x").components as {
    schemas: Record<string, { required: string[]; properties: Record<string, unknown> }>;
  };
  expect(schemas.MeshTimeoutItem?.required).toEqual(["type", "name", "spec"]);
  expect(Object.keys(schemas.DataplaneItem?.properties ?? {})).toContain("networking");
  expect(schemas.DataplaneItem?.properties).not.toHaveProperty("spec");
});
