// The zone protocol: enrolment, proofs, polls, replays, revocation.
import { expect, test } from "vitest";
import { toBase64 } from "#trust/bytes.ts";
import { makeCsr } from "#trust/csr.ts";
import { digestText } from "#trust/digest.ts";
import { createRelayKeys, enrolRelay, relayOf } from "./relay.ts";
import { settled } from "./settled.ts";
import { call, createMesh, createOrganisation, dataplane, type Organisation, type Subject } from "./subject.ts";

const MTLS = { mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] } };

async function enrolmentToken(organisation: Organisation, zone: string, body: object = {}): Promise<string> {
  const made = await organisation.call("PUT", `/zones/${zone}`, { type: "Zone", name: zone });
  expect(made.status, made.text).toBeLessThan(300);
  const minted = await organisation.call("POST", `/v1/zones/${zone}/enrolment-tokens`, body);
  expect(minted.status, minted.text).toBe(201);
  return minted.json.token;
}

/** Bytes of the head of an answer as HTTP/1.1 writes it, with what a server adds of its own. */
function headBytes(status: string, headers: Headers): number {
  const own = ["date", "connection", "keep-alive", "transfer-encoding"];
  let bytes =
    `HTTP/1.1 ${status}\r\nDate: Sat, 21 Nov 2026 01:49:20 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=65\r\n\r\n`
      .length;
  for (const [name, value] of headers) if (!own.includes(name)) bytes += name.length + value.length + 4;
  return bytes;
}

