// Changing resources: what is checked, what is made besides, and that a refused change leaves nothing behind.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SpecOf } from "#model/kinds.ts";
import {
  dataplane,
  enrol,
  faultOf,
  keyOf,
  mesh,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  revealsOf,
  secret,
  signUp,
  timeout,
  zone,
} from "#test/control/harness.ts";

let plane: Plane;
let made = 0;
const fresh = (): Promise<Org> => signUp(plane, `resources-${++made}`);

beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

const names = async ({ store }: Org, type: string): Promise<readonly string[]> =>
  (await store.list({ type, offset: 0, size: 100 })).items.map(({ resource }) => resource.name);

describe("a new mesh", () => {
  test("gets a signing key and default policies, once", async () => {
    const org = await fresh();
    const { results } = await org.apply([mesh()]);
    expect(results).toEqual([{ created: true, etag: expect.any(String), warnings: [] }]);
    expect(await names(org, "Secret")).toEqual(["dataplane-token-signing-key-default-1"]);
    expect(await names(org, "MeshTimeout")).toEqual(["mesh-gateways-timeout-all-default", "mesh-timeout-all-default"]);
    expect(await names(org, "MeshCircuitBreaker")).toEqual(["mesh-circuit-breaker-all-default"]);
    expect(await names(org, "MeshRetry")).toEqual(["mesh-retry-all-default"]);
    await org.apply([], ["MeshTimeout/default/mesh-timeout-all-default", "MeshRetry/default/mesh-retry-all-default"]);
    await org.apply([mesh("default", { routing: { localityAwareLoadBalancing: true } })]);
    expect(await names(org, "MeshTimeout")).toEqual(["mesh-gateways-timeout-all-default"]);
    expect(await names(org, "MeshRetry")).toEqual([]);
  });

  test("skips the policies that it names", async () => {
    const org = await fresh();
    await org.apply([mesh("default", { skipCreatingInitialPolicies: ["*"] })]);
    for (const type of ["MeshTimeout", "MeshCircuitBreaker", "MeshRetry"]) expect(await names(org, type)).toEqual([]);
  });

  test("gets a CA for each builtin backend, even if it is off, and keeps it", async () => {
    const org = await fresh();
    const backends = [{ name: "ca-1", type: "builtin" }];
    await org.apply([mesh("default", { mtls: { backends } })]);
    const own = [
      "dataplane-token-signing-key-default-1",
      "default.ca-builtin-cert-ca-1",
      "default.ca-builtin-key-ca-1",
    ];
    expect(await names(org, "Secret")).toEqual(own);
    const before = await org.store.get(keyOf("Secret/default/default.ca-builtin-cert-ca-1"));
    await org.apply([mtlsMesh()]);
    expect(await org.store.get(keyOf("Secret/default/default.ca-builtin-cert-ca-1"))).toEqual(before);
  });
});

