// Two whole relays on their TLS ports: they find each other by the envelope, and the door opens to the zone's relays alone.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ReplicaMessage } from "#api/replica.ts";
import { NONCE_HEADER, PROOF_HEADER } from "#api/zone.ts";
import { Sealed } from "#model/sealed.ts";
import { type RunningRelay, runRelay } from "#relay/main.ts";
import { createReplicaClient, type Peer } from "#relay/replica/client.ts";
import { openRelayKeys } from "#relay/state/relay-keys.ts";
import { createPlane, type FakePlane, URL_OF_PLANE, wireOf } from "#test/relay/zone/control-plane.ts";
import { atEnd, tempFolder } from "#test/relay/zone/start.ts";
import { toBase64Url } from "#trust/bytes.ts";
import { digestBytes } from "#trust/digest.ts";
import { createKey, importPrivateKey } from "#trust/key.ts";
import { signProof } from "#trust/proof.ts";

interface Running {
  readonly relay: RunningRelay;
  readonly folder: string;
  readonly peer: Peer;
}

async function start(plane: FakePlane, number: number): Promise<Running> {
  const folder = tempFolder();
  const token = plane.enrolmentToken.reveal();
  const relay = await runRelay({
    controlPlane: URL_OF_PLANE,
    fetch: plane.fetch,
    stateDir: folder,
    host: "127.0.0.1",
    port: 0,
    hosts: ["127.0.0.1", "localhost"],
    enrolmentToken: number === 1 ? plane.enrolmentToken : new Sealed(`${token}-${number}`),
    log: () => undefined,
    backoff: [10, 50],
  });
  atEnd(relay.close);
  const ca = readFileSync(relay.ca, "utf8");
  return { relay, folder, peer: { id: `relay-${number}`, address: relay.api.slice("https://".length), ca } };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly nonce: string;
}

function send({ relay }: Running, method: string, path: string, headers = {}, body = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method, ca: readFileSync(relay.ca), headers, agent: false, servername: "localhost" } as const;
    const sent = request(`${relay.api}${path}`, options, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      const nonce = String(answer.headers[NONCE_HEADER] ?? "");
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text, nonce }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > deadline) throw new Error("still not");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Replica {
  readonly inTouch: boolean;
}

const inTouch = (one: Running): Promise<true> =>
  until(async () => {
    const { replicas } = JSON.parse((await send(one, "GET", "/status")).body) as { replicas: readonly Replica[] };
    return replicas.length === 1 && replicas[0]?.inTouch === true ? true : null;
  });

async function pair(): Promise<{ plane: FakePlane; first: Running; second: Running }> {
  const plane = await createPlane();
  const first = await start(plane, 1);
  const second = await start(plane, 2);
  await inTouch(first);
  await inTouch(second);
  return { plane, first, second };
}

const MESSAGE: ReplicaMessage = {
  ...{ run: "test", heard: "", have: {}, runs: [], lives: null, gone: [] },
  streams: { owned: 0, closed: 0 },
};
const ENROLMENT = { tenant: "acme2acme2ac", zone: "east" };
const signal = new AbortController().signal;

