// What a proxy should have: the snapshot first, newcomers beside it, later events over it, in layers that stay the same objects.

import { describe, expect, test } from "vitest";
import type { Newcomer } from "#compile/newcomer.ts";
import { changedNames, namesIn, resourceIn } from "#relay/ads/resource.ts";
import { namedClients } from "#relay/identity/named-clients.ts";
import { createResourceBook } from "#relay/resources.ts";
import type { Served } from "#relay/zone.ts";
import { createBlobStore } from "#snapshot/blob.ts";
import { template } from "#snapshot/template.ts";
import { edsCluster, identityOf, setOf, sha256, snapshotWith } from "./ads-zone.ts";

const web = { mesh: "default", name: "web" };

function served(more: Partial<Served> = {}): Served {
  const proxies = ["web", "api"].map((name) => ({ name, resources: [edsCluster("a"), edsCluster("b")] }));
  const snapshot = snapshotWith(proxies, [setOf("a", 1), setOf("b", 2), setOf("hidden", 3)]);
  return { epoch: 1, sequence: 1, snapshot, newcomers: new Map(), changedSets: () => new Map(), ...more };
}

function newcomer(...clusters: readonly string[]): Newcomer {
  const blobs = new Map<string, string>();
  const store = createBlobStore((text) => {
    const hash = sha256(text);
    blobs.set(hash, text);
    return hash;
  });
  const group = store.put(clusters.map((name) => [[store.put(template(...edsCluster(name)))], [{}]] as const));
  return {
    entry: { groups: [[group, {}]] },
    blobs,
    memberships: [],
    exposed: [],
    endpoints: clusters.map((name) => setOf(name, 99)),
    secrets: new Map(),
    faults: [],
  };
}

const ports = (resource: { body: () => unknown } | undefined) =>
  JSON.stringify(resource?.body()).match(/"portValue":\d+/g);

describe("a proxy's resources", () => {
  test("are the snapshot's, and only the endpoint sets of its own clusters", () => {
    const desired = createResourceBook(sha256).of(served(), web, () => undefined)!;
    expect([...namesIn(desired.sets.cluster)]).toEqual(["a", "b"]);
    expect([...namesIn(desired.sets.endpoints)].sort()).toEqual(["a", "b"]);
    expect(resourceIn(desired.sets.endpoints, "hidden")).toBeUndefined();
  });

  test("are none for who is not known, and before the first snapshot", () => {
    const book = createResourceBook(sha256);
    expect(book.of(served(), { mesh: "default", name: "nobody" }, () => undefined)).toBeUndefined();
    expect(book.of(served({ snapshot: null }), web, () => undefined)).toBeUndefined();
  });

  test("of a newcomer are its own; the snapshot's endpoint sets win over what it brought", () => {
    const desired = createResourceBook(sha256).of(
      served({ newcomers: new Map([["default/new", newcomer("a", "c")]]) }),
      { mesh: "default", name: "new" },
      () => undefined,
    )!;
    expect([...namesIn(desired.sets.cluster)]).toEqual(["a", "c"]);
    expect(ports(resourceIn(desired.sets.endpoints, "a"))).toEqual(['"portValue":1']);
    expect(ports(resourceIn(desired.sets.endpoints, "c"))).toEqual(['"portValue":99']);
  });

  test("in the snapshot are never replaced by what was compiled here", () => {
    const desired = createResourceBook(sha256).of(
      served({ newcomers: new Map([["default/web", newcomer("c")]]) }),
      web,
      () => undefined,
    )!;
    expect([...namesIn(desired.sets.cluster)]).toEqual(["a", "b"]);
  });

  test("hold the identities of a zone's egress, one for each mesh that it names", () => {
    const names = ["identity_cert:secret:a", "identity_cert:secret:b", "mesh_ca:secret:a"];
    const secrets = names.map((name) => ({ name, sdsConfig: { ads: {}, resourceApiVersion: "V3" } }));
    const group = template("cluster", edsCluster("x", { transportSocket: { typedConfig: { secrets } } })[1]);
    const made = newcomer();
    const blobs = new Map(made.blobs);
    const store = createBlobStore((text) => {
      const hash = sha256(text);
      blobs.set(hash, text);
      return hash;
    });
    const entry = { groups: [[store.put([[[store.put(group)], [{}]]]), {}] as const] };
    const newcomers = new Map([["/egress-1", { ...made, entry, blobs }]]);
    const identities: Record<string, ReturnType<typeof identityOf>> = { b: identityOf("2") };
    const egress = { mesh: "", name: "egress-1" };
    const { secret } = createResourceBook(sha256).of(served({ newcomers }), egress, (mesh) => identities[mesh])!.sets;
    expect([...namesIn(secret)].sort()).toEqual(names.slice(0, 2));
    expect(resourceIn(secret, "identity_cert:secret:a")).toMatchObject({ pending: true });
    expect(JSON.stringify(resourceIn(secret, "identity_cert:secret:b")?.body())).toContain("key 2");
  });

  test("hold a certificate for services outside where they name it, and for nobody else", () => {
    const name = "client_cert:secret:default:MeshExternalService:bank:1";
    const secrets = [{ name, sdsConfig: { ads: {}, resourceApiVersion: "V3" } }];
    const cluster = template("cluster", edsCluster("x", { transportSocket: { typedConfig: { secrets } } })[1]);
    const made = newcomer();
    const blobs = new Map(made.blobs);
    const store = createBlobStore((text) => {
      const hash = sha256(text);
      blobs.set(hash, text);
      return hash;
    });
    const entry = { groups: [[store.put([[[store.put(cluster)], [{}]]]), {}] as const] };
    const newcomers = new Map([["/egress-1", { ...made, entry, blobs }]]);
    const book = createResourceBook(sha256, undefined, undefined, (one) => identityOf(one));
    const secretOf = (proxy: { mesh: string; name: string }) =>
      resourceIn(book.of(served({ newcomers }), proxy, () => undefined)!.sets.secret, name);
    expect(JSON.stringify(secretOf({ mesh: "", name: "egress-1" })?.body())).toContain(`key ${name}`);
    expect(secretOf(web)).toBeUndefined();
    expect([...namedClients(served({ newcomers }))]).toEqual([name]);
  });

  test("show later events over the snapshot", () => {
    const changedSets = () => new Map([["a", setOf("a", 1, 7)]]);
    const desired = createResourceBook(sha256).of(served({ changedSets }), web, () => undefined)!;
    expect(ports(resourceIn(desired.sets.endpoints, "a"))).toEqual(['"portValue":1', '"portValue":7']);
  });
});

