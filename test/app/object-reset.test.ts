// A writer's Durable Object that the platform ends in the middle of a call: the caller is told to come again, and then it is done.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Front, startWorkers } from "#test/workerd.ts";
import { createOrganisation, mesh } from "./subject.ts";

const folder = mkdtempSync(join(tmpdir(), "weft-reset-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Ends its object at the first change, and fails by a mistake of its own at the first token. */
const ending: Front = (name) =>
  name !== "writer"
    ? null
    : `
import worker, { OrganisationWriter as Own } from "./writer.js";
const met = new Set();
export default worker;
export class OrganisationWriter extends Own {
  perform(tenant, method, args) {
    const isFirst = !met.has(method);
    met.add(method);
    if (isFirst && method === "apply") this.ctx.abort("Durable Object reset because its code was updated.");
    if (isFirst && method === "createToken") throw new TypeError("of the object's own making");
    return super.perform(tenant, method, args);
  }
}`;

test("a change that it cut off is a 503 with a time to come again; a fault of its own is none", async () => {
  const { url, operatorSecret, close } = await startWorkers(folder, ending);
  try {
    const subject = { url, operatorSecret, fetch: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init) };
    const organisation = await createOrganisation(subject);
    const change = () => organisation.call("POST", "/v1/changes", { put: [{ resource: mesh("default") }] });
    const cut = await change();
    expect([cut.status, cut.headers.get("retry-after")], cut.text).toEqual([503, "1"]);
    expect(cut.json.detail).toBe("The organisation's writer was not reached; try again in a moment.");
    const again = await change();
    expect([again.status, again.json.revision], again.text).toEqual([200, 1]);
    const token = () => organisation.call("POST", "/v1/tokens", { name: "ci", scopes: ["read"] });
    const wrong = await token();
    expect([wrong.status, wrong.json.detail]).toEqual([500, expect.not.stringContaining("own making")]);
    expect((await token()).status).toBe(201);
  } finally {
    await close();
  }
});
