// The end of an organisation over HTTP: refused at once, restored in time, removed by the writer's own alarm.
import { expect, test, vi } from "vitest";
import { createRelayKeys, enrolRelay } from "./relay.ts";
import { settled } from "./settled.ts";
import { call, createMesh, createOrganisation, createToken, type Organisation, type Subject } from "./subject.ts";

const PATH = "/v1/deletion";
const end = (organisation: Organisation, more: object = {}) =>
  organisation.call("POST", PATH, { name: organisation.name, ...more });

export function endingSuite(subject: () => Subject): void {
  test("whoever looks is told what would go; nothing has happened", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const relay = await enrolRelay(subject(), organisation, "east");
    await settled(organisation);
    expect((await relay.call("GET", "/v1/zone/snapshot")).status).toBe(200);
    const asked = await organisation.as(await createToken(organisation, ["read"])).call("GET", PATH);
    expect([asked.status, asked.json], asked.text).toEqual([
      200,
      {
        ending: null,
        graceDays: 7,
        counts: { meshes: 1, zones: 1, proxies: { total: 0, online: 0 }, members: 0, tokens: 2, webhooks: 0 },
        relays: [`east/${relay.relay}`],
      },
    ]);
  });

  test("its name must be typed, its relays gone or the end forced, and the caller an owner or its only admin", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const wrong = await organisation.call("POST", PATH, { name: "another" });
    expect([wrong.status, wrong.json.invalid_parameters]).toEqual([
      400,
      [{ field: "name", reason: `must be ${organisation.name}` }],
    ]);
    const relay = await enrolRelay(subject(), organisation, "east");
    await relay.call("GET", "/v1/zone/snapshot");
    const online = await end(organisation);
    expect([online.status, online.json.detail]).toEqual([
      409,
      `Relays are online: east/${relay.relay}. Stop them first, or force it: then they go on with what they have, and learn nothing new`,
    ]);
    const writer = organisation.as(await createToken(organisation, ["write"]));
    expect((await end(writer, { force: true })).status).toBe(403);
    expect((await writer.call("DELETE", PATH)).status).toBe(403);
    expect((await organisation.call("GET", "/meshes")).json.total).toBe(1);
  });

  test("from then on everything is refused and says until when; restored, all is as it was", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const relay = await enrolRelay(subject(), organisation, "east");
    await settled(organisation);
    const poll = () => relay.call("GET", "/v1/zone/snapshot");
    const first = await poll();
    const held = relay.call("GET", "/v1/zone/snapshot", {
      headers: { "if-none-match": first.headers.get("etag") ?? "", prefer: "wait=20" },
    });
    const minted = await organisation.call("POST", "/v1/zones/east/enrolment-tokens", {});
    const ended = await end(organisation, { force: true });
    expect([ended.status, ended.json], ended.text).toEqual([
      200,
      { at: expect.any(String), by: expect.stringMatching(/^token:/), purgeAt: expect.any(String) },
    ]);
    const { at, purgeAt } = ended.json;
    expect(Date.parse(purgeAt) - Date.parse(at)).toBe(7 * 86_400_000);
    const why = `The organisation ${organisation.name} was deleted at ${at}; an owner can restore it until ${purgeAt}`;
    for (const [method, path, body] of [
      ["GET", "/meshes"],
      ["PUT", "/meshes/other", { type: "Mesh", name: "other" }],
      ["POST", "/v1/tokens", { name: "t", scopes: ["read"] }],
      ["GET", "/v1/events"],
    ] as const) {
      const refused = await organisation.call(method, path, body);
      expect([refused.status, refused.json.title, refused.json.detail]).toEqual([
        403,
        "The organisation has been deleted",
        why,
      ]);
    }
    // A poll that is held learns it within a second, as every later one: and takes it for an outage, which may end.
    for (const refused of [await held, await poll(), await relay.call("POST", "/v1/zone/report", { body: {} })])
      expect([refused.status, refused.headers.get("retry-after"), refused.json.detail], refused.text).toEqual([
        503,
        "60",
        expect.stringContaining(`The organisation of the relay ${relay.relay} of zone east has been deleted`),
      ]);
    const { signingKey, encryptionKey } = await createRelayKeys();
    const enrol = await call(subject(), "POST", "/v1/zone/enrol", {
      body: { token: minted.json.token, signingKey, encryptionKey },
    });
    expect([enrol.status, enrol.json.detail]).toEqual([403, why]);
    const taken = await call(subject(), "POST", "/v1/organisations", {
      token: subject().operatorSecret,
      body: { name: organisation.name },
    });
    expect(taken.status).toBe(409);
    expect((await organisation.call("GET", PATH)).json).toMatchObject({ ending: ended.json, counts: null, relays: [] });
    expect((await end(organisation)).json).toEqual(ended.json);

    expect((await organisation.call("DELETE", PATH)).status).toBe(204);
    expect((await organisation.call("DELETE", PATH)).status).toBe(204);
    expect((await poll()).status).toBe(200);
    expect((await organisation.call("PUT", "/meshes/other", { type: "Mesh", name: "other" })).status).toBe(201);
    const { items } = (await organisation.call("GET", "/v1/audit")).json;
    const deeds = items
      .map(({ action }: { action: string }) => action)
      .filter((one: string) => /^organisation/.test(one));
    expect(deeds).toEqual(["organisation.restore", "organisation.delete", "organisation.create"]);
  });

  test("removed at once, it leaves nothing: its name is free, its token unknown, its relay a stranger", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const relay = await enrolRelay(subject(), organisation, "east");
    expect((await end(organisation, { force: true, now: true })).status).toBe(200);
    const again = await vi.waitUntil(
      async () => {
        const made = await call(subject(), "POST", "/v1/organisations", {
          token: subject().operatorSecret,
          body: { name: organisation.name },
        });
        return made.status === 201 && made;
      },
      { timeout: 60_000, interval: 100 },
    );
    expect(again.json.organisation.id).not.toBe(organisation.id);
    const old = await organisation.call("GET", "/meshes");
    expect([old.status, old.json.detail]).toEqual([401, "The API token is not known"]);
    const stranger = await relay.call("GET", "/v1/zone/snapshot");
    expect([stranger.status, stranger.json.detail]).toEqual([
      401,
      expect.stringContaining("the relay's organisation has been deleted"),
    ]);
    const fresh = organisation.as(again.json.token.token);
    expect((await fresh.call("GET", "/meshes")).json.total).toBe(0);
    expect((await fresh.call("GET", "/v1/relays")).json.total).toBe(0);
  });
}