test("two relays are in touch, and a bootstrap of either names both, with both their authorities", async () => {
  const { plane, first, second } = await pair();
  for (const [own, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const body = {
      mesh: "default",
      name: "web-1",
      dataplaneToken: (await plane.token("web-1")).reveal(),
      dataplaneResource: JSON.stringify(wireOf("web-1", "web")),
    };
    const answer = await send(own, "POST", "/bootstrap", {}, JSON.stringify(body));
    expect(answer.status, answer.body).toBe(200);
    const { staticResources } = JSON.parse(Buffer.from(JSON.parse(answer.body).bootstrap, "base64").toString("utf8"));
    const [cluster] = staticResources.clusters;
    const ports = cluster.loadAssignment.endpoints[0].lbEndpoints.map(
      (one: { endpoint: { address: { socketAddress: { portValue: number } } } }) =>
        `127.0.0.1:${one.endpoint.address.socketAddress.portValue}`,
    );
    expect(ports.sort()).toEqual([own.peer.address, other.peer.address].sort());
    expect(JSON.stringify(cluster)).toContain('"connectionKeepalive":{"interval":"1s","timeout":"2s"}');
    const trusted = staticResources.secrets[0].validationContext.trustedCa.inlineBytes;
    for (const { peer } of [own, other])
      expect(Buffer.from(trusted, "base64").toString("utf8")).toContain(peer.ca.trim());
  }
});

describe("the door for other relays", () => {
  test("opens to a relay of the zone, to each proof once, and not to one that was revoked", async () => {
    const { plane, first, second } = await pair();
    const { sign } = await openRelayKeys(second.folder);
    const enrolment = JSON.parse(readFileSync(join(second.folder, "enrolment.json"), "utf8"));
    const client = createReplicaClient({ enrolment, sign, chance: randomBytes, timeout: 5000 });
    atEnd(client.close);
    expect((await client.call(first.peer, MESSAGE, signal)).have).toBeDefined();

    const body = JSON.stringify(MESSAGE);
    const bh = toBase64Url(await digestBytes(new TextEncoder().encode(body)));
    const { nonce } = await send(first, "POST", "/v1/replica/events");
    const claims = { jti: "a".repeat(16), htm: "POST", htu: "/v1/replica/events", bh, aud: "relay-1", nonce };
    const proof = await signProof(claims, enrolment, sign);
    const call = (text = body) => send(first, "POST", "/v1/replica/events", { [PROOF_HEADER]: proof }, text);
    expect((await call(`${body} `)).status, "another body").toBe(401);
    expect((await call()).status).toBe(200);
    expect(await call(), "the same proof again").toMatchObject({
      status: 401,
      body: expect.stringContaining("used before"),
    });

    plane.dismiss("relay-2");
    await until(async () =>
      client.call(first.peer, MESSAGE, signal).then(
        () => null,
        (error: { code: string }) => (error.code === "forbidden" ? true : null),
      ),
    );
  });

  test.each([
    ["another key", { relay: "relay-2" }, true, "signature"],
    ["another zone", { relay: "relay-2", zone: "west" }, false, "another zone"],
    ["itself", { relay: "relay-1" }, false, "not one of this zone"],
    ["a relay that there is not", { relay: "relay-9" }, false, "not one of this zone"],
  ])("is closed to %s", async (_, signer, forged, reason) => {
    const { first, second } = await pair();
    const own = await openRelayKeys(second.folder);
    const sign = forged ? await importPrivateKey("sign", (await createKey("sign")).privateKey) : own.sign;
    const enrolment = JSON.parse(readFileSync(join(second.folder, "enrolment.json"), "utf8"));
    const client = createReplicaClient({
      enrolment: { ...enrolment, ...ENROLMENT, ...signer },
      ...{ sign, chance: randomBytes, timeout: 5000 },
    });
    atEnd(client.close);
    await expect(client.call(first.peer, MESSAGE, signal)).rejects.toThrow(reason);
  });

  test("reads no body whose length is not said", async () => {
    const { first } = await pair();
    const headers = { "transfer-encoding": "chunked" };
    const options = {
      method: "POST",
      ca: readFileSync(first.relay.ca),
      headers,
      agent: false,
      servername: "localhost",
    };
    const sent = request(`${first.relay.api}/v1/replica/events`, options);
    // It never ends.
    sent.write("{");
    const [answer] = await once(sent, "response");
    expect(answer.statusCode).toBe(400);
    sent.destroy();
  });

  test("is believed only where its certificate chains to the authority that the envelope gives", async () => {
    const { first, second } = await pair();
    const { sign } = await openRelayKeys(second.folder);
    const enrolment = JSON.parse(readFileSync(join(second.folder, "enrolment.json"), "utf8"));
    const client = createReplicaClient({ enrolment, sign, chance: randomBytes, timeout: 5000 });
    atEnd(client.close);
    const wrong = { ...first.peer, ca: second.peer.ca };
    await expect(client.call(wrong, MESSAGE, signal)).rejects.toMatchObject({ code: "unavailable" });
  });
});
