// Resources over Kuma's paths: written, read, listed, guarded, deleted.
import { expect, test } from "vitest";
import { createRoot } from "#trust/authority.ts";
import { toPem } from "#trust/bytes.ts";
import {
  type Answer,
  createMesh,
  createOrganisation,
  createToken,
  dataplane,
  mesh,
  type Organisation,
  type Subject,
  timeout,
} from "./subject.ts";

async function organisationWithMesh(subject: Subject): Promise<Organisation> {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  return organisation;
}

const names = (answer: Answer): readonly string[] => answer.json.items.map((one: { name: string }) => one.name);

export function resourceSuite(subject: () => Subject): void {
  test("PUT creates with 201 and replaces with 200; GET shows it with times, labels and KRI, by one space", async () => {
    const organisation = await organisationWithMesh(subject());
    const path = "/meshes/default/meshtimeouts/slow";
    const created = await organisation.call("PUT", path, timeout("default", "slow"));
    expect([created.status, created.json]).toEqual([201, {}]);
    const { revision } = (await organisation.call("GET", "/v1/revisions?size=1")).json.items[0];
    expect(created.headers.get("weft-revision")).toBe(String(revision));
    const got = await organisation.call("GET", path);
    expect(got.json).toMatchObject({
      type: "MeshTimeout",
      mesh: "default",
      name: "slow",
      labels: { "kuma.io/mesh": "default" },
      kri: expect.stringMatching(/^kri_mt_default_.*_slow_$/),
      spec: { to: [{ default: { connectionTimeout: "5s" } }] },
    });
    expect(
      got.text.startsWith('{\n "type": "MeshTimeout",\n "mesh": "default",\n "name": "slow",\n "creationTime": "'),
    ).toBe(true);
    const replaced = await organisation.call("PUT", path, timeout("default", "slow", 9));
    expect([replaced.status, replaced.json]).toEqual([200, {}]);
    const after = await organisation.call("GET", path);
    expect(after.json.creationTime).toBe(got.json.creationTime);
    expect(after.headers.get("etag")).not.toBe(got.headers.get("etag"));
    expect(after.json.spec.to[0].default.connectionTimeout).toBe("9s");
  });

  test("what GET gives, PUT takes back unchanged", async () => {
    const organisation = await organisationWithMesh(subject());
    for (const [path, body] of [
      ["/meshes/default/meshtimeouts/t", timeout("default", "t")],
      ["/meshes/default/dataplanes/d", dataplane("default", "d", "web", { version: "v1" })],
      ["/meshes/other", mesh("other", { mtls: { backends: [{ name: "ca", type: "builtin" }] } })],
      ["/zones/west", { type: "Zone", name: "west" }],
    ] as const) {
      expect((await organisation.call("PUT", path, body)).status).toBe(201);
      const got = await organisation.call("GET", path);
      const again = await organisation.call("PUT", path, got.json);
      expect([again.status, again.json]).toEqual([200, {}]);
      const { modificationTime: _, ...rest } = (await organisation.call("GET", path)).json;
      const { modificationTime: __, ...before } = got.json;
      expect(rest).toEqual(before);
    }
  });

  test("If-Match guards a write; a refused one changes nothing", async () => {
    const organisation = await organisationWithMesh(subject());
    const path = "/meshes/default/meshtimeouts/t";
    const put = (seconds: number, ifMatch: string): Promise<Answer> =>
      organisation.call("PUT", path, timeout("default", "t", seconds), { "if-match": ifMatch });
    expect((await put(1, "*")).status).toBe(412);
    expect((await organisation.call("GET", path)).status).toBe(404);
    const first = (await organisation.call("PUT", path, timeout("default", "t", 1))).headers.get("etag") ?? "";
    expect((await organisation.call("GET", path)).headers.get("etag")).toBe(first);
    expect((await put(2, first)).status).toBe(200);
    const stale = await put(3, first);
    expect([stale.status, stale.json.title]).toEqual([412, "Precondition Failed"]);
    expect((await put(4, `"nothing", ${(await organisation.call("GET", path)).headers.get("etag")}`)).status).toBe(200);
    expect((await put(5, "*")).status).toBe(200);
    expect((await put(6, "unquoted")).status).toBe(400);
    expect((await organisation.call("DELETE", path, undefined, { "if-match": first })).status).toBe(412);
    expect((await organisation.call("GET", path)).json.spec.to[0].default.connectionTimeout).toBe("5s");
  });

  test("If-None-Match answers 304 without a body, and is no way to write", async () => {
    const organisation = await organisationWithMesh(subject());
    const etag = (await organisation.call("GET", "/meshes/default")).headers.get("etag") ?? "";
    const same = await organisation.call("GET", "/meshes/default", undefined, { "if-none-match": `"x", ${etag}` });
    expect([same.status, same.text, same.headers.get("etag")]).toEqual([304, "", etag]);
    expect((await organisation.call("GET", "/meshes/default", undefined, { "if-none-match": '"x"' })).status).toBe(200);
    expect((await organisation.call("PUT", "/meshes/default", mesh("default"), { "if-none-match": "*" })).status).toBe(
      400,
    );
  });

  test("DELETE answers 200 and {}, then 404", async () => {
    const organisation = await organisationWithMesh(subject());
    await organisation.call("PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t"));
    const gone = await organisation.call("DELETE", "/meshes/default/meshtimeouts/t");
    expect([gone.status, gone.text]).toEqual([200, "{}\n"]);
    const { revision } = (await organisation.call("GET", "/v1/revisions?size=1")).json.items[0];
    expect(gone.headers.get("weft-revision")).toBe(String(revision));
    const again = await organisation.call("DELETE", "/meshes/default/meshtimeouts/t");
    expect([again.status, again.json.title]).toEqual([404, "Could not delete a resource"]);
    const read = await organisation.call("GET", "/meshes/default/meshtimeouts/t");
    expect([read.status, read.json.title, read.json.detail]).toEqual([
      404,
      "Could not retrieve a resource",
      "Not found",
    ]);
  });

  test("lists: order, pages by next, name and labels, across meshes", async () => {
    const organisation = await organisationWithMesh(subject());
    await createMesh(organisation, "another");
    for (const name of ["c", "a", "b", "ab"]) {
      const labels = name === "b" ? { team: "blue" } : {};
      await organisation.call("PUT", `/meshes/default/dataplanes/${name}`, {
        ...dataplane("default", name, "web"),
        labels,
      });
    }
    await organisation.call("PUT", "/meshes/another/dataplanes/z", dataplane("another", "z", "web"));

    const first = await organisation.call("GET", "/meshes/default/dataplanes?size=3");
    expect([first.json.total, names(first)]).toEqual([4, ["a", "ab", "b"]]);
    expect(first.json.next).toBe(`${subject().url}/o/${organisation.name}/meshes/default/dataplanes?size=3&offset=3`);
    const second = await organisation.call("GET", `/meshes/default/dataplanes${new URL(first.json.next).search}`);
    expect([names(second), second.json.next]).toEqual([["c"], null]);
    expect(names(await organisation.call("GET", "/meshes/default/dataplanes?name=b"))).toEqual(["ab", "b"]);
    const blue = await organisation.call("GET", `/dataplanes?filter[labels.team]=blue`);
    expect([blue.json.total, names(blue)]).toEqual([1, ["b"]]);
    const across = await organisation.call("GET", "/dataplanes");
    expect(across.json.items.map((one: { mesh: string; name: string }) => `${one.mesh}/${one.name}`)).toEqual([
      "another/z",
      "default/a",
      "default/ab",
      "default/b",
      "default/c",
    ]);
    const bad = await organisation.call("GET", "/dataplanes?size=2000&offset=-1");
    expect([bad.status, bad.json.title]).toEqual([400, "Could not retrieve resources"]);
  });

  test("by KRI, and only by the right one", async () => {
    const organisation = await organisationWithMesh(subject());
    await organisation.call("PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t"));
    const { kri } = (await organisation.call("GET", "/meshes/default/meshtimeouts/t")).json;
    expect((await organisation.call("GET", `/_kri/${kri}`)).json.name).toBe("t");
    expect((await organisation.call("GET", `/_kri/${kri.replace("_t_", "_u_")}`)).status).toBe(404);
    expect((await organisation.call("GET", "/_kri/nonsense")).status).toBe(400);
  });

  test("other formats are refused plainly", async () => {
    const organisation = await organisationWithMesh(subject());
    const answer = await organisation.call("GET", "/meshes/default?format=kubernetes");
    expect([answer.status, answer.json.invalid_parameters[0].field]).toEqual([400, "format"]);
    expect((await organisation.call("GET", "/meshes/default?format=universal")).status).toBe(200);
  });

  test("secrets: what a user wrote is read back by who may, generated keys are listed with their data withheld", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation, "default", {
      mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] },
    });
    const secret = { type: "Secret", mesh: "default", name: "mine", data: "bXkgc2VjcmV0" };
    expect((await organisation.call("PUT", "/meshes/default/secrets/mine", secret)).status).toBe(201);
    expect((await organisation.call("GET", "/meshes/default/secrets/mine")).json.data).toBe("bXkgc2VjcmV0");
    const list = await organisation.call("GET", "/secrets");
    expect(names(list)).toContain("mine");
    expect(list.text).not.toMatch(/PRIVATE KEY|UFJJVkFURSBLRVk|LS0tLS1CRUdJTiBQUklWQVRF/);
    const reader = organisation.as(await createToken(organisation, ["read"]));
    expect((await reader.call("GET", "/meshes/default/secrets/mine")).status).toBe(403);
    expect((await reader.call("GET", "/v1/revisions")).text).not.toContain("bXkgc2VjcmV0");
    expect((await organisation.call("GET", "/v1/revisions")).text).not.toContain("bXkgc2VjcmV0");
  });

  test("revisions show an inline key of a CA to nobody, sealed or not", async () => {
    const organisation = await createOrganisation(subject());
    const root = await createRoot({
      mesh: "default",
      backend: "own",
      clock: Date.now,
      chance: (length) => crypto.getRandomValues(new Uint8Array(length)),
    });
    const key = toPem("PRIVATE KEY", root.privateKey.reveal());
    const conf = { cert: { inlineString: root.certificatePem }, key: { inlineString: key } };
    await createMesh(organisation, "default", {
      mtls: { enabledBackend: "own", backends: [{ name: "own", type: "provided", conf }] },
    });
    const removed = await organisation.call("DELETE", "/meshes/default");
    expect(removed.status, removed.text).toBe(200);
    for (const scopes of [["read"], ["admin", "secret:reveal"]]) {
      const reader = organisation.as(await createToken(organisation, scopes));
      const { text } = await reader.call("GET", "/v1/revisions");
      // Once as what came, once as what went.
      expect(text.match(/\[sealed\]/g)).toHaveLength(2);
      expect(text).toContain("BEGIN CERTIFICATE");
      expect(text).not.toMatch(/sealed:|PRIVATE KEY/);
    }
  });
}