describe("a change is judged as a whole", () => {
  test("all violations at once, with their places, and nothing is written", async () => {
    const org = await fresh();
    await org.apply([mesh(), zone()]);
    const before = await org.store.heads();
    const fault = await faultOf(
      org.apply([
        { ...timeout("slow", 1), spec: { targetRef: { kind: "Nothing" } } },
        dataplane("web-1", "web", { networking: { address: "", inbound: [{ port: 0 }] } }),
        timeout("good", 2),
      ]),
    );
    expect(fault.code).toBe("invalid");
    expect(fault.violations.some((text) => text.startsWith("put[0].resource.spec."))).toBe(true);
    expect(fault.violations.filter((text) => text.startsWith("put[1].resource.networking.")).length).toBeGreaterThan(1);
    expect(fault.violations.some((text) => text.startsWith("put[2]"))).toBe(false);
    expect(await org.store.heads()).toEqual(before);
    expect(await names(org, "MeshTimeout")).not.toContain("good");
  });

  test("resources may come in any order: the mesh may follow what is in it", async () => {
    const org = await fresh();
    const { revision } = await org.apply([
      timeout("slow", 1),
      secret("own", "x"),
      dataplane("web-1", "web"),
      zone(),
      mesh(),
    ]);
    expect(revision).toBe(1);
    expect(await names(org, "Dataplane")).toEqual(["web-1"]);
  });

  test("a mesh that is not there", async () => {
    const org = await fresh();
    expect(await faultOf(org.apply([timeout("slow", 1)]))).toEqual({
      code: "invalid",
      title: "Could not create a resource",
      detail: "Mesh is not found",
      violations: ["mesh: mesh of name default is not found"],
    });
  });

  test("the same resource twice", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    const fault = await faultOf(org.apply([timeout("slow", 1)], ["MeshTimeout/default/slow"]));
    expect(fault.violations).toEqual(["delete[0]: MeshTimeout/default/slow stands in this change twice"]);
  });

  test("writing what stands already is no revision", async () => {
    const org = await fresh();
    await org.apply([mtlsMesh(), secret("own", "x"), timeout("slow", 1)]);
    const before = await org.store.heads();
    const again = await org.apply([mtlsMesh(), secret("own", "x"), timeout("slow", 1)]);
    expect(await org.store.heads()).toEqual(before);
    expect(again.revision).toBe(before.revision);
    expect(again.results.map(({ created }) => created)).toEqual([false, false, false]);
    expect(again.results[2]?.etag).toBe((await org.store.get(keyOf("MeshTimeout/default/slow")))?.etag);
  });

  test("the same write id answers what the first attempt did", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    const first = await org.apply([timeout("slow", 1)], [], { writeId: "once" });
    expect(await org.apply([timeout("slow", 1)], [], { writeId: "once" })).toEqual(first);
    const gone = await org.apply([], ["MeshTimeout/default/slow"], { writeId: "gone" });
    expect(await org.apply([], ["MeshTimeout/default/slow"], { writeId: "gone" })).toEqual(gone);
    expect((await org.store.heads()).revision).toBe(3);
  });
});

describe("If-Match", () => {
  test("a stale ETag, an absent resource, and one that fits", async () => {
    const org = await fresh();
    const put = (seconds: number, ifMatch: string) =>
      org.apply([], [], { put: [{ key: keyOf("MeshTimeout/default/slow"), body: timeout("slow", seconds), ifMatch }] });
    await org.apply([mesh()]);
    expect((await faultOf(put(1, "*"))).code).toBe("stale");
    const first = await org.apply([timeout("slow", 1)]);
    const etag = first.results[0]?.etag ?? "";
    const second = await put(2, etag);
    expect((await faultOf(put(3, etag))).code).toBe("stale");
    await put(4, "*");
    const fault = await faultOf(
      org.apply([], [], {
        delete: [{ key: keyOf("MeshTimeout/default/slow"), ifMatch: second.results[0]?.etag ?? "" }],
      }),
    );
    expect(fault.code).toBe("stale");
    expect((await org.store.heads()).revision).toBe(4);
  });
});

describe("scopes", () => {
  test.each([
    [["read"], [timeout("slow", 1)], [], "forbidden"],
    [["write"], [secret("own", "x")], [], "forbidden"],
    [["secret:write"], [timeout("slow", 1)], [], "forbidden"],
    [["read"], [], ["Mesh//default"], "forbidden"],
  ] as const)("%j may not", async (scopes, puts, deletes, code) => {
    const org = await fresh();
    await org.apply([mesh()]);
    const caller = { ...org.admin, scopes };
    expect((await faultOf(org.apply(puts, deletes, { caller }))).code).toBe(code);
    expect((await org.store.heads()).revision).toBe(1);
  });
});

