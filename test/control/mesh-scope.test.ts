// Editors of one mesh: what they may write there, and that nothing else is theirs.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Body,
  changeOf,
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
const within = (name: string, body: Body): Body => ({ ...body, mesh: name });
const ofPay = () => ({ caller: { ...org.admin, scopes: ["write@mesh:pay"] } });

beforeAll(async () => {
  plane = await openPlane();
  org = await signUp(plane, "acme");
  await org.apply([zone("east"), zone("west"), mesh("pay"), mesh("shop")]);
  await org.apply([within("pay", timeout("slow", 5)), within("shop", timeout("slow", 5))]);
});
afterAll(() => plane.close());

describe("an editor of one mesh", () => {
  test("writes and deletes what is in it, in any zone, and the settings of the mesh itself", async () => {
    const labels = { "kuma.io/zone": "west" };
    await org.apply(
      [within("pay", timeout("slow", 6)), within("pay", { ...timeout("brief", 1), labels })],
      [],
      ofPay(),
    );
    await org.apply([within("pay", { ...dataplane("pay-1", "pay"), labels })], [], ofPay());
    await org.apply([{ ...mesh("pay"), meshServices: { mode: "Exclusive" } }], [], ofPay());
    await org.apply([], ["MeshTimeout/pay/brief", "Dataplane/pay/pay-1"], ofPay());
    const { resource } = await org.control.reader.get(ofPay().caller, { type: "Mesh", mesh: "", name: "pay" });
    expect(resource.spec).toMatchObject({ meshServices: { mode: "Exclusive" } });
  });

  /** A mesh takes along what is in it, so nothing of it is put beside. */
  const own = (deletes: readonly string[]) => (deletes.length > 0 ? [] : [within("pay", timeout("slow", 99))]);
  const foreign: readonly (readonly [string, readonly Body[], readonly string[], string])[] = [
    ["another mesh's policy", [within("shop", timeout("slow", 9))], [], "it is of the mesh shop"],
    ["a policy for another mesh", [within("shop", timeout("new", 9))], [], "it is of the mesh shop"],
    ["another mesh's policy away", [], ["MeshTimeout/shop/slow"], "it is of the mesh shop"],
    ["its own mesh away", [], ["Mesh//pay"], "whether a mesh is there is the organisation's to say"],
    ["another mesh", [{ ...mesh("shop"), meshServices: { mode: "Exclusive" } }], [], "it is of the mesh shop"],
    ["a new mesh", [mesh("more")], [], "whether a mesh is there is the organisation's to say"],
    ["a zone", [zone("north")], [], "it is of no mesh"],
    ["a zone away", [], ["Zone//west"], "it is of no mesh"],
    [
      "names of services in all meshes",
      [{ type: "HostnameGenerator", name: "g", spec: { selector: { meshService: {} }, template: "{{ .Name }}.x" } }],
      [],
      "it is of no mesh",
    ],
  ];
  test.each(foreign)("does not write %s, and nothing of the change stands", async (_what, puts, deletes, why) => {
    const before = await org.store.heads();
    const fault = await faultOf(org.apply([...own(deletes), ...puts], deletes, ofPay()));
    expect([fault.code, fault.detail]).toEqual(["forbidden", expect.stringContaining(why)]);
    const { writer } = org.control;
    const change = changeOf({ put: puts, delete: deletes });
    expect((await faultOf(writer.plan(ofPay().caller, change))).code).toBe("forbidden");
    expect((await faultOf(writer.lint(ofPay().caller, change))).code).toBe("forbidden");
    expect(await org.store.heads()).toEqual(before);
  });

  test("a mesh that is gone is not its to make again", async () => {
    await org.apply([mesh("brief")]);
    await org.apply([], ["Mesh//brief"]);
    const caller = { ...org.admin, scopes: ["write@mesh:brief"] };
    const fault = await faultOf(org.apply([mesh("brief")], [], { caller }));
    expect(fault.code).toBe("forbidden");
  });

  test("commits a plan that is within its mesh alone, whoever made it", async () => {
    const { writer } = org.control;
    const planned = async (body: Body) => (await writer.plan(org.admin, changeOf({ put: [body] }))).id;
    const [own, foreignPlan] = [
      await planned(within("pay", timeout("slow", 11))),
      await planned(within("shop", timeout("slow", 11))),
    ];
    expect((await faultOf(org.apply([], [], { ...ofPay(), planId: foreignPlan }))).code).toBe("forbidden");
    await org.apply([], [], { ...ofPay(), planId: own });
    expect((await org.store.get({ type: "MeshTimeout", mesh: "pay", name: "slow" }))?.resource.spec).toMatchObject({
      to: [{ default: { connectionTimeout: "11s" } }],
    });
  });

  test("undoes what was done in its mesh, and no more", async () => {
    const undone = async (name: string) => {
      const { revision } = await org.apply([within(name, timeout("slow", 20))]);
      return org.apply([], [], { ...ofPay(), rollback: { undo: revision } });
    };
    expect((await undone("pay")).changes).toHaveLength(1);
    expect((await faultOf(undone("shop"))).detail).toContain("it is of the mesh shop");
    await org.apply([within("shop", timeout("slow", 5))]);
  });

  test("prunes in its mesh alone", async () => {
    const prune = (name: string) => ({
      ...ofPay(),
      prune: { meshes: [name], types: ["MeshTimeout"], empty: true },
    });
    expect((await faultOf(org.apply([], [], prune("shop")))).code).toBe("forbidden");
    await org.apply([within("pay", timeout("gone", 5))]);
    await org.apply([], [], prune("pay"));
    expect(await org.store.get({ type: "MeshTimeout", mesh: "pay", name: "gone" })).toBeNull();
    expect(await org.store.get({ type: "MeshTimeout", mesh: "shop", name: "slow" })).not.toBeNull();
  });

  test("a planner of the mesh plans there and commits nothing", async () => {
    const caller = { ...org.admin, scopes: ["plan@mesh:pay"] };
    const change = (name: string) => changeOf({ put: [within(name, timeout("planned", 3))] });
    expect((await org.control.writer.plan(caller, change("pay"))).changes).toHaveLength(1);
    expect((await faultOf(org.control.writer.plan(caller, change("shop")))).code).toBe("forbidden");
    expect((await faultOf(org.control.writer.apply(caller, change("pay")))).code).toBe("forbidden");
  });

  test("issues tokens of its mesh's dataplanes alone, where its scopes say so", async () => {
    const { writer } = org.control;
    const caller = { ...org.admin, scopes: ["token:dataplane@mesh:pay"] };
    const token = { mesh: "pay", name: "", type: "dataplane", workload: "", validForSeconds: 60, tags: {} };
    expect(await writer.createDataplaneToken(caller, token)).toMatch(/^ey/);
    for (const other of [{ mesh: "shop" }, { type: "ingress" }, { type: "egress" }]) {
      const fault = await faultOf(writer.createDataplaneToken(caller, { ...token, ...other }));
      expect(fault.code).toBe("forbidden");
    }
    const zoneToken = { zone: "east", scope: ["ingress"], validForSeconds: 60 };
    const relay = await enrol(org, "east");
    for (const refused of [
      writer.createZoneToken(caller, zoneToken),
      writer.createEnrolment(caller, "east", 60),
      writer.revokeRelay(caller, "east", relay.relay),
      writer.createToken(caller, { name: "t", scopes: ["read"], expiresAt: null }),
    ].map(faultOf))
      expect((await refused).code).toBe("forbidden");
  });

  test("reads as widely as every editor, secrets aside", async () => {
    const { caller } = ofPay();
    const list = (type: string, of: string) =>
      org.control.reader.list(caller, { type, mesh: of, offset: 0, size: 100 });
    expect((await list("MeshTimeout", "shop")).items.map(({ resource }) => resource.name)).toContain("slow");
    expect((await faultOf(list("Secret", "pay"))).code).toBe("forbidden");
  });
});

describe("a token", () => {
  const created = (scopes: readonly string[], caller = org.admin) =>
    org.control.writer.createToken(caller, { name: "t", scopes, expiresAt: null });

  test("for a mesh that there is none of is refused", async () => {
    expect((await created(["write@mesh:pay"])).token).toContain("weft_api_");
    expect((await faultOf(created(["write@mesh:pey"]))).violations).toEqual([
      'scopes[0]: write@mesh:pey: there is no mesh "pey"; there are: pay, shop',
    ]);
    expect((await faultOf(created(["zone:enrol@mesh:pay"]))).code).toBe("invalid");
  });

  test("with the scope owner is made by owners alone", async () => {
    const fault = await faultOf(created(["read", "owner"]));
    expect([fault.code, fault.detail]).toEqual(["forbidden", expect.stringContaining("An owner gives it")]);
    const owner = { ...org.admin, scopes: ["admin", "owner"] };
    expect((await created(["owner"], owner)).token).toContain("weft_api_");
  });
});
