// Rolling back to a revision leaves what the users had after it, whatever they did since; undoing the newest is rolling back one.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openVault } from "#control/secret/vault.ts";
import type { SpecOf } from "#model/kinds.ts";
import { keyText, type Resource } from "#model/resource.ts";
import {
  type Body,
  dataplane,
  mesh,
  type Org,
  openPlane,
  type Plane,
  secret,
  signUp,
  timeout,
  zone,
} from "#test/control/harness.ts";

let plane: Plane;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

type Act = { readonly put: Body } | { readonly delete: string };

const number = fc.integer({ min: 1, max: 4 });
const inMesh = fc.constantFrom("default", "shop");

/** What users write: in two meshes, in zones and in none, with secrets and keys inside. */
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(fc.constantFrom("a", "b"), number, inMesh).map(([name, n, of]) => ({ put: timeout(name, n, of) })),
  fc.tuple(fc.constantFrom("a", "b"), inMesh).map(([name, of]) => ({ delete: `MeshTimeout/${of}/${name}` })),
  fc
    .tuple(number, fc.constantFrom("east", "west"))
    .map(([n, of]) => ({ put: { ...timeout("zonal", n), labels: { "kuma.io/zone": of } } })),
  fc.constant({ delete: "MeshTimeout/default/zonal" }),
  number.map((n) => ({ put: secret("own", `content ${n}`) })),
  fc.constant({ delete: "Secret/default/own" }),
  number.map((n) => ({ put: bank(n) })),
  fc.constant({ delete: "MeshExternalService/default/bank" }),
  number.map((n) => ({ put: dataplane("web", `web-${n}`, { labels: { "kuma.io/zone": "east" } }) })),
  fc.constant({ delete: "Dataplane/default/web" }),
  fc.boolean().map((on) => ({ put: mesh("default", { ...MODE, routing: { zoneEgress: on } }) })),
  fc.constant({ put: mesh("shop") }),
  fc.constant({ delete: "Mesh//shop" }),
  fc.boolean().map((enabled) => ({ put: { ...zone("north"), enabled } })),
  fc.constant({ delete: "Zone//north" }),
);

const MODE = { meshServices: { mode: "Everywhere" } };

/** A service that shows a certificate; its key is inline, and sealed in the store. */
function bank(n: number): Body {
  const verification = { clientCert: { inlineString: `certificate ${n}` }, clientKey: { inlineString: `key ${n}` } };
  const match = { type: "HostnameGenerator", port: 440 + n, protocol: "http" };
  const spec = { match, endpoints: [{ address: "bank.example.org", port: 443 }], tls: { enabled: true, verification } };
  return { type: "MeshExternalService", mesh: "default", name: "bank", spec };
}

/** The users' resources, secrets opened: what a rollback is judged by. */
async function usersOwn({ tenant, store }: Org): Promise<Readonly<Record<string, unknown>>> {
  const vault = openVault(tenant, plane.deps.keyEncryptionKey, plane.deps.chance);
  const meshes = (await store.list({ type: "Mesh", offset: 0, size: 99 })).items.map(({ resource }) => resource.name);
  const items = (await Promise.all(["", ...meshes].map((name) => store.readMesh(name)))).flatMap((read) => read.items);
  const told = new Map<string, unknown>();
  for (const { resource } of items) {
    if (resource.type === "Secret" && resource.name !== "own") continue;
    if (resource.labels["kuma.io/managed-by"] === "meshservice-generator") continue;
    told.set(keyText(resource), [resource.labels, await opened(resource)]);
  }
  return Object.fromEntries([...told].sort(([one], [other]) => (one < other ? -1 : 1)));

  async function opened(resource: Resource): Promise<unknown> {
    if (resource.type === "Secret") {
      return (await vault.openSecret(resource, (resource.spec as SpecOf<"Secret">).data ?? "")).reveal();
    }
    const sealed = /sealed:(v1\.[^"]*)/.exec(JSON.stringify(resource.spec))?.[1];
    if (sealed === undefined) return resource.spec;
    const key = (await vault.openInlineKey(resource, "clientKey", sealed)).reveal();
    return JSON.parse(JSON.stringify(resource.spec).replace(`sealed:${sealed}`, JSON.stringify(key).slice(1, -1)));
  }
}

let made = 0;

interface Past {
  readonly revision: number;
  readonly stood: Readonly<Record<string, unknown>>;
  /** Meshes that stood after it, each told from another one of its name. */
  readonly meshes: readonly string[];
}

/** Lets each list of acts be one change; those that are refused change nothing. */
async function lived(
  changes: readonly (readonly Act[])[],
): Promise<{ readonly org: Org; readonly past: readonly Past[] }> {
  const org = await signUp(plane, `property-${++made}`);
  await org.apply([mesh("default", MODE), zone("east"), zone("west")]);
  const past: Past[] = [];
  const shops = { count: 0 };
  const keep = async (): Promise<void> => {
    const { revision } = await org.store.heads();
    const stood = await usersOwn(org);
    if (past.at(-1)?.revision === revision) return;
    if ("Mesh//shop" in stood && past.at(-1)?.stood["Mesh//shop"] === undefined) shops.count += 1;
    past.push({ revision, stood, meshes: "Mesh//shop" in stood ? [`shop ${shops.count}`] : [] });
  };
  await keep();
  for (const acts of changes) {
    const puts = new Map<string, Body>();
    const gone = new Set<string>();
    for (const one of acts) {
      if ("delete" in one) gone.add(one.delete);
      else puts.set(`${one.put.type}/${one.put.mesh ?? ""}/${one.put.name}`, one.put);
    }
    for (const text of puts.keys()) gone.delete(text);
    await org.apply([...puts.values()], [...gone]).catch(() => null);
    await keep();
  }
  return { org, past };
}

const changes = fc.array(fc.array(act, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 8 });

test("rolling back to any revision", async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(), async (said, at) => {
      const { org, past } = await lived(said);
      const target = past[at % past.length] as Past;
      const lost = target.meshes.some((one) => !past.at(-1)?.meshes.includes(one));
      const asked = org.apply([], [], { rollback: { to: target.revision, created: "delete" } });
      if (lost) {
        await expect(asked).rejects.toMatchObject({ code: "conflict" });
        expect(await usersOwn(org)).toEqual(past.at(-1)?.stood);
      } else {
        done++;
        await asked;
        expect(await usersOwn(org)).toEqual(target.stood);
      }
    }),
    { numRuns: 10 },
  );
  expect(done).toBeGreaterThan(2);
});

test("undoing the newest revision", async () => {
  await fc.assert(
    fc.asyncProperty(changes, async (said) => {
      const { org, past } = await lived(said);
      const [before, newest] = past.slice(-2) as [Past, Past];
      if (past.length < 2 || before.meshes.some((one) => !newest.meshes.includes(one))) return;
      await org.apply([], [], { rollback: { undo: newest.revision, created: "delete" } });
      expect(await usersOwn(org)).toEqual(before.stood);
    }),
    { numRuns: 6 },
  );
});