describe("from one moment to the next", () => {
  test("nothing changes where nothing did, and one event changes one name", () => {
    const book = createResourceBook(sha256);
    const first = served();
    const identity = identityOf("1");
    const before = book.of(first, web, () => identity)!;
    const same = book.of({ ...served(), sequence: 2 }, web, () => identity)!;
    for (const kind of ["cluster", "endpoints", "secret", "listener", "route"] as const) {
      expect([...changedNames(before.sets[kind], same.sets[kind])], kind).toEqual([]);
    }
    const event = book.of({ ...first, changedSets: () => new Map([["b", setOf("b", 5)]]) }, web, () => identity)!;
    expect([...changedNames(same.sets.endpoints, event.sets.endpoints)]).toEqual(["b"]);
    const other = book.of(first, { mesh: "default", name: "api" }, () => identity)!;
    expect(other.sets.endpoints.layers[1]).toBe(event.sets.endpoints.layers[1]);
  });

  test("an endpoint by host name has the addresses that it resolves to now", () => {
    let addresses = ["10.0.0.1"];
    let resolutions = 0;
    const book = createResourceBook(
      sha256,
      () => addresses,
      () => resolutions,
    );
    const named = { cluster: "a", endpoints: [{ ...setOf("a", 1).endpoints[0]!, address: "db.internal" }] };
    const moment = served({ snapshot: snapshotWith([{ name: "web", resources: [edsCluster("a")] }], [named]) });
    const before = book.of(moment, web, () => undefined)!;
    expect(JSON.stringify(resourceIn(before.sets.endpoints, "a")?.body())).toContain("10.0.0.1");
    addresses = ["10.0.0.2"];
    resolutions += 1;
    const after = book.of(moment, web, () => undefined)!;
    expect([...changedNames(before.sets.endpoints, after.sets.endpoints)]).toEqual(["a"]);
    expect(JSON.stringify(resourceIn(after.sets.endpoints, "a")?.body())).toContain("10.0.0.2");
    expect(JSON.stringify(resourceIn(before.sets.endpoints, "a")?.body())).toContain("10.0.0.1");
  });
});
