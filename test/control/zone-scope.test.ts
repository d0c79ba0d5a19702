// Editors of one zone: what they may write there, and that nothing else is theirs.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Body,
  dataplane,
  enrol,
  faultOf,
  mesh,
  type Org,
  openPlane,
  type Plane,
  signUp,
  timeout,
  zone,
} from "./harness.ts";

let plane: Plane;
let org: Org;
const inZone = (name: string, body: Body): Body => ({ ...body, labels: { "kuma.io/zone": name } });
const ofEast = () => ({ caller: { ...org.admin, scopes: ["write@east"] } });

beforeAll(async () => {
  plane = await openPlane();
  org = await signUp(plane, "acme");
  await org.apply([zone("east"), zone("west"), mesh()]);
  await org.apply([timeout("global", 5), inZone("east", timeout("of-east", 5)), inZone("west", timeout("of-west", 5))]);
});
afterAll(() => plane.close());

describe("a policy with a zone's label", () => {
  test("is of that zone", async () => {
    const { resource } = await org.control.reader.get(org.admin, {
      type: "MeshTimeout",
      mesh: "default",
      name: "of-east",
    });
    expect(resource.labels).toMatchObject({ "kuma.io/origin": "zone", "kuma.io/zone": "east" });
  });

  test("is refused where there is no such zone", async () => {
    const { violations } = await faultOf(org.apply([inZone("north", timeout("of-north", 5))]));
    expect(violations).toEqual(['labels["kuma.io/zone"]: there is no Zone "north"']);
  });

  test("cannot be moved to another", async () => {
    const { violations } = await faultOf(org.apply([inZone("west", timeout("of-east", 6))]));
    expect(violations[0]).toContain('labels["kuma.io/zone"]: is immutable');
  });
});