export function zoneSuite(subject: () => Subject): void {
  test("enrolment: once for one pair of keys, and repeated with the same", async () => {
    const organisation = await createOrganisation(subject());
    const token = await enrolmentToken(organisation, "east");
    const [mine, other] = [await createRelayKeys(), await createRelayKeys()];
    const enrol = ({ signingKey, encryptionKey }: typeof mine) =>
      call(subject(), "POST", "/v1/zone/enrol", { body: { token, signingKey, encryptionKey } });
    const first = await enrol(mine);
    expect(first.status, first.text).toBe(200);
    expect(first.json).toMatchObject({
      tenant: organisation.id,
      organisation: organisation.name,
      zone: "east",
      controlPlane: expect.any(String),
    });
    expect(first.json.jwks.keys[0]).toMatchObject({ kty: "EC", crv: "P-256", kid: expect.any(String) });
    expect(first.text).not.toContain('"d"');
    const again = await enrol(mine);
    expect([again.status, again.json]).toEqual([200, first.json]);
    const stolen = await enrol(other);
    expect(stolen.status).toBe(403);
    expect(stolen.text).not.toContain(token.slice(-20));
    const relays = (await organisation.call("GET", "/v1/zones/east/relays")).json;
    expect(relays).toMatchObject({ total: 1, items: [{ id: first.json.relay, zone: "east", revoked: false }] });
  });

  test("an enrolment token that is forged, expired or an API token admits nobody", async () => {
    const organisation = await createOrganisation(subject());
    const token = await enrolmentToken(organisation, "east");
    const short = await enrolmentToken(organisation, "east", { validFor: "1s" });
    const { signingKey, encryptionKey } = await createRelayKeys();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const forged = `${token.slice(0, -1)}${token.endsWith("a") ? "b" : "a"}`;
    for (const bad of [forged, short, organisation.token, "nonsense"]) {
      const answer = await call(subject(), "POST", "/v1/zone/enrol", {
        body: { token: bad, signingKey, encryptionKey },
      });
      expect([401, 403]).toContain(answer.status);
    }
    expect((await organisation.call("GET", "/v1/relays")).json.total).toBe(0);
    const nowhere = await organisation.call("POST", "/v1/zones/nowhere/enrolment-tokens", {});
    expect(nowhere.status).toBe(404);
    const long = await organisation.call("POST", "/v1/zones/east/enrolment-tokens", { validFor: "200h" });
    expect([long.status, long.json.invalid_parameters[0].field]).toEqual([400, "validFor"]);
  });

  test("a call without a good proof is 401 with a nonce, whatever is wrong", async () => {
    const organisation = await createOrganisation(subject());
    const relay = await enrolRelay(subject(), organisation, "east");
    const path = "/v1/zone/view";
    const good = await relay.call("GET", path);
    expect(good.status, good.text).toBe(200);
    const stranger = relayOf(subject(), relay, await createRelayKeys());
    const nobody = relayOf(subject(), { ...relay, relay: "nobody" }, relay.keys);
    const elsewhere = relayOf(subject(), { ...relay, zone: "west" }, relay.keys);
    const answers = [
      await call(subject(), "GET", path),
      await call(subject(), "GET", path, { headers: { "weft-proof": "nonsense" } }),
      await call(subject(), "GET", path, { token: organisation.token }),
      await stranger.call("GET", path),
      await nobody.call("GET", path),
      await elsewhere.call("GET", path),
      await relay.call("GET", path, { bend: { htm: "POST" } }),
      await relay.call("GET", path, { bend: { htu: "/v1/zone/snapshot" } }),
      await relay.call("GET", path, { bend: { htu: `${path}?x=1` } }),
      await relay.call("GET", path, { bend: { bh: await digestText("other") } }),
      await relay.call("GET", path, { bend: { aud: "another" } }),
      await relay.call("GET", path, { bend: { nonce: "" } }),
      await relay.call("GET", path, { bend: { nonce: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" } }),
    ];
    for (const [index, { status, headers, json }] of answers.entries()) {
      expect([index, status, json.title]).toEqual([index, 401, "Unauthenticated"]);
      expect(headers.get("weft-nonce")).toMatch(/^[\w-]{20,}$/);
    }
  });

  test("poll: the whole, then 304 within 400 bytes, then a difference", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation, "default", MTLS);
    const relay = await enrolRelay(subject(), organisation, "east");
    await settled(organisation);
    const first = await relay.call("GET", "/v1/zone/snapshot", { headers: { prefer: "wait=10" } });
    expect(first.status, first.text).toBe(200);
    expect(first.headers.get("preference-applied")).toBe("wait=10");
    expect(first.json).toMatchObject({ envelope: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/), base: null });
    const etag = first.headers.get("etag") ?? "";
    const version = JSON.parse(
      atob(first.json.envelope.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")),
    ).version;
    expect(etag.startsWith(`"${version}`)).toBe(true);

    for (const known of [etag, `"${version}"`]) {
      const idle = await relay.call("GET", "/v1/zone/snapshot", { headers: { "if-none-match": known } });
      expect([idle.status, idle.text, idle.headers.get("etag")]).toEqual([304, "", known]);
      expect(headBytes("304 Not Modified", idle.headers)).toBeLessThanOrEqual(400);
    }
    const held = await relay.call("GET", "/v1/zone/snapshot", {
      headers: { "if-none-match": `"${version}"`, prefer: "wait=1" },
    });
    expect([held.status, held.headers.get("preference-applied")]).toEqual([304, "wait=1"]);

    const put = await organisation.call(
      "PUT",
      "/meshes/default/dataplanes/web-1",
      dataplane("default", "web-1", "web", { "kuma.io/zone": "east" }),
    );
    expect(put.status, put.text).toBe(201);
    const unknown = await relay.call("GET", "/v1/zone/snapshot", { headers: { "if-none-match": '"unknown"' } });
    expect([unknown.status, unknown.json.base]).toEqual([200, null]);
  });

  test("a held poll is answered by the change that it waits for", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation, "default", MTLS);
    const relay = await enrolRelay(subject(), organisation, "east");
    await settled(organisation);
    const first = await relay.call("GET", "/v1/zone/snapshot", { headers: { prefer: "wait=10" } });
    const token = await organisation.call("POST", "/tokens/dataplane", { mesh: "default", name: "web-1" });
    const held = relay.call("GET", "/v1/zone/snapshot", {
      headers: { "if-none-match": first.headers.get("etag") ?? "", prefer: "wait=20" },
    });
    const joined = await relay.call("POST", "/v1/zone/certificates", {
      body: {
        joins: [
          {
            event: 1,
            mesh: "default",
            name: "web-1",
            registration: "r-1",
            owner: "stream",
            token: token.text,
            dataplane: dataplane("default", "web-1", "web"),
          },
        ],
      },
    });
    expect(joined.status, joined.text).toBe(200);
    const answer = await held;
    expect(answer.status, answer.text).toBe(200);
    expect(Object.keys(answer.json.sections).length).toBeGreaterThan(0);
  });

  test("the view has its ETag, and no private key or secret", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation, "default", MTLS);
    await organisation.call("PUT", "/meshes/default/secrets/mine", {
      type: "Secret",
      mesh: "default",
      name: "mine",
      data: "bXkgc2VjcmV0",
    });
    const relay = await enrolRelay(subject(), organisation, "east");
    const view = await relay.call("GET", "/v1/zone/view");
    expect(view.json.views).toMatchObject([
      { mesh: { name: "default" }, bundle: [expect.stringContaining("BEGIN CERTIFICATE")] },
    ]);
    expect(view.text).not.toMatch(/PRIVATE KEY|bXkgc2VjcmV0/);
    const etag = view.headers.get("etag") ?? "";
    expect((await relay.call("GET", "/v1/zone/view", { headers: { "if-none-match": etag } })).status).toBe(304);
    await organisation.call("PUT", "/meshes/default/dataplanes/web-1", dataplane("default", "web-1", "web"));
    const next = await relay.call("GET", "/v1/zone/view", { headers: { "if-none-match": etag } });
    expect(next.status).toBe(200);
    expect(next.headers.get("etag")).not.toBe(etag);
  });

  test("a writing proof counts once: its replay gets the first status and changes nothing", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const relay = await enrolRelay(subject(), organisation, "east");
    const body = JSON.stringify({
      events: [{ kind: "refused", number: 1, mesh: "default", name: "web-1", reason: "no token" }],
    });
    const headers = await relay.prove("POST", "/v1/zone/report", body);
    const send = () => call(subject(), "POST", "/v1/zone/report", { body, headers });
    const first = await send();
    expect(first.status, first.text).toBe(200);
    expect(first.json.lastEvent).toBe(1);
    const told = async () =>
      (await organisation.call("GET", "/v1/relays")).json.items.map(
        ({ lastContact, ...rest }: { readonly lastContact: string }) => rest,
      );
    // The snapshot of this very step is published behind the answer, and moves the relay's head.
    const relays = await expect
      .poll(told)
      .toMatchObject([{ lastEvent: 1, sequence: first.json.sequence }])
      .then(told);
    const replay = await send();
    expect([replay.status, replay.headers.get("weft-repeated")]).toEqual([200, "true"]);
    expect(await told()).toEqual(relays);
  });

  test("a proof is for its own body alone", async () => {
    const organisation = await createOrganisation(subject());
    const relay = await enrolRelay(subject(), organisation, "east");
    const headers = await relay.prove("POST", "/v1/zone/report", '{"events":[]}');
    const answer = await call(subject(), "POST", "/v1/zone/report", { body: '{"events":[ ]}', headers });
    expect(answer.status).toBe(401);
  });

  test("bodies are checked after the proof, by field", async () => {
    const organisation = await createOrganisation(subject());
    const relay = await enrolRelay(subject(), organisation, "east");
    const answer = await relay.call("POST", "/v1/zone/report", { body: { events: [{ kind: "gone", number: -1 }] } });
    expect(answer.status).toBe(400);
    expect(answer.json.invalid_parameters.map((one: { field: string }) => one.field)).toContain("events[0].number");
    const joins = await relay.call("POST", "/v1/zone/certificates", { body: { joins: [] } });
    expect([joins.status, joins.json.invalid_parameters[0].field]).toEqual([400, "joins"]);
  });

  test("a revoked relay is refused from then on, and only that one", async () => {
    const organisation = await createOrganisation(subject());
    const [one, two] = [
      await enrolRelay(subject(), organisation, "east"),
      await enrolRelay(subject(), organisation, "east"),
    ];
    expect((await organisation.call("DELETE", `/v1/zones/east/relays/${one.relay}`)).status).toBe(204);
    expect((await one.call("GET", "/v1/zone/view")).status).toBe(403);
    expect((await one.call("POST", "/v1/zone/report", { body: { events: [] } })).status).toBe(403);
    expect((await two.call("GET", "/v1/zone/view")).status).toBe(200);
    expect((await organisation.call("DELETE", "/v1/zones/east/relays/nobody")).status).toBe(404);
  });

  test("a revoked zone's relays are refused, and its issuers and their certificates can be listed, without keys", async () => {
    const organisation = await createOrganisation(subject());
    const mtls = { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] };
    await organisation.call("PUT", "/meshes/secured", { type: "Mesh", name: "secured", mtls });
    const relay = await enrolRelay(subject(), organisation, "east");
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const csr = toBase64(await makeCsr(pair as Parameters<typeof makeCsr>[0], []));
    expect((await relay.call("POST", "/v1/zone/issuer", { body: { mesh: "secured", csr } })).status).toBe(200);
    const issuers = async () => (await organisation.call("GET", "/v1/issuers")).json;
    expect(await issuers()).toMatchObject({ total: 1, items: [{ zone: "east", holder: "relay", revokedAt: null }] });
    const { keyId } = (await issuers()).items[0];
    const revoked = await organisation.call("POST", "/v1/zones/east/revocation");
    expect([revoked.status, revoked.json]).toEqual([200, { relays: [relay.relay] }]);
    expect((await relay.call("GET", "/v1/zone/view")).status).toBe(403);
    expect(await issuers()).toMatchObject({ items: [{ keyId, revokedBy: expect.stringContaining("token:") }] });
    expect(JSON.stringify(await issuers())).not.toMatch(/PRIVATE|sealed/i);
    const certificates = (await organisation.call("GET", "/v1/certificates")).json;
    expect(certificates).toMatchObject({
      total: 1,
      items: [{ mesh: "secured", name: "", zone: "east", tokenId: null }],
    });
    expect((await organisation.call("POST", "/v1/zones/nowhere/revocation")).status).toBe(404);
  });

  test("delivery is told per relay", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const relay = await enrolRelay(subject(), organisation, "east");
    const delivery = {
      epoch: 1,
      sequence: 1,
      acked: 3,
      nacked: 1,
      pending: 0,
      laggards: [{ proxy: "default/web-1", reason: "bad listener" }],
    };
    const report = await relay.call("POST", "/v1/zone/report", { body: { events: [], delivery } });
    expect(report.status, report.text).toBe(200);
    const { items } = (await organisation.call("GET", "/v1/zones/east/deliveries")).json;
    expect(items).toMatchObject([
      {
        zone: "east",
        relay: relay.relay,
        acked: 3,
        nacked: 1,
        laggards: [{ proxy: "default/web-1", reason: "bad listener" }],
      },
    ]);
  });

  test("how far a revision has come is told by relay and proxy, with the rules that wrote what is refused", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const relay = await enrolRelay(subject(), organisation, "east");
    const [revision = 0] = (await organisation.call("GET", "/v1/revisions")).json.items.map(
      (one: { revision: number }) => one.revision,
    );
    const path = `/v1/revisions/${revision}/delivery`;
    const waiting = await organisation.call("GET", path);
    expect(waiting.status, waiting.text).toBe(200);
    expect(waiting.json).toMatchObject({ revision, state: "underway", relays: [{ zone: "east", state: "waiting" }] });
    await settled(organisation);
    const snapshot = await relay.call("GET", "/v1/zone/snapshot");
    expect(snapshot.json.heldMs).toBeGreaterThanOrEqual(0);
    const taken = { count: 2, max: 40, buckets: [[42, 2]] };
    const told = {
      ...{ epoch: 1, revision, sequence: 9, answeredAt: snapshot.json.answeredAt },
      ...{ acked: 2, nacked: 1, pending: 0, absent: 0, untouched: 0, pushed: taken, taken },
    };
    const laggards = [{ proxy: "default.web-1", reason: "no", state: "nacked", since: revision }];
    const report = (body: object) =>
      relay.call("POST", "/v1/zone/report", { body: { events: [], revisions: [{ ...told, ...body }] } });
    const refused = await report({ laggards: [{ ...laggards[0], refused: [{ kind: "listener", name: "l" }] }] });
    expect(refused.status, refused.text).toBe(200);
    const rejected = await organisation.call("GET", path);
    expect(rejected.json).toMatchObject({
      ...{ state: "rejected", proxies: { acked: 2, nacked: 1 } },
      relays: [{ laggards: [{ ...laggards[0], refused: [{ kind: "listener", name: "l", writers: [] }] }] }],
    });
    expect((await report({ acked: 3, nacked: 0, laggards: [] })).status).toBe(200);
    const delivered = await organisation.call("GET", path);
    expect(delivered.json).toMatchObject({ state: "delivered", proxies: { acked: 3, nacked: 0 }, offline: [] });
    const { fetched, acked } = delivered.json.times;
    expect(fetched.count).toBe(1);
    expect(acked.max - fetched.max).toBe(40);
    const etag = delivered.headers.get("etag") ?? "";
    const again = await organisation.call("GET", path, undefined, { "if-none-match": etag });
    expect([again.status, again.text]).toEqual([304, ""]);
    const { items } = (await organisation.call("GET", "/v1/deliveries?size=1")).json;
    expect(items).toEqual([delivered.json]);
    expect((await organisation.call("GET", "/v1/deliveries")).json.items).toHaveLength(revision);
  });

  test("the delivery of what is no revision of the organisation's is none", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    expect((await organisation.call("GET", "/v1/revisions/999/delivery")).status).toBe(404);
    const wrong = await organisation.call("GET", "/v1/revisions/first/delivery");
    expect(wrong.status).toBe(400);
    expect(wrong.json.invalid_parameters).toEqual([{ field: "revision", reason: "must be a revision's number" }]);
    const other = await createOrganisation(subject());
    expect((await organisation.as(other.token).call("GET", "/v1/revisions/1/delivery")).status).toBe(404);
    expect((await other.call("GET", "/v1/revisions/1/delivery")).status).toBe(404);
    expect((await other.call("GET", "/v1/deliveries")).json).toEqual({ items: [] });
    expect((await other.call("GET", "/v1/deliveries?size=x")).status).toBe(400);
  });

  test("the zone's overview names its relays and says which are there", async () => {
    const organisation = await createOrganisation(subject());
    const relay = await enrolRelay(subject(), organisation, "east");
    const overviews = async () => (await organisation.call("GET", "/zones/_overview")).json;
    const subscriptionOf = async () => (await overviews()).items[0].zoneInsight.subscriptions[0];
    const relays = async () => (await organisation.call("GET", "/v1/zones/east/relays")).json.items;
    const isOnline = async () => (await organisation.call("GET", "/global-insight")).json.zones.controlPlanes.online;
    const report = (body: object) => relay.call("POST", "/v1/zone/report", { body: { events: [], ...body } });

    const here = await report({ presence: "here" });
    expect([here.status, here.json.lastEvent]).toEqual([200, 0]);
    const first = await overviews();
    expect(first).toMatchObject({
      total: 1,
      items: [{ type: "ZoneOverview", name: "east", zone: {}, dataplanes: { online: 0, total: 0 } }],
    });
    const since = await subscriptionOf();
    expect(since).toMatchObject({ id: relay.relay, zoneInstanceId: relay.relay, connectTime: expect.any(String) });
    expect(since.disconnectTime).toBeUndefined();
    expect(await relays()).toMatchObject([{ id: relay.relay, online: true, leftAt: null }]);
    expect((await organisation.call("GET", "/zones/east/_overview")).json).toEqual((await overviews()).items[0]);
    expect((await organisation.call("GET", "/zones+insights")).json.total).toBe(1);
    const insight = (await organisation.call("GET", "/zone-insights/east")).json;
    expect(insight).toMatchObject({ type: "ZoneInsight", name: "east", subscriptions: [{ id: relay.relay }] });
    expect((await organisation.call("GET", "/zone-insights")).json.items).toEqual([insight]);
    expect((await organisation.call("GET", "/zone-insights/none")).status).toBe(404);
    expect((await organisation.call("GET", "/global-insight")).json.zones.controlPlanes).toEqual({
      online: 1,
      total: 1,
    });

    expect((await report({ presence: "leaving" })).status).toBe(200);
    const left = await subscriptionOf();
    expect(left.disconnectTime).toBe(left.status.lastUpdateTime);
    expect(await relays()).toMatchObject([{ online: false, leftAt: left.disconnectTime }]);
    expect(await isOnline()).toBe(0);

    // Whatever it asks next, it is back.
    expect((await report({})).status).toBe(200);
    expect((await subscriptionOf()).disconnectTime).toBeUndefined();
    expect([await isOnline(), (await relays())[0].online]).toEqual([1, true]);
    const revoked = await organisation.call("DELETE", `/v1/zones/east/relays/${relay.relay}`);
    expect([revoked.status, await isOnline(), (await relays())[0].online]).toEqual([204, 0, false]);
    expect((await report({ presence: "elsewhere" })).status).toBe(403);
  });

  test("a registered dataplane without a stream is not online", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const relay = await enrolRelay(subject(), organisation, "east");
    const token = await organisation.call("POST", "/tokens/dataplane", {
      mesh: "default",
      tags: { "kuma.io/service": ["web"] },
    });
    const join = (name: string, number: number) => ({
      kind: "joined",
      number,
      join: {
        ...{ mesh: "default", name, registration: `life-${name}`, owner: "user", token: token.text },
        dataplane: dataplane("default", name, "web"),
      },
    });
    const report = (body: object) => relay.call("POST", "/v1/zone/report", { body: { events: [], ...body } });
    const delivered = (laggards: readonly object[]) => ({
      delivery: { epoch: 1, sequence: 9, acked: 2 - laggards.length, nacked: 0, pending: laggards.length, laggards },
    });
    const counts = async () => (await organisation.call("GET", "/zones/east/_overview")).json.dataplanes;
    const joined = await report({ events: [join("web-1", 1), join("web-2", 2)], ...delivered([]) });
    expect(joined.status, joined.text).toBe(200);
    expect(await counts()).toEqual({ online: 2, total: 2 });
    const laggard = { proxy: "default.web-2", reason: "its Envoy is not connected", connected: false };
    expect((await report(delivered([laggard]))).status).toBe(200);
    expect(await counts()).toEqual({ online: 1, total: 2 });
    const { items } = (await organisation.call("GET", "/v1/zones/east/deliveries")).json;
    expect(items[0]).toMatchObject({ acked: 1, pending: 1, laggards: [laggard] });
  });
}
