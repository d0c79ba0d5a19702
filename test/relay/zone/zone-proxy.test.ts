// Ingresses and egresses at a relay, with a real control plane behind it: admission, certificates of each mesh, and being cut off.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Sealed } from "#model/sealed.ts";
import type { Log } from "#relay/log.ts";
import { metricsText } from "#relay/metrics.ts";
import { openRelayKeys } from "#relay/state/relay-keys.ts";
import { enrol } from "#relay/zone/enrol.ts";
import { createZoneClient } from "#relay/zone/zone-client.ts";
import type { Joined, ProxyName } from "#relay/zone.ts";
import { openZoneSide, type ZoneSide } from "#relay/zone-side.ts";
import { type Running, startControlPlane } from "#test/app/control-plane.ts";
import { createMesh, createOrganisation, type Organisation } from "#test/app/subject.ts";
import { fromPem } from "#trust/bytes.ts";
import { readCertificate } from "#trust/certificate.ts";
import { atEnd, NO_REPLICAS, PACE, tempFolder, until } from "./start.ts";

const MTLS = { mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] } };
const IN = {
  type: "ZoneIngress",
  name: "in",
  networking: { address: "127.0.0.1", port: 10001, advertisedAddress: "127.0.0.1", advertisedPort: 10001 },
};
const OUT = { type: "ZoneEgress", name: "out", networking: { address: "127.0.0.1", port: 10002 } };
const INGRESS: ProxyName = { type: "ZoneIngress", mesh: "", name: "in" };
const EGRESS: ProxyName = { type: "ZoneEgress", mesh: "", name: "out" };

let plane: Running;
let organisation: Organisation;
let down = false;
let ahead = 0;
/** Intermediates that the relay was given. */
let issuers = 0;
let folder: string;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane.close());
beforeEach(async () => {
  down = false;
  ahead = 0;
  issuers = 0;
  organisation = await createOrganisation(plane);
  await createMesh(organisation, "default", MTLS);
  await createMesh(organisation, "second", MTLS);
  await createMesh(organisation, "plain");
  folder = tempFolder();
});

async function open(log: Log = () => undefined): Promise<ZoneSide> {
  const ask: typeof fetch = async (to, init) => {
    if (down) throw new TypeError("fetch failed");
    const answer = await fetch(to, init);
    if (answer.ok && String(to).endsWith("/v1/zone/issuer")) issuers += 1;
    return answer;
  };
  const keys = await openRelayKeys(folder);
  const minted = down ? null : await organisation.call("POST", "/v1/zones/east/enrolment-tokens", {});
  const token = new Sealed(String(minted?.json.token ?? ""));
  const enrolment = await enrol({ folder, keys, url: plane.url, fetch: ask as never, token });
  const client = createZoneClient({
    url: plane.url,
    fetch: ask as never,
    enrolment,
    sign: keys.sign,
    chance: randomBytes,
    timeout: 5000,
  });
  const zone = await openZoneSide({
    folder,
    enrolment,
    key: keys.agree,
    client,
    replicaClient: NO_REPLICAS,
    clock: () => Date.now() + ahead,
    log,
    patience: { answer: 5000, snapshot: 3000, listen: 0 },
    backoff: [10, 50],
    pace: PACE,
  });
  atEnd(zone.close);
  await until("the first snapshot is served", () => zone.served().snapshot !== null);
  return zone;
}

async function zoneToken(scope: readonly string[] = ["ingress", "egress"]): Promise<Sealed> {
  const answer = await organisation.call("POST", "/tokens/zone", { zone: "east", scope });
  expect(answer.status, answer.text).toBe(200);
  return new Sealed(answer.text);
}

/** Joins as an Envoy does; a relay hears of the first key a moment after the token was made. */
async function join(zone: ZoneSide, proxy: ProxyName, resource: object, token: Sealed): Promise<Joined> {
  await until("the relay knows the key", () => zone.envelope?.zoneTokens !== undefined);
  return zone.join({ ...proxy, resource: JSON.stringify(resource), token });
}
async function joined(
  zone: ZoneSide,
  ...[proxy, resource, token]: [ProxyName, object, Sealed]
): Promise<Extract<Joined, { ok: true }>> {
  const answer = await join(zone, proxy, resource, token);
  if (!answer.ok) throw new Error(`${answer.code}: ${answer.reason}`);
  return answer;
}
const leafIn = (zone: ZoneSide, mesh: string) => {
  const [block] = fromPem(zone.identity(EGRESS, undefined, mesh)?.chainPem ?? "");
  return block === undefined ? null : readCertificate(block.der);
};
const stored = async (path: string) => (await organisation.call("GET", path)).json;
const listening = async (zone: ZoneSide, { mesh, name }: ProxyName): Promise<void> => {
  const { epoch, sequence } = zone.served();
  zone.delivered({}, { mesh, name, epoch, sequence, state: "acked", reason: "" });
  await until(`${name} is ready`, () => zone.status().proxies.find((one) => one.name === name)?.ready === true);
};

