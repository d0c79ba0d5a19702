// Joins over HTTP: how far an enrolment has come, and why attempts were refused.
import { expect, test } from "vitest";
import type { JoinsBody } from "#api/join.ts";
import type { OverviewBody } from "#api/overview.ts";
import { createRelayKeys, relayOf } from "./relay.ts";
import {
  call,
  createMesh,
  createOrganisation,
  createToken,
  dataplane,
  type Organisation,
  type Subject,
} from "./subject.ts";

async function joinsOf(organisation: Organisation, query = ""): Promise<JoinsBody> {
  const answer = await organisation.call("GET", `/v1/joins${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}

const doneIn = ({ items }: JoinsBody) =>
  Object.entries(items[0]?.steps ?? {}).flatMap(([step, at]) => (at === null ? [] : [step]));

export function joinSuite(subject: () => Subject): void {
  async function minted(
    organisation: Organisation,
    zone: string,
    body: object = {},
  ): Promise<{ id: string; token: string }> {
    await organisation.call("PUT", `/zones/${zone}`, { type: "Zone", name: zone });
    const answer = await organisation.call("POST", `/v1/zones/${zone}/enrolment-tokens`, body);
    expect(answer.status, answer.text).toBe(201);
    return answer.json;
  }
  const enrol = async (token: string, keys?: Awaited<ReturnType<typeof createRelayKeys>>) => {
    const { signingKey, encryptionKey } = keys ?? (await createRelayKeys());
    return call(subject(), "POST", "/v1/zone/enrol", { body: { token, signingKey, encryptionKey } });
  };

  test("an enrolment is followed from its token to the first ACK", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    expect(await joinsOf(organisation)).toEqual({ items: [], refused: [], calls: [] });
    const { id, token } = await minted(organisation, "east");
    const made = await joinsOf(organisation, "?zone=east");
    expect(made.items).toMatchObject([{ zone: "east", token: id, state: "waiting", relay: null, proxy: null }]);
    expect(doneIn(made)).toEqual(["tokenMade"]);
    expect(JSON.stringify(made)).not.toContain(token.slice(-20));

    const keys = await createRelayKeys();
    const admitted = await enrol(token, keys);
    expect(admitted.status, admitted.text).toBe(200);
    const used = await joinsOf(organisation, "?zone=east");
    expect(used.items).toMatchObject([{ state: "used", relay: admitted.json.relay }]);
    expect(doneIn(used)).toEqual(["tokenMade", "tokenUsed"]);

    const relay = relayOf(subject(), admitted.json, keys);
    const report = async (body: object): Promise<void> => {
      const answer = await relay.call("POST", "/v1/zone/report", { body: { events: [], ...body } });
      expect([answer.status, answer.json.refused ?? []], answer.text).toEqual([200, []]);
    };
    await report({ presence: "here" });
    expect(doneIn(await joinsOf(organisation))).toEqual(["tokenMade", "tokenUsed", "relayConnected"]);
    const proxyToken = await organisation.call("POST", "/tokens/dataplane", {
      mesh: "default",
      tags: { "kuma.io/service": ["web"] },
    });
    const join = {
      ...{ mesh: "default", name: "web-1", registration: "life-1", owner: "stream", token: proxyToken.text },
      dataplane: dataplane("default", "web-1", "web"),
    };
    await report({ events: [{ kind: "joined", number: 1, join }] });
    const seen = await joinsOf(organisation);
    expect([doneIn(seen).at(-1), seen.items[0]?.proxy]).toEqual(["proxySeen", { mesh: "default", name: "web-1" }]);
    const words = "Error adding/updating listener(s) l: no";
    const delivery = {
      epoch: 1,
      sequence: 5,
      acked: 0,
      nacked: 1,
      pending: 0,
      laggards: [{ proxy: "default.web-1", reason: words }],
    };
    await report({ delivery });
    const sent = await joinsOf(organisation);
    expect([doneIn(sent).at(-1), sent.items[0]?.rejected]).toEqual(["configSent", words]);
    await report({ delivery: { ...delivery, sequence: 6, acked: 1, nacked: 0, laggards: [] } });
    const taken = await joinsOf(organisation);
    expect([doneIn(taken).at(-1), taken.items[0]?.rejected, taken.refused]).toEqual(["configTaken", null, []]);
    const loads = { epoch: 1, revision: 1, meshes: [{ mesh: "default", destinations: [load(0)] }] };
    await report({ loads: [loads] });
    expect(doneIn(await joinsOf(organisation))).not.toContain("firstRequest");
    await report({ loads: [{ ...loads, meshes: [{ mesh: "default", destinations: [load(3)] }] }] });
    expect(doneIn(await joinsOf(organisation)).at(-1)).toBe("firstRequest");
    expect((await joinsOf(organisation)).calls).toEqual([]);
  });

  test("what relays have seen of calls is told once each, of the zone that is asked for", async () => {
    const organisation = await createOrganisation(subject());
    const { token } = await minted(organisation, "east");
    const keys = await createRelayKeys();
    const { json } = await enrol(token, keys);
    const relay = relayOf(subject(), json, keys);
    const sent = { mesh: "default", proxy: "web-1", way: "sent", to: "backend" };
    const received = { mesh: "default", proxy: "backend-1", way: "received", to: "" };
    const report = (calls: readonly object[]) => relay.call("POST", "/v1/zone/report", { body: { events: [], calls } });
    for (const calls of [[sent], [sent, received]]) expect((await report(calls)).status).toBe(200);
    expect((await report([{ ...sent, way: "lost" }])).status).toBe(400);
    const joins = await joinsOf(organisation);
    expect(joins.calls.map(({ zone, mesh, proxy, way, to }) => [zone, mesh, proxy, way, to])).toEqual([
      ["east", "default", "web-1", "sent", "backend"],
      ["east", "default", "backend-1", "received", null],
    ]);
    expect([doneIn(joins).at(-1), joins.refused]).toEqual(["firstRequest", []]);
    await organisation.call("PUT", "/zones/west", { type: "Zone", name: "west" });
    expect((await joinsOf(organisation, "?zone=west")).calls).toEqual([]);
  });

  const load = (total: number) => ({ name: "web", before: { total: 0, errors: 0 }, since: { total, errors: 0 } });

  test("each attempt that is refused says why, and its token's text is kept nowhere", async () => {
    const organisation = await createOrganisation(subject());
    const used = await minted(organisation, "east");
    const admitted = await enrol(used.token);
    expect((await enrol(used.token)).status).toBe(403);
    const short = await minted(organisation, "east", { validFor: "1s" });
    const damaged = await minted(organisation, "west");
    const forged = `${damaged.token.slice(0, -1)}${damaged.token.endsWith("a") ? "b" : "a"}`;
    const unknown = damaged.token.replace(damaged.id, "a".repeat(damaged.id.length));
    expect((await enrol(forged)).status).toBe(401);
    expect((await enrol(unknown)).status).toBe(401);
    const homeless = await minted(organisation, "gone");
    expect((await organisation.call("DELETE", "/zones/gone")).status).toBe(200);
    expect((await enrol(homeless.token)).status).toBe(403);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await enrol(short.token)).status).toBe(403);
    await organisation.call("DELETE", `/v1/zones/east/relays/${admitted.json.relay}`);
    const again = await minted(organisation, "east");
    const keys = await createRelayKeys();
    const second = await enrol(again.token, keys);
    await organisation.call("DELETE", `/v1/zones/east/relays/${second.json.relay}`);
    expect((await enrol(again.token, keys)).status).toBe(403);

    const { refused, items } = await joinsOf(organisation);
    expect(new Set(refused.map(({ code, zone, token }) => `${code} ${zone} ${token}`))).toEqual(
      new Set([
        `relay-revoked east ${again.id}`,
        `token-expired east ${short.id}`,
        `zone-absent gone ${homeless.id}`,
        "token-unknown null null",
        `token-damaged west ${damaged.id}`,
        `token-used east ${used.id}`,
      ]),
    );
    for (const { what, reason, fix, count } of refused)
      expect([what, reason !== "", fix !== "", count]).toEqual(["relay", true, true, 1]);
    expect(items.map(({ state }) => state)).toContain("expired");
    const west = await joinsOf(organisation, "?zone=west");
    expect(west.refused.map(({ code }) => code).sort()).toEqual(["token-damaged", "token-unknown"]);
    for (const { token } of [used, short, damaged, homeless, { token: forged }])
      expect(JSON.stringify(refused)).not.toContain(token.slice(-16));
  });

  test("a relay that was started for something else than its token is for is refused, where somebody waits for it", async () => {
    const [acme, other] = [await createOrganisation(subject()), await createOrganisation(subject())];
    await acme.call("PUT", "/zones/east", { type: "Zone", name: "east" });
    await acme.call("PUT", "/zones/west", { type: "Zone", name: "west" });
    const [own, foreign] = [await minted(acme, "east"), await minted(other, "north")];
    const keys = await createRelayKeys();
    const start = (token: string, meant: object) => {
      const { signingKey, encryptionKey } = keys;
      return call(subject(), "POST", "/v1/zone/enrol", { body: { token, signingKey, encryptionKey, meant } });
    };
    const elsewhere = await start(foreign.token, { organisation: acme.name, zone: "east" });
    expect(elsewhere).toMatchObject({ status: 403, json: { title: "The relay is not enrolled" } });
    expect(elsewhere.json.detail).toContain(`where organisation ${acme.name} shows it`);
    expect(elsewhere.json.invalid_parameters).toEqual([
      {
        field: "meant.organisation",
        reason: `the relay is started for organisation ${acme.name}, and its token is of organisation ${other.name}`,
      },
      { field: "meant.zone", reason: "the relay is started for zone east, and its token is for zone north" },
    ]);
    const zone = await start(own.token, { zone: "west" });
    expect(zone.json.invalid_parameters?.map(({ field }: { field: string }) => field)).toEqual(["meant.zone"]);
    // A name that nobody has, or a zone that is not there, is kept nowhere.
    expect((await start(foreign.token, { organisation: "nobody-has-this" })).status).toBe(403);
    expect((await start(own.token, { zone: "<script>" })).status).toBe(403);
    expect((await start(`${own.token.slice(0, -4)}aaaa`, { organisation: other.name })).status).toBe(401);

    const told = ({ refused }: JoinsBody) => refused.map((one) => `${one.code} ${one.zone} ${one.token}`).sort();
    expect(told(await joinsOf(acme))).toEqual([
      `token-damaged east ${own.id}`,
      "token-elsewhere east null",
      `zone-elsewhere null ${own.id}`,
      `zone-elsewhere west ${own.id}`,
    ]);
    expect(told(await joinsOf(acme, "?zone=west"))).not.toContain("token-elsewhere east null");
    expect(told(await joinsOf(other))).toEqual([]);
    // Neither token was used: each admits where it is meant to, and whom nobody asks.
    expect((await start(own.token, { organisation: acme.name, zone: "east" })).status).toBe(200);
    expect((await enrol(foreign.token)).status).toBe(200);
  });

  test("proxies that were refused stand beside relays", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const { token } = await minted(organisation, "east");
    const keys = await createRelayKeys();
    const relay = relayOf(subject(), (await enrol(token, keys)).json, keys);
    const events = [{ kind: "refused", number: 1, mesh: "default", name: "web-1", reason: "token: it has expired" }];
    expect((await relay.call("POST", "/v1/zone/report", { body: { events } })).status).toBe(200);
    expect((await joinsOf(organisation, "?zone=east")).refused).toMatchObject([
      { what: "proxy", code: "refused", reason: "token: it has expired", zone: "east", mesh: "default", name: "web-1" },
    ]);
  });

  test("who was refused needs attention, until a relay is admitted or the proxy lives", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const problemsOf = async () => {
      const { problems } = (await organisation.call("GET", "/v1/overview")).json as OverviewBody;
      return problems.items.filter(({ kind }) => kind === "join.refused").map(({ about, words }) => ({ about, words }));
    };
    const damaged = await minted(organisation, "east");
    expect((await enrol(`${damaged.token.slice(0, -1)}${damaged.token.endsWith("a") ? "b" : "a"}`)).status).toBe(401);
    expect(await problemsOf()).toEqual([
      { about: { zone: "east", token: damaged.id }, words: expect.stringContaining("copy the whole text") },
    ]);
    const unknown = damaged.token.replace(damaged.id, "a".repeat(damaged.id.length));
    expect((await enrol(unknown)).status).toBe(401);
    expect(await problemsOf()).toHaveLength(1);
    const keys = await createRelayKeys();
    const relay = relayOf(subject(), (await enrol(damaged.token, keys)).json, keys);
    expect(await problemsOf()).toEqual([]);
    const report = (events: readonly object[]) => relay.call("POST", "/v1/zone/report", { body: { events } });
    const words = "token: it has expired";
    await report([{ kind: "refused", number: 1, mesh: "default", name: "web-1", reason: words }]);
    const about = { zone: "east", type: "Dataplane", mesh: "default", name: "web-1" };
    expect(await problemsOf()).toEqual([{ about, words }]);
    const token = await organisation.call("POST", "/tokens/dataplane", {
      mesh: "default",
      tags: { "kuma.io/service": ["web"] },
    });
    const join = {
      ...{ mesh: "default", name: "web-1", registration: "life-1", owner: "stream", token: token.text },
      dataplane: dataplane("default", "web-1", "web"),
    };
    expect((await report([{ kind: "joined", number: 2, join }])).json.refused).toBeUndefined();
    expect(await problemsOf()).toEqual([]);
  });

  test("is for readers of the organisation, and another one's attempts are not in it", async () => {
    const [mine, other] = [await createOrganisation(subject()), await createOrganisation(subject())];
    const token = await minted(other, "east");
    await enrol(token.token);
    await enrol(token.token);
    expect((await joinsOf(other)).refused).toHaveLength(1);
    expect(await joinsOf(mine)).toEqual({ items: [], refused: [], calls: [] });
    expect((await mine.call("GET", "/v1/joins?zone=east")).status).toBe(404);
    expect((await mine.as(other.token).call("GET", "/v1/joins")).status).toBe(404);
    expect((await mine.as(await createToken(mine, ["token:dataplane"])).call("GET", "/v1/joins")).status).toBe(403);
  });
}
