// Bad input: each gets its documented status and a message that names the field, and nothing is half-written.
import { expect, test } from "vitest";
import { createMesh, createOrganisation, dataplane, type Organisation, type Subject, timeout } from "./subject.ts";

const T = "/meshes/default/meshtimeouts/t";
const good = timeout("default", "t") as Record<string, unknown>;

interface Row {
  readonly what: string;
  readonly path?: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** In `invalid_parameters`; absent where the fault is not about a field. */
  readonly field?: string;
  /** In `detail`. */
  readonly detail?: RegExp;
}

const long = "n".repeat(300);

function patch(value: string): object {
  const appendModifications = [{ cluster: { operation: "Add", value } }];
  return { type: "MeshProxyPatch", mesh: "default", name: "t", spec: { default: { appendModifications } } };
}

/** Nine aliases of nine aliases, nine times over. */
function bomb(): string {
  const lines = Array.from(
    { length: 9 },
    (_, at) => `l${at}: &l${at} [${Array(9).fill(at === 0 ? "x" : `*l${at - 1}`)}]`,
  );
  return lines.join("\n");
}

const ROWS: readonly Row[] = [
  { what: "an unknown kind", path: "/meshes/default/meshnonsenses/t", body: good, status: 404 },
  {
    what: "an unknown field of a policy",
    body: { ...good, spec: { ...(good.spec as object), surprise: 1 } },
    status: 400,
    field: "spec.surprise",
  },
  {
    what: "an unknown field of a flat kind",
    path: "/meshes/default/dataplanes/d",
    body: { ...dataplane("default", "d", "web"), surprise: 1 },
    status: 400,
    field: "surprise",
  },
  { what: "a wrong type", body: { ...good, spec: { targetRef: "Mesh" } }, status: 400, field: "spec.targetRef" },
  { what: "a wrong type of a label", body: { ...good, labels: { team: 7 } }, status: 400, field: 'labels["team"]' },
  {
    what: "a name of 300 characters",
    path: `/meshes/default/meshtimeouts/${long}`,
    body: timeout("default", long),
    status: 400,
    field: "name",
  },
  {
    what: "a name with capitals",
    path: "/meshes/default/meshtimeouts/Big",
    body: timeout("default", "Big"),
    status: 400,
    field: "name",
  },
  { what: "a name that is not the URL's", body: timeout("default", "u"), status: 400, field: "name" },
  { what: "a mesh that is not the URL's", body: timeout("other", "t"), status: 400, field: "mesh" },
  { what: "a type that is not the URL's", body: { ...good, type: "MeshRetry" }, status: 400, field: "type" },
  {
    what: "a mesh that does not exist",
    path: "/meshes/nowhere/meshtimeouts/t",
    body: timeout("nowhere", "t"),
    status: 400,
    field: "mesh",
  },
  { what: "no spec", body: { type: "MeshTimeout", mesh: "default", name: "t" }, status: 400, field: "spec" },
  {
    what: "a duration that is none",
    body: { ...good, spec: { to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "soon" } }] } },
    status: 400,
    field: "spec.to[0].default.connectionTimeout",
  },
  {
    what: "a reference to a backend that is not there",
    path: "/meshes/m2",
    body: { type: "Mesh", name: "m2", mtls: { enabledBackend: "x" } },
    status: 400,
    field: "mtls.enabledBackend",
  },
  {
    what: "a backend's name twice",
    path: "/meshes/m2",
    body: {
      type: "Mesh",
      name: "m2",
      metrics: {
        backends: [
          { name: "p", type: "prometheus" },
          { name: "p", type: "prometheus" },
        ],
      },
    },
    status: 400,
    field: "metrics.backends[1].name",
  },
  { what: "text that is no JSON", body: "type: MeshTimeout\nname: t\n", status: 400, detail: /not JSON/ },
  { what: "half of a JSON", body: JSON.stringify(good).slice(0, -3), status: 400, detail: /not JSON/ },
  { what: "no body", body: "", status: 400, detail: /empty/ },
  { what: "a list", body: [good], status: 400, detail: /./ },
  {
    what: "a body nested 5,000 deep",
    body: `${"[".repeat(5000)}${"]".repeat(5000)}`,
    status: 400,
    detail: /nested deeper/,
  },
  {
    what: "a name that would be a prototype",
    body: `{"type":"MeshTimeout","mesh":"default","name":"t","spec":{},"__proto__":{"x":1}}`,
    status: 400,
    field: "__proto__",
  },
  {
    what: "YAML by its content type",
    body: "type: MeshTimeout",
    headers: { "content-type": "application/yaml" },
    status: 415,
    detail: /application\/json/,
  },
  {
    what: "a packed body, which could become any number of bytes",
    body: JSON.stringify(good),
    headers: { "content-encoding": "gzip" },
    status: 415,
    detail: /content-encoding/,
  },
  {
    what: "a patch whose YAML is nested 20,000 deep",
    path: "/meshes/default/meshproxypatches/t",
    body: patch("[".repeat(20_000)),
    status: 400,
    field: "spec.default.appendModifications[0].cluster.value",
  },
  {
    what: "a patch whose YAML would grow to gigabytes",
    path: "/meshes/default/meshproxypatches/t",
    body: patch(bomb()),
    status: 400,
    field: "spec.default.appendModifications[0].cluster.value",
  },
  {
    what: "a body of 10 MB",
    body: JSON.stringify({ ...good, labels: { padding: "x".repeat(10_000_000) } }),
    status: 413,
    detail: /1048576/,
  },
];