describe("an ingress", () => {
  test("is in the signed snapshot, told to others once it listens, and leaves by its own path", async () => {
    const zone = await open();
    const token = await zoneToken();
    await joined(zone, INGRESS, IN, token);
    expect(zone.status().proxies).toMatchObject([
      { type: "ZoneIngress", mesh: "", name: "in", source: "snapshot", ready: false },
    ]);
    const reached = () => zone.views[0]?.zones?.[0]?.ingresses;
    await listening(zone, INGRESS);
    await until("the view shows it", () => reached()?.length === 1);
    expect((await stored("/zoneingresses/in/_overview")).zoneIngressInsight.subscriptions).toHaveLength(1);
    expect(await zone.leave(INGRESS, token)).toMatchObject({ ok: true });
    await until("the control plane knows", () => zone.views[0]?.zones?.[0]?.ingresses.length === 0);
    expect((await organisation.call("GET", "/zoneingresses/in")).status).toBe(404);
    expect(await zone.leave(INGRESS, token)).toMatchObject({ code: "absent" });
  });

  test("that advertises no address is taken, named and counted, as no other zone uses it", async () => {
    const lines: string[] = [];
    const zone = await open((level, label, fields) => lines.push(`${level} ${label} ${JSON.stringify(fields)}`));
    const token = await zoneToken();
    await joined(zone, INGRESS, { ...IN, networking: { address: "127.0.0.1", port: 10001 } }, token);
    expect(lines).toContain('warn an ingress advertises no address, so no other zone uses it {"proxy":".in"}');
    expect(metricsText(zone.status(), zone.tally)).toContain("weft_relay_ingresses_unreached 1\n");
    expect(await zone.leave(INGRESS, token)).toMatchObject({ ok: true });
    await joined(zone, INGRESS, IN, token);
    expect(metricsText(zone.status(), zone.tally)).toContain("weft_relay_ingresses_unreached 0\n");
  });

  test("is refused by this relay in the control plane's words, and the refusal is told", async () => {
    const zone = await open();
    const [both, egress] = [await zoneToken(), await zoneToken(["egress"])];
    const ask = async (...[proxy, resource, token]: [ProxyName, object, Sealed | undefined]) => {
      await until("the relay knows the key", () => zone.envelope?.zoneTokens !== undefined);
      const answer = await zone.join({ ...proxy, resource: JSON.stringify(resource), token });
      return answer.ok ? "joined" : `${answer.code}: ${answer.reason}`;
    };
    expect(await ask(INGRESS, IN, undefined)).toBe(
      "unauthenticated: a zone token is required: send it as `authorization`",
    );
    expect(await ask(INGRESS, IN, egress)).toBe(
      "forbidden: the token does not allow this zone ingress: token: token cannot be used to authenticate zone entity (ingress is out of token's scope: [egress])",
    );
    expect(await ask(INGRESS, { ...IN, zone: "west" }, both)).toContain(
      'is "west", and this relay is in the zone "east"',
    );
    expect(await ask(INGRESS, { ...IN, networking: { address: "0.0.0.0" } }, both)).toBe(
      "invalid: networking.address.address: must not be 0.0.0.0 or ::; networking.port: port must be in the range [1, 65535]",
    );
    const half = { address: "127.0.0.1", port: 10001, advertisedPort: 10001 };
    expect(await ask(INGRESS, { ...IN, networking: half }, both)).toBe(
      "invalid: networking.advertisedAddress: has to be defined with advertisedPort",
    );
    expect(zone.tally.joinsRefused.get("invalid")).toBe(3);
    expect(await ask(INGRESS, OUT, both)).toContain("type from the URL has to be the same as in body");
    expect(await ask(INGRESS, IN, both)).toBe("joined");
    expect(await ask({ ...EGRESS, name: "in" }, { ...OUT, name: "in" }, both)).toBe(
      'invalid: name: a ZoneIngress has the name "in" already; ingresses and egresses share one space of names, so choose another',
    );
    const dataplane = { type: "Dataplane", mesh: "default", name: "a", networking: { address: "127.0.0.1" } };
    expect(await ask({ mesh: "default", name: "a" }, dataplane, both)).toMatch(
      /^unauthenticated: the token names no mesh/,
    );
    await until("the refusals are told", () => zone.status().eventsPending === 0);
    const told = JSON.stringify((await stored("/zones/east")).status);
    expect(told).toContain("share one space of names");
  });

  test("and a dataplane are refused under a name of another zone, also while cut off; it is told what to do, and counted", async () => {
    const inbound = [{ port: 8080, tags: { "kuma.io/service": "web", "kuma.io/zone": "west" } }];
    const far = { type: "Dataplane", mesh: "default", name: "web-1", networking: { address: "192.0.2.1", inbound } };
    await organisation.call("PUT", "/zones/west", { type: "Zone", name: "west" });
    await organisation.call("PUT", "/zoneingresses/in", { ...IN, zone: "west" });
    await organisation.call("PUT", "/meshes/default/dataplanes/web-1", far);
    const zone = await open();
    await until("the relay knows the view", () =>
      zone.views.some(({ resources }) => resources.Dataplane?.length === 1),
    );
    const dataplane = await organisation.call("POST", "/tokens/dataplane", {
      ...{ mesh: "default", name: "web-1", validFor: "1h" },
    });
    const [own, token] = [await zoneToken(), new Sealed(dataplane.text)];
    await until("the relay knows both keys", () => {
      const { zoneTokens, meshes = [] } = zone.envelope ?? {};
      return (
        zoneTokens !== undefined && meshes.some(({ name, tokenKeys }) => name === "default" && tokenKeys.length > 0)
      );
    });
    const near = {
      ...far,
      networking: { ...far.networking, inbound: [{ port: 8080, tags: { "kuma.io/service": "web" } }] },
    };
    const refusal = async (proxy: ProxyName, resource: string | undefined, by: Sealed): Promise<string> => {
      const answer = await zone.join({ ...proxy, resource, token: by });
      return answer.ok ? "joined" : `${answer.code}: ${answer.reason}`;
    };
    const taken = (what: string, such: string): string =>
      `conflict: name: the ${what} lives in the zone "west", and this relay is in the zone "east": a name is one zone's; ` +
      `start it under a name that no other zone has, such as "${such}" or its host's, or end that one first if it moves here`;
    const web = { mesh: "default", name: "web-1" };
    for (const isDown of [false, true]) {
      down = isDown;
      for (const resource of [JSON.stringify(near), undefined])
        expect(await refusal(web, resource, token)).toBe(taken("dataplane web-1 of the mesh default", "web-1-east"));
      expect(await refusal(INGRESS, JSON.stringify(IN), own)).toBe(taken("zone ingress in", "in-east"));
    }
    expect(zone.tally.joinsRefused.get("conflict")).toBe(6);
    expect(zone.status().proxies).toEqual([]);
    expect(await stored("/meshes/default/dataplanes/web-1")).toMatchObject({ networking: far.networking });
  });

  test("and a dataplane that comes with another mesh's token is refused with both meshes' names, and counted", async () => {
    const zone = await open();
    const minted = await organisation.call("POST", "/tokens/dataplane", {
      mesh: "second",
      name: "web-1",
      validFor: "1h",
    });
    await until(
      "the relay knows the key",
      () => zone.envelope?.meshes.some(({ name, tokenKeys }) => name === "second" && tokenKeys.length > 0) === true,
    );
    const inbound = [{ port: 8080, tags: { "kuma.io/service": "web" } }];
    const dataplane = {
      type: "Dataplane",
      mesh: "default",
      name: "web-1",
      networking: { address: "127.0.0.1", inbound },
    };
    const token = new Sealed(minted.text);
    const proxy = { mesh: "default", name: "web-1" };
    const answer = await zone.join({ ...proxy, resource: JSON.stringify(dataplane), token });
    expect(answer).toMatchObject({
      ok: false,
      code: "forbidden",
      reason:
        "the token does not allow this dataplane: mesh: proxy mesh from requestor: default is different than in token: second",
    });
    expect(zone.tally.joinsRefused.get("forbidden")).toBe(1);
    expect(zone.status().proxies).toEqual([]);
  });

  test("ends with its token: the stream is told why", async () => {
    const zone = await open();
    const token = await zoneToken();
    const { ended } = await joined(zone, INGRESS, IN, token);
    const { jti } = JSON.parse(Buffer.from(token.reveal().split(".")[1] ?? "", "base64url").toString());
    await organisation.call("PUT", "/global-secrets/zone-token-revocations", {
      type: "GlobalSecret",
      name: "zone-token-revocations",
      data: Buffer.from(jti).toString("base64"),
    });
    await until("the stream is ended", () => ended.aborted);
    expect(ended.reason).toBe("the zone ingress's token has been revoked");
    await until("the control plane was told", () => zone.status().eventsPending === 0);
    expect((await organisation.call("GET", "/zoneingresses/in")).status).toBe(404);
  });
});

