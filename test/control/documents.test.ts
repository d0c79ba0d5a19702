// Every YAML block of the documents that a reader could paste is applied, as a reader would.
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { DOCUMENTS, textOf } from "#test/documents.ts";
import { type Body, mesh, mtlsMesh, openPlane, type Plane, signUp, zone } from "./harness.ts";

const documents = DOCUMENTS.filter((path) => pastable(path).length > 0);

let plane: Plane;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

test.each(documents)("%s", async (path) => {
  const org = await signUp(plane, `documents-${documents.indexOf(path)}`);
  const secured = textOf(path).includes("<!-- world: strict -->");
  await org.apply([zone(), secured ? mtlsMesh() : mesh()]);
  for (const bodies of pastable(path)) {
    const { results } = await org.apply(bodies);
    expect(results).toHaveLength(bodies.length);
  }
});

test("there are such blocks", () => {
  expect(documents).toContain("docs/policies/mesh-timeout.md");
});

/** The blocks that hold resources; others show what Envoy gets. */
function pastable(path: string): readonly (readonly Body[])[] {
  const text = textOf(path);
  return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => {
    const bodies = parseAllDocuments(block).map((document) => document.toJS() as Body | null);
    return bodies.every((body) => typeof body?.type === "string") ? [bodies as Body[]] : [];
  });
}