export function faultSuite(subject: () => Subject): void {
  let made: Promise<Organisation> | undefined;
  /** One organisation for all rows: none of them may change it. */
  const shared = (): Promise<Organisation> => {
    made ??= (async () => {
      const organisation = await createOrganisation(subject());
      await createMesh(organisation);
      return organisation;
    })();
    return made;
  };

  test.each(ROWS.map((row) => [row.what, row] as const))(
    "%s",
    async (_, { path = T, body, headers = {}, status, field, detail }) => {
      const organisation = await shared();
      const state = async (): Promise<string> =>
        [
          (await organisation.call("GET", "/meshtimeouts")).text,
          (await organisation.call("GET", "/dataplanes")).text,
          (await organisation.call("GET", "/meshes")).text,
          (await organisation.call("GET", "/v1/revisions")).text,
        ].join();
      const before = await state();
      const answer = await organisation.call("PUT", path, body, headers);
      expect(answer.status, answer.text).toBe(status);
      expect(answer.headers.get("content-type")).toBe("application/json");
      if (field !== undefined) {
        const fields = answer.json.invalid_parameters.map((one: { field: string }) => one.field);
        expect(fields, answer.text).toContain(field);
        expect(answer.json.causes.map((one: { field: string }) => one.field)).toEqual(fields);
      }
      if (detail !== undefined) expect(answer.json.detail).toMatch(detail);
      expect(await state()).toBe(before);
    },
  );

  test("a body without a length is bounded while it is read", async () => {
    const organisation = await createOrganisation(subject());
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        if (sent > 20_000_000) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    const response = await subject().fetch(`/o/${organisation.name}/meshes/x`, {
      method: "PUT",
      headers: { authorization: `Bearer ${organisation.token}`, "content-type": "application/json" },
      body,
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.text()).toContain("1048576");
  });

  test("a body from nobody is not read", async () => {
    const organisation = await createOrganisation(subject());
    const answer = await organisation.as("nonsense").call("PUT", "/meshes/x", "{not json");
    expect(answer.status).toBe(401);
  });

  test("all violations come at once", async () => {
    const organisation = await shared();
    const body = {
      type: "MeshTimeout",
      mesh: "default",
      name: "t",
      labels: { "bad key!": "v" },
      spec: { to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "soon", idleTimeout: "later" } }] },
    };
    const answer = await organisation.call("PUT", T, body);
    const fields = answer.json.invalid_parameters.map((one: { field: string }) => one.field);
    expect(fields).toEqual(
      expect.arrayContaining(["spec.to[0].default.connectionTimeout", "spec.to[0].default.idleTimeout"]),
    );
    expect(fields.length).toBeGreaterThanOrEqual(3);
  });

  test.each([
    [{ mesh: "default", name: "a", validFor: "soon" }, "validFor"],
    [{ name: "a" }, "mesh"],
    [{ mesh: "default", tags: "x" }, "tags"],
    [{ mesh: "default", surprise: 1 }, "surprise"],
  ])("a dataplane token cannot be asked for by %j", async (body, field) => {
    const organisation = await shared();
    const answer = await organisation.call("POST", "/tokens/dataplane", body);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.json.invalid_parameters.map((one: { field: string }) => one.field)).toContain(field);
  });

  test.each([
    [{ zone: "", scope: null }, "scope"],
    [{}, "scope"],
    [{ scope: ["ingress", "dataplane"] }, "scope[1]"],
    [{ zone: "nowhere", scope: ["ingress"] }, "zone"],
    [{ scope: ["egress"], validFor: "soon" }, "validFor"],
    [{ scope: ["egress"], surprise: 1 }, "surprise"],
  ])("a zone token cannot be asked for by %j", async (body, field) => {
    const organisation = await shared();
    const answer = await organisation.call("POST", "/tokens/zone", body);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.json.invalid_parameters.map((one: { field: string }) => one.field)).toContain(field);
  });

  test("other organisations notice nothing of any of it", async () => {
    const [mine, other] = [await createOrganisation(subject()), await createOrganisation(subject())];
    await createMesh(other);
    const before = (await other.call("GET", "/v1/revisions")).text;
    for (const { path = T, body } of ROWS.slice(0, 5)) await mine.call("PUT", path, body);
    expect((await other.call("GET", "/v1/revisions")).text).toBe(before);
  });
}
