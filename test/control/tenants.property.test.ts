// Two organisations with the same names for everything: nothing of one is ever in what the other is given.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  client,
  dataplane,
  enrol,
  faultOf,
  keyOf,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  secret,
  signUp,
  type TestRelay,
  zone,
} from "./harness.ts";
import { csrFor, joinOf, refusals, send, tokenFor } from "./joining.ts";
import { look } from "./snapshot-reader.ts";

const labels = { "kuma.io/zone": "east" };

let plane: Plane;
let orgs: readonly { readonly org: Org; readonly relay: TestRelay; readonly mark: string }[];

beforeAll(async () => {
  plane = await openPlane();
  orgs = await Promise.all(
    ["left", "right"].map(async (mark) => {
      const org = await signUp(plane, mark);
      await org.apply([mtlsMesh(), mtlsMesh("beside"), zone(), zone("west"), { ...client("caller", "web"), labels }]);
      await org.apply([{ ...client("caller-beside", "web"), mesh: "beside", labels }]);
      return { org, relay: await enrol(org), mark: `mark-of-${mark}` };
    }),
  );
});
afterAll(() => plane.close());

const act = fc.record({
  who: fc.integer({ min: 0, max: 1 }),
  what: fc.constantFrom("put", "far", "beside", "ingress", "secret", "join", "delete"),
  name: fc.constantFrom("web-1", "web-2"),
});

test("under any order of what the two do", async () => {
  let reached = false;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 6 }), async (acts) => {
      for (const { who, what, name } of acts) {
        const { org, relay, mark } = orgs[who] as (typeof orgs)[number];
        const own = dataplane(name, "web", {
          labels,
          networking: { address: `${mark}.test`, inbound: [{ port: 80, tags: { "kuma.io/service": "web", mark } }] },
        });
        const key = `Dataplane/default/${name}`;
        const inbound = [{ port: 80, tags: { "kuma.io/service": "web", mark } }];
        const border = { address: "10.0.0.8", port: 80, advertisedAddress: `${mark}.border`, advertisedPort: 80 };
        if (what === "put") await org.apply([own]);
        else if (what === "far") await org.apply([{ ...own, name: `far-${name}`, labels: { "kuma.io/zone": "west" } }]);
        else if (what === "beside") {
          const networking = { address: `beside-${mark}.test`, inbound };
          await org.apply([{ ...own, mesh: "beside", networking }]);
        } else if (what === "ingress")
          await org.apply([{ type: "ZoneIngress", name: "zi-west", zone: "west", networking: border }]);
        else if (what === "secret") await org.apply([secret("shared-name", mark)]);
        else if (what === "join")
          await send(plane, org, relay, joinOf(own, await tokenFor(org), { csr: await csrFor() }));
        else if ((await org.store.get(keyOf(key))) !== null) await org.apply([], [key]);
      }
      for (const [index, { org, relay, mark }] of orgs.entries()) {
        await org.settle();
        const other = orgs[1 - index] as (typeof orgs)[number];
        const reveal = { ...org.admin, scopes: ["admin", "secret:reveal"] };
        const seen = await look(org.control, org.store, relay, null);
        const given = [
          [...(seen?.snapshot.blobs.values() ?? [])],
          seen?.envelope,
          await org.control.reader.view(relay),
          await org.control.reader.list(reveal, { type: "Dataplane", offset: 0, size: 100 }),
          await org.control.reader.list(reveal, { type: "Secret", offset: 0, size: 100 }),
          await org.control.reader.tokens(org.admin),
          await org.store.revisions({ size: 100 }),
          await org.store.registrations({}),
          await org.store.certificates({ size: 100 }),
        ];
        for (const [set, addresses] of Object.entries(seen?.endpoints ?? {})) {
          reached ||= addresses.some((address) => address.startsWith(`${mark}.border`));
          // A mesh has the addresses of its own dataplanes, and of the ways into other zones.
          for (const address of addresses) expect(address.startsWith("beside-")).toBe(set.startsWith("beside/"));
        }
        const text = JSON.stringify(given);
        for (const foreign of [
          other.mark,
          Buffer.from(other.mark).toString("base64"),
          other.org.tenant,
          other.relay.relay,
        ]) {
          expect(text.includes(foreign)).toBe(false);
        }
      }
    }),
    {
      numRuns: 8,
      // One in which each has a service behind its ingress in the other zone, so that there is something to mix up.
      examples: [[["far", "ingress"].flatMap((what) => [0, 1].map((who) => ({ who, what, name: "web-2" })))]],
    },
  );
  expect(reached).toBe(true);
});

test("a credential of one opens nothing of the other", async () => {
  const [left, right] = orgs as readonly [(typeof orgs)[number], (typeof orgs)[number]];
  const foreign = await tokenFor(left.org);
  expect(refusals(await send(plane, right.org, right.relay, joinOf(dataplane("thief", "web"), foreign)))).toEqual([
    expect.stringContaining("signature does not verify"),
  ]);
  const { token } = await left.org.control.writer.createEnrolment(left.org.admin, "east", 60);
  const keys = { signingKey: left.relay.signing, encryptionKey: left.relay.encryption };
  const moved = token.replace(left.org.tenant, right.org.tenant);
  expect((await faultOf(right.org.control.writer.enrol(right.org.tenant, { token: moved, ...keys }))).code).toBe(
    "unauthenticated",
  );
  expect((await faultOf(right.org.control.writer.enrol(right.org.tenant, { token, ...keys }))).code).toBe(
    "unauthenticated",
  );
  await expect(
    right.org.control.poll.snapshot({ ...left.relay, tenant: right.org.tenant }, null, 0),
  ).rejects.toMatchObject({ code: "unauthenticated" });
  await expect(
    right.org.control
      .writerOf(right.org.tenant)
      .apply(left.org.admin, { put: [], delete: [], reason: "", writeId: "x" }),
  ).rejects.toThrow("its own organisation");
  const stolen = right.org.control.writer.report({ ...left.relay, tenant: right.org.tenant }, proof(plane), {
    events: [{ kind: "refused", number: 1, mesh: "m", name: "n", reason: "r" }],
  });
  expect((await faultOf(stolen)).code).toBe("conflict");
});