describe("an editor of one zone", () => {
  test("writes and deletes its policies and dataplanes", async () => {
    await org.apply([inZone("east", timeout("of-east", 7)), inZone("east", timeout("brief", 7))], [], ofEast());
    await org.apply([inZone("east", dataplane("web-1", "web"))], [], ofEast());
    await org.apply([], ["MeshTimeout/default/brief", "Dataplane/default/web-1"], ofEast());
    expect(await org.store.get({ type: "MeshTimeout", mesh: "default", name: "brief" })).toBeNull();
  });

  const foreign: readonly (readonly [string, readonly Body[], readonly string[], string])[] = [
    ["another zone's policy", [inZone("west", timeout("of-west", 9))], [], "it is of the zone west"],
    ["a policy for another zone", [inZone("west", timeout("new", 9))], [], "it is of the zone west"],
    ["a policy of all zones", [timeout("global", 9)], [], "it is of no zone"],
    ["a mesh", [mesh("more")], [], "it is of no zone"],
    ["its own Zone", [zone("east")], [], "it is of no zone"],
    ["another zone's policy away", [], ["MeshTimeout/default/of-west"], "it is of the zone west"],
    ["a policy of all zones away", [], ["MeshTimeout/default/global"], "it is of no zone"],
  ];
  test.each(foreign)("does not write %s, and nothing of the change stands", async (_what, puts, deletes, why) => {
    const before = await org.store.heads();
    const fault = await faultOf(org.apply([inZone("east", timeout("of-east", 99)), ...puts], deletes, ofEast()));
    expect(fault.code).toBe("forbidden");
    expect(fault.detail).toContain(why);
    expect(await org.store.heads()).toEqual(before);
  });

  const posing: readonly (readonly [string, () => Body, string])[] = [
    ["a mesh that says it is its zone's", () => inZone("east", mesh("more")), "it is of no zone"],
    ["a Zone that says so", () => inZone("east", zone("north")), "it is of no zone"],
    [
      "what leads a service of all zones outside",
      () =>
        inZone("east", {
          ...{ type: "ExternalService", mesh: "default", name: "billing", tags: { "kuma.io/service": "billing" } },
          networking: { address: "192.0.2.1:443" },
        }),
      "it is of no zone",
    ],
    [
      "host names of all zones",
      () =>
        inZone("east", {
          ...{
            type: "VirtualOutbound",
            mesh: "default",
            name: "names",
            selectors: [{ match: { "kuma.io/service": "*" } }],
          },
          conf: { host: "bank.example", port: "443", parameters: [{ name: "service", tagKey: "kuma.io/service" }] },
        }),
      "it is of no zone",
    ],
    [
      "a service over all zones",
      () =>
        inZone("east", {
          ...{ type: "MeshMultiZoneService", mesh: "default", name: "all" },
          spec: {
            selector: { meshService: { matchLabels: { "kuma.io/display-name": "billing" } } },
            ports: [{ port: 80 }],
          },
        }),
      "it is of no zone",
    ],
    [
      "a policy that speaks to callers in all zones",
      () => {
        const { spec, ...rest } = inZone("east", timeout("spoken", 5)) as Body & { readonly spec: Body };
        const to = [{ targetRef: { kind: "MeshService", name: "billing" }, default: { connectionTimeout: "5s" } }];
        const labels = { ...(rest.labels as Body), "k8s.kuma.io/namespace": "shop" };
        return { ...rest, labels, spec: { ...spec, to } };
      },
      "it speaks to callers in all zones",
    ],
  ];
  test.each(posing)("does not write %s", async (_what, put, why) => {
    const fault = await faultOf(org.apply([put()], [], ofEast()));
    expect([fault.code, fault.detail]).toEqual(["forbidden", expect.stringContaining(why)]);
  });

  test("cannot take for its policy a role that it does not have", async () => {
    const body = inZone("east", timeout("posing", 5));
    const labels = { ...(body.labels as Body), "kuma.io/policy-role": "producer" };
    await org.apply([{ ...body, labels }], [], ofEast());
    const key = { type: "MeshTimeout", mesh: "default", name: "posing" };
    const { resource } = await org.control.reader.get(org.admin, key);
    expect(resource.labels["kuma.io/policy-role"]).toBeUndefined();
    await org.apply([], ["MeshTimeout/default/posing"], ofEast());
  });

  test("reads what holds for its zone, secrets aside", async () => {
    const { caller } = ofEast();
    const list = await org.control.reader.list(caller, { type: "MeshTimeout", mesh: "default", offset: 0, size: 100 });
    expect(list.items.map(({ resource }) => resource.name)).toEqual(expect.arrayContaining(["global", "of-west"]));
    const secrets = org.control.reader.list(caller, { type: "Secret", mesh: "default", offset: 0, size: 100 });
    expect((await faultOf(secrets)).code).toBe("forbidden");
  });

  test("admits relays and issues tokens for that zone alone, where its scopes say so", async () => {
    const { writer } = org.control;
    const caller = { ...org.admin, scopes: ["zone:enrol@east", "token:dataplane@east"] };
    expect((await writer.createEnrolment(caller, "east", 60)).token).toContain("weft_enrolment_");
    expect((await faultOf(writer.createEnrolment(caller, "west", 60))).detail).toContain("in the zone west");
    const relay = await enrol(org, "west");
    expect((await faultOf(writer.revokeRelay(caller, "west", relay.relay))).code).toBe("forbidden");
    const token = { mesh: "default", name: "", type: "dataplane", workload: "", validForSeconds: 60 };
    const bound = (zones: readonly string[]) => ({ ...token, tags: { "kuma.io/zone": zones } });
    expect(await writer.createDataplaneToken(caller, bound(["east"]))).toMatch(/^ey/);
    for (const wide of [token, bound(["west"]), bound(["east", "west"])])
      expect((await faultOf(writer.createDataplaneToken(caller, { tags: {}, ...wide }))).code).toBe("forbidden");
  });
});

describe("a zone that is deleted", () => {
  test("leaves what only says that it is the zone's", async () => {
    await org.apply([zone("brief"), inZone("brief", mesh("kept"))]);
    await org.apply([], ["Zone//brief"]);
    expect(await org.store.get({ type: "Mesh", mesh: "", name: "kept" })).not.toBeNull();
  });

  test("takes along what is its own, in one revision", async () => {
    await org.apply([zone("south"), inZone("south", timeout("of-south", 5)), inZone("south", dataplane("s-1", "web"))]);
    const { revision } = await org.store.heads();
    await org.apply([], ["Zone//south"]);
    const [record] = await org.store.revisions({ size: 1 });
    expect(record?.revision).toBe(revision + 1);
    expect(record?.changes.map(({ key: { type, name } }) => `${type} ${name}`).sort()).toEqual([
      "Dataplane s-1",
      "MeshTimeout of-south",
      "Zone south",
    ]);
  });
});