describe("Mesh", () => {
  test("a CA does not change while mTLS is on", async () => {
    const org = await fresh();
    await org.apply([mtlsMesh()]);
    const other = mesh("default", { mtls: { enabledBackend: "ca-2", backends: [{ name: "ca-2", type: "builtin" }] } });
    expect(await faultOf(org.apply([other]))).toEqual({
      code: "invalid",
      title: "Failed to update a resource",
      detail: "Resource is not valid",
      violations: [
        "mtls.enabledBackend: Changing CA when mTLS is enabled is forbidden. Disable mTLS first and then change the CA",
      ],
    });
    await org.apply([mesh()]);
    await org.apply([other]);
  });

  test("holds its dataplanes, and takes everything else along", async () => {
    const org = await fresh();
    await org.apply([mtlsMesh(), zone(), dataplane("web-1", "web"), secret("own", "x")]);
    expect(await faultOf(org.apply([], ["Mesh//default"]))).toEqual({
      code: "invalid",
      title: "Could not delete a resource",
      detail: "Resource is not valid",
      violations: ["mesh: unable to delete mesh, there are still some dataplanes attached"],
    });
    // One change may take both: the mesh is judged as it would stand.
    await org.apply([], ["Dataplane/default/web-1", "Mesh//default"]);
    for (const type of ["Mesh", "Secret", "MeshTimeout", "Dataplane"]) expect(await names(org, type), type).toEqual([]);
    expect(await names(org, "Zone")).toEqual(["east"]);
  });

  test("one that comes again has another CA and another signing key", async () => {
    const org = await fresh();
    const keys = [
      "Secret/default/default.ca-builtin-cert-ca-1",
      "Secret/default/dataplane-token-signing-key-default-1",
    ];
    const reveal = { ...org.admin, scopes: ["admin", "secret:reveal"] };
    const read = () =>
      Promise.all(keys.map(async (text) => (await org.control.reader.get(reveal, keyOf(text))).resource.spec));
    await org.apply([mtlsMesh()]);
    const first = await read();
    await org.apply([], ["Mesh//default"]);
    await org.apply([mtlsMesh()]);
    const second = await read();
    expect(second[0]).not.toEqual(first[0]);
    expect(second[1]).not.toEqual(first[1]);
  });
});

describe("Secret", () => {
  test("one in use by a backend stays", async () => {
    const org = await fresh();
    await org.apply([mtlsMesh()]);
    const name = "default.ca-builtin-key-ca-1";
    expect((await faultOf(org.apply([], [`Secret/default/${name}`]))).violations).toEqual([
      `name: The secret "${name}" that you are trying to remove is currently in use in Mesh "default" in mTLS backend "ca-1". Please remove the reference from the "ca-1" backend before removing the secret.`,
    ]);
    await org.apply([mesh()]);
    await org.apply([], [`Secret/default/${name}`]);
  });

  test("a signing key must be an RSA key", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    const fault = await faultOf(org.apply([secret("dataplane-token-signing-key-default-2", "no key")]));
    expect(fault.violations).toEqual(["data: must be base64 of PEM with an RSA private key of at least 2048 bits"]);
  });

  test("lies sealed in the store, and is read only by those who may", async () => {
    const org = await fresh();
    await org.apply([mtlsMesh(), secret("own", "a very private text")]);
    const raw = JSON.stringify(await org.store.list({ type: "Secret", offset: 0, size: 10 }));
    expect(raw).not.toContain(Buffer.from("a very private text").toString("base64"));
    expect(raw).not.toContain("PRIVATE KEY");
    const read = async (scopes: readonly string[], name: string) =>
      (await org.control.reader.get({ ...org.admin, scopes }, { type: "Secret", mesh: "default", name })).resource.spec;
    const own = { data: Buffer.from("a very private text").toString("base64") };
    expect(await read(["admin"], "own")).toEqual(own);
    expect(await read(["admin"], "default.ca-builtin-key-ca-1")).toEqual({});
    expect(await read(["admin"], "dataplane-token-signing-key-default-1")).toEqual({});
    const shown = (await read(["admin", "secret:reveal"], "default.ca-builtin-key-ca-1")) as { data: string };
    expect(Buffer.from(shown.data, "base64").toString()).toContain("BEGIN PRIVATE KEY");
    const certificate = (await read(["admin"], "default.ca-builtin-cert-ca-1")) as { data: string };
    expect(Buffer.from(certificate.data, "base64").toString()).toContain("BEGIN CERTIFICATE");
    expect((await faultOf(read(["read"], "own"))).code).toBe("forbidden");
  });

  test("a private key that is shown is written down first: who, which and when", async () => {
    const org = await fresh();
    await org.apply([mtlsMesh(), secret("own", "text")]);
    const reveal = { ...org.admin, actor: "token:curious", scopes: ["admin", "secret:reveal"] };
    const key = (name: string) => ({ type: "Secret", mesh: "default", name });
    const token = "dataplane-token-signing-key-default-1";
    const ca = "default.ca-builtin-key-ca-1";
    const time = new Date(plane.now).toISOString();
    await org.control.reader.get(org.admin, key(token));
    await org.control.reader.get(reveal, key("own"));
    expect(await revealsOf(org)).toEqual([]);
    const before = await org.store.heads();
    await org.control.reader.get(reveal, key(token));
    const one = { time, actor: "token:curious", token: "curious" };
    expect(await revealsOf(org)).toMatchObject([{ ...one, subject: `Secret default/${token}` }]);
    await org.control.reader.list(reveal, { type: "Secret", offset: 0, size: 9 });
    const both = { resources: [key(token), key(ca)].sort((a, b) => (a.name < b.name ? -1 : 1)) };
    expect(await revealsOf(org)).toMatchObject([{ ...one, details: both }, one]);
    expect(await org.store.heads()).toEqual(before);

    const { store } = plane;
    const broken = plane.reopen({
      store: {
        ...store,
        within: (tenant) => ({
          ...store.within(tenant),
          record: async () => {
            throw new Error("no audit");
          },
        }),
      },
    });
    await expect(broken.reader.get(reveal, key(token))).rejects.toThrow("no audit");
    expect((await broken.reader.get(org.admin, key(token))).resource.spec).toEqual({});
  });
});