describe("an egress", () => {
  const NAMES = (mesh: string) => [`spiffe://${mesh}/zone-egress`, "kuma://kuma.io/service/zone-egress"];

  test("has a certificate in each mesh with mTLS, and one for a mesh that comes later", async () => {
    const zone = await open();
    await joined(zone, EGRESS, OUT, await zoneToken());
    expect(leafIn(zone, "default")?.uris).toEqual(NAMES("default"));
    expect(leafIn(zone, "second")?.uris).toEqual(NAMES("second"));
    expect([leafIn(zone, "plain"), leafIn(zone, "")]).toEqual([null, null]);
    await createMesh(organisation, "third", MTLS);
    await until("it has one there too", () => leafIn(zone, "third") !== null);
    expect(leafIn(zone, "third")?.uris).toEqual(NAMES("third"));
  });

  test("renews by the control plane, and by the zone's issuers while that is away; the audit hears of it", async () => {
    const zone = await open();
    await joined(zone, EGRESS, OUT, await zoneToken());
    const serial = (mesh: string) => zone.identity(EGRESS, undefined, mesh)?.version;
    const first = serial("default");
    ahead = 20 * 3600_000;
    await until("it is renewed", () => serial("default") !== first && serial("second") !== undefined);
    const second = serial("default");
    down = true;
    ahead = 40 * 3600_000;
    await until("both are renewed here", () =>
      ["default", "second"].every((mesh) => ![undefined, second].includes(serial(mesh))),
    );
    expect(leafIn(zone, "default")?.uris).toEqual(NAMES("default"));
    expect(leafIn(zone, "second")?.uris).toEqual(NAMES("second"));
    down = false;
    await until("all was told", () => zone.status().eventsPending === 0);
  });

  test("joins while the control plane is away, with certificates of the zone's issuers, and is told of on return", async () => {
    const before = await open();
    const token = await zoneToken();
    await until("the zone has an issuer of each mesh with mTLS", () => issuers === 2);
    await joined(before, { ...EGRESS, name: "first" }, { ...OUT, name: "first" }, token);
    // No dataplane is there whose tags would have been permitted before.
    await until("they may name an egress", () => issuers === 4);
    await until("the views are kept", () => before.status().view.sequence !== null);
    await before.close();
    down = true;
    const zone = await open();
    await joined(zone, EGRESS, OUT, token);
    expect(zone.status().proxies.find(({ name }) => name === "out")).toMatchObject({ source: "compiled here" });
    expect(leafIn(zone, "default")?.uris).toEqual(NAMES("default"));
    expect(leafIn(zone, "second")?.uris).toEqual(NAMES("second"));
    down = false;
    await until("it is in the snapshot", () =>
      zone.status().proxies.some(({ name, source }) => name === "out" && source === "snapshot"),
    );
    expect((await organisation.call("GET", "/zoneegresses/out")).status).toBe(200);
  });
});

test("a token is verified again after a restart, without the control plane", async () => {
  const before = await open();
  const [ingress, egress] = [await zoneToken(["ingress"]), await zoneToken(["egress"])];
  await joined(before, INGRESS, IN, ingress);
  await before.close();
  down = true;
  const zone = await open();
  expect((await joined(zone, INGRESS, IN, ingress)).registration).toBe(
    zone.status().proxies.find(({ name }) => name === "in")?.registration,
  );
  expect(await join(zone, { ...INGRESS, name: "in-2" }, { ...IN, name: "in-2" }, egress)).toMatchObject({
    ok: false,
    code: "forbidden",
  });
});