describe("Zone and Dataplane", () => {
  test("a dataplane is in its zone by label, by tag, or in the only one", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    const refused = await faultOf(org.apply([dataplane("web-1", "web")]));
    expect(refused.violations).toEqual([
      'labels["kuma.io/zone"]: must name the Zone that the dataplane is in: there is not exactly one',
    ]);
    await org.apply([zone("east"), dataplane("web-1", "web")]);
    await org.apply([zone("west"), dataplane("web-2", "web", { labels: { "kuma.io/zone": "west" } })]);
    const tagged = [{ port: 80, tags: { "kuma.io/service": "web", "kuma.io/zone": "west" } }];
    await org.apply([dataplane("web-3", "web", { networking: { address: "10.0.0.3", inbound: tagged } })]);
    const placed = await Promise.all(
      ["web-1", "web-2", "web-3"].map(async (name) => {
        const resource = (await org.store.get({ type: "Dataplane", mesh: "default", name }))?.resource;
        const { networking } = (resource?.spec ?? {}) as Partial<SpecOf<"Dataplane">>;
        return [
          resource?.labels["kuma.io/zone"],
          networking?.inbound?.[0]?.tags?.["kuma.io/zone"],
          resource?.labels["kuma.io/origin"],
        ];
      }),
    );
    expect(placed).toEqual([
      ["east", "east", "zone"],
      ["west", "west", "zone"],
      ["west", "west", "zone"],
    ]);
    const nowhere = await faultOf(org.apply([dataplane("web-4", "web", { labels: { "kuma.io/zone": "north" } })]));
    expect(nowhere.violations).toEqual(['labels["kuma.io/zone"]: there is no Zone "north"']);
    const foreign = { labels: { "kuma.io/zone": "east" }, networking: { address: "10.0.0.3", inbound: tagged } };
    expect((await faultOf(org.apply([dataplane("web-5", "web", foreign)]))).violations).toEqual([
      'networking.inbound[0].tags["kuma.io/zone"]: is "west", and the dataplane is in the zone "east": leave it out, it is set by itself',
    ]);
    const moved = await faultOf(org.apply([dataplane("web-2", "web", { labels: { "kuma.io/zone": "east" } })]));
    expect(moved.violations[0]).toContain("is immutable");
  });

  test("mesh constraints", async () => {
    const org = await fresh();
    const constraints = {
      dataplaneProxy: {
        requirements: [{ tags: { team: "*" } }],
        restrictions: [{ tags: { "kuma.io/service": "evil" } }],
      },
    };
    await org.apply([mesh("default", { constraints }), zone()]);
    const fault = await faultOf(org.apply([dataplane("web-1", "evil")]));
    expect(fault.title).toBe("Failed to create a resource");
    expect(fault.violations).toHaveLength(2);
    expect(fault.violations[0]).toContain('dataplane cannot be a member of mesh "default"');
  });

  test("an enrolled relay holds its zone; the zone takes its dataplanes along", async () => {
    const org = await fresh();
    await org.apply([mesh(), zone(), dataplane("web-1", "web")]);
    const relay = await enrol(org);
    const fault = await faultOf(org.apply([], ["Zone//east"]));
    expect(fault.violations[0]).toContain("unable to delete Zone");
    await org.control.writer.revokeRelay(org.admin, "east", relay.relay);
    await org.apply([], ["Zone//east"]);
    expect(await names(org, "Dataplane")).toEqual([]);
  });
});
