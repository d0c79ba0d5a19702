// Dataplanes that join, leave and come back: with the control plane there, away for the whole start, and back again.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ReportRequest } from "#api/zone.ts";
import type { Joined } from "#relay/zone.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import { createGate } from "#test/gate.ts";
import { fromPem } from "#trust/bytes.ts";
import { readCertificate } from "#trust/certificate.ts";
import { createPlane, type FakePlane, wireOf } from "./control-plane.ts";
import { serviceEndpoints } from "./endpoints.ts";
import { acknowledge, startZone, streamJoin, tempFolder, until } from "./start.ts";

const web = wireOf("web-1", "web", ["backend"]);
const backend = wireOf("backend-1", "backend", [], 2);
const proxy = (name: string) => ({ mesh: "default", name });

async function joined(
  zone: ZoneSide,
  plane: FakePlane,
  name: string,
  wire: object,
): Promise<Extract<Joined, { ok: true }>> {
  const answer = await zone.join(streamJoin(name, wire, await plane.token(name)));
  if (!answer.ok) throw new Error(`${answer.code}: ${answer.reason}`);
  await acknowledge(zone, name);
  return answer;
}
const leafOf = (zone: ZoneSide, name: string) => {
  const [block] = fromPem(zone.identity(proxy(name))?.chainPem ?? "");
  return block === undefined ? null : readCertificate(block.der);
};
async function ready(plane: FakePlane, folder = tempFolder(), clock?: () => number): Promise<ZoneSide> {
  const zone = await startZone(plane, folder, clock === undefined ? {} : { clock });
  await until("the first snapshot is served", () => zone.served().snapshot !== null);
  return zone;
}

const gate = () => {
  const { passed: opened, open } = createGate();
  return { open, opened };
};

test("a proxy that the newest snapshot lacks, though it lives, is served what is compiled here once the zone is cut off", async () => {
  const plane = await createPlane();
  const zone = await ready(plane);
  await joined(zone, plane, "backend-1", backend);
  await joined(zone, plane, "web-1", web);
  await until("the snapshot has it", () => zone.status().proxies.every(({ source }) => source === "snapshot"));
  await until("the views too", () => zone.status().view.sequence === plane.sequence);
  // As where its life before has ended centrally, and of the one that it lives nothing has come there.
  plane.before.set("POST /v1/zone/report", async () => {
    await until("the snapshot lacks it", () => zone.status().proxies.some(({ source }) => source !== "snapshot"));
    plane.down = true;
  });
  plane.remove("web-1");
  await until("it is cut off", () => zone.status().controlPlane === "out of reach");
  expect(zone.status().proxies).toMatchObject([{ source: "snapshot" }, { name: "web-1", source: "compiled here" }]);
  expect([...zone.served().newcomers.keys()]).toEqual(["default/web-1"]);
});

describe("with the control plane there", () => {
  test("a dataplane joins in one call, gets its certificate from the mesh's CA, and is in the signed snapshot", async () => {
    const plane = await createPlane();
    const zone = await ready(plane);
    await joined(zone, plane, "web-1", web);
    expect(plane.joins).toHaveLength(1);
    expect(plane.joins[0]).toMatchObject({ event: 1, mesh: "default", name: "web-1", owner: "stream" });
    expect(leafOf(zone, "web-1")?.uris).toEqual([
      "spiffe://default/web",
      "kuma://kuma.io/protocol/http",
      "kuma://kuma.io/service/web",
      "kuma://kuma.io/zone/east",
    ]);
    expect(zone.status().proxies).toMatchObject([{ name: "web-1", streams: 1, source: "snapshot" }]);
    expect(zone.served().newcomers.size).toBe(0);
  });

  test("many join at once in few calls, each with the answer to its own", async () => {
    const plane = await createPlane();
    const zone = await ready(plane);
    const names = Array.from({ length: 30 }, (_, index) => `web-${index}`);
    // The first call is held until all have joined here, however slowly: the others wait for it.
    const { open, opened } = gate();
    plane.before.set("POST /v1/zone/certificates", () => opened);
    const all = Promise.all(names.map((name, index) => joined(zone, plane, name, wireOf(name, "web", [], index + 1))));
    await until("all are on their way", () => zone.status().eventsPending >= names.length);
    open();
    await all;
    expect(plane.calls.filter((call) => call.endsWith("/certificates")).length).toBeLessThan(10);
    expect(new Set(names.map((name) => zone.identity(proxy(name))?.version)).size).toBe(30);
  });

  test("what a proxy runs is said as it joins, and again only where a life goes on with something else", async () => {
    const plane = await createPlane();
    const zone = await ready(plane);
    const versions = (version: string) => ({
      program: { name: "weft", version: "0.1.0", gitTag: "", gitCommit: "", buildDate: "" },
      envoy: { version, build: "" },
      dependencies: {},
    });
    const join = async (version: string): Promise<Extract<Joined, { ok: true }>> => {
      const request = { ...streamJoin("web-1", web, await plane.token("web-1")), versions: versions(version) as never };
      const answer = await zone.join(request);
      if (!answer.ok) throw new Error(answer.reason);
      return answer;
    };
    const told = () => plane.events.filter(({ kind }) => kind === "version");
    const first = await join("1.39.0");
    expect(plane.joins).toMatchObject([{ name: "web-1", versions: versions("1.39.0") }]);
    first.closed();
    (await join("1.39.0")).closed();
    const last = await join("1.40.0");
    expect(last.registration).toBe(first.registration);
    await until("the change is told", () => told().length > 0);
    expect(told()).toMatchObject([
      { mesh: "default", name: "web-1", registration: first.registration, versions: versions("1.40.0") },
    ]);
    expect(plane.joins).toHaveLength(1);
  });

  test("a stream that comes back within its grace goes on with the same life and certificate", async () => {
    const plane = await createPlane();
    const zone = await ready(plane);
    const first = await joined(zone, plane, "web-1", web);
    const before = zone.identity(proxy("web-1"))?.version;
    first.closed();
    first.closed();
    const second = await joined(zone, plane, "web-1", web);
    expect(second.registration).toBe(first.registration);
    expect(zone.identity(proxy("web-1"))?.version).toBe(before);
    expect(plane.joins).toHaveLength(1);
    const other = await joined(zone, plane, "web-1", wireOf("web-1", "web", ["backend"], 7));
    expect(other.registration).not.toBe(first.registration);
  });

  test("the control plane's refusal of a join is the stream's", async () => {
    const plane = await createPlane();
    const zone = await ready(plane);
    plane.refuse = "constraints: not here";
    const answer = await zone.join(streamJoin("web-1", web, await plane.token("web-1")));
    expect(answer).toMatchObject({ ok: false, code: "forbidden", reason: "constraints: not here" });
    expect(zone.status().proxies).toEqual([]);
    expect(serviceEndpoints(zone, "web")).toEqual([]);
  });

  test("revoking its token ends a stream and its life", async () => {
    const plane = await createPlane();
    const zone = await ready(plane);
    const token = await plane.token("web-1", { jti: "leaked" });
    const answer = await zone.join(streamJoin("web-1", web, token));
    if (!answer.ok) throw new Error(answer.reason);
    plane.revoke("leaked");
    await until("the stream is told", () => answer.ended.aborted);
    expect(answer.ended.reason).toBe("the dataplane's token has been revoked");
    expect(zone.status().proxies).toEqual([]);
    const again = await zone.join(streamJoin("web-1", web, token));
    expect(again).toMatchObject({ ok: false, code: "unauthenticated", reason: "the token has been revoked" });
  });

  test("an announced leave takes the endpoint away at once, and the control plane hears of it", async () => {
    const plane = await createPlane();
    const zone = await ready(plane);
    await joined(zone, plane, "web-1", web);
    await joined(zone, plane, "backend-1", backend);
    await until("peers hear of it", () => serviceEndpoints(zone, "backend").length === 1);
    plane.tamper = (body) => {
      body.envelope = "held back";
    };
    expect(await zone.leave(proxy("backend-1"), await plane.token("backend-1"))).toMatchObject({ ok: true });
    expect(serviceEndpoints(zone, "backend")).toEqual([]);
    plane.tamper = null;
    await until("the control plane took it", () => plane.events.some(({ kind }) => kind === "gone"));
    expect(await zone.leave(proxy("backend-1"), await plane.token("backend-1"))).toMatchObject({
      ok: false,
      code: "absent",
    });
  });
});

describe("who may not join", () => {
  test("is told why, in no words of the token's", async () => {
    const plane = await createPlane();
    const zone = await ready(plane);
    const token = await plane.token("web-1");
    const ask = async (...args: Parameters<typeof streamJoin>): Promise<string> => {
      const answer = await zone.join(streamJoin(...args));
      if (answer.ok) return "joined";
      for (const part of args[2]?.reveal().split(".") ?? [])
        if (part.length > 8) expect(answer.reason).not.toContain(part);
      return `${answer.code}: ${answer.reason}`;
    };
    expect(await ask("web-1", web, undefined)).toMatch(/^unauthenticated: a dataplane token is required/);
    expect(await ask("web-2", wireOf("web-2", "web"), token)).toBe(
      "forbidden: the token does not allow this dataplane: name: proxy name from requestor: web-2 is different than in token: web-1",
    );
    expect(await ask("web-1", { ...web, name: "web-9" }, token)).toMatch(/^invalid: name: name from the URL/);
    expect(await ask("web-1", undefined, token)).toMatch(/^invalid: dataplane "web-1" is not registered/);
    expect(await ask("web-1", web, await plane.token("web-1", { mesh: "other" }))).toMatch(
      /^unauthenticated: .*signing key/,
    );
    expect(await ask("web-1", { type: "Dataplane", mesh: "default", name: "web-1", networking: {} }, token)).toMatch(
      /^invalid: networking.address/,
    );
    expect(plane.joins).toEqual([]);
    await until("refusals are reported", () => plane.events.some(({ kind }) => kind === "refused"));
  });

  test("waits while there is no snapshot to verify a token by", async () => {
    const plane = await createPlane();
    plane.tamper = (body) => {
      body.envelope = "x";
    };
    const zone = await startZone(plane, tempFolder());
    expect(await zone.join(streamJoin("web-1", web, await plane.token("web-1")))).toMatchObject({
      code: "unavailable",
    });
  });
});

describe("a name that is taken", () => {
  const OVERRIDE =
    /^you are trying to override existing dataplane to which you don't have an access: tags\["kuma.io\/service"\]/;

  test("stays its own dataplane's, for a token that is bound to other tags and to no name", async () => {
    const plane = await createPlane();
    const zone = await ready(plane);
    const first = await joined(zone, plane, "web-1", web);
    const before = zone.identity(proxy("web-1"))?.version;
    const token = await plane.token("", { tags: { "kuma.io/service": ["other"] } });
    const other = wireOf("web-1", "other", [], 9);
    const refusal = { ok: false, code: "forbidden", reason: expect.stringMatching(OVERRIDE) };
    expect(await zone.join(streamJoin("web-1", other, token))).toMatchObject(refusal);
    expect(await zone.register(proxy("web-1"), other, token)).toMatchObject(refusal);
    expect(await zone.admit(proxy("web-1"), other, token)).toMatchObject(refusal);
    expect(await zone.leave(proxy("web-1"), token)).toMatchObject({ ok: false, code: "forbidden" });
    expect(first.ended.aborted).toBe(false);
    expect(zone.status().proxies).toMatchObject([{ name: "web-1", registration: first.registration }]);
    expect(zone.identity(proxy("web-1"))?.version).toBe(before);
    expect(plane.joins).toHaveLength(1);
    expect(await zone.join(streamJoin("web-2", wireOf("web-2", "other", [], 9), token))).toMatchObject({ ok: true });
  });

  test("stays so where only the control plane holds it", async () => {
    const plane = await createPlane();
    const zone = await ready(plane);
    plane.put("web-1", web);
    await until("the view has it", () => zone.views[0]?.resources.Dataplane?.length === 1);
    const token = await plane.token("", { tags: { "kuma.io/service": ["other"] } });
    const answer = await zone.join(streamJoin("web-1", wireOf("web-1", "other", [], 9), token));
    expect(answer).toMatchObject({ ok: false, code: "forbidden", reason: expect.stringMatching(OVERRIDE) });
  });

  test("gives no stream of an earlier life the next one's key", async () => {
    const plane = await createPlane();
    const zone = await ready(plane);
    const first = await joined(zone, plane, "web-1", web);
    const own = zone.identity(proxy("web-1"), first.registration)?.version;
    expect(own).toBeDefined();
    expect(await zone.leave(proxy("web-1"), await plane.token("web-1"))).toMatchObject({ ok: true });
    expect(zone.identity(proxy("web-1"), first.registration)?.version).toBe(own);
    await until("the view has forgotten it", () => zone.views[0]?.resources.Dataplane?.length === 0);
    const second = await joined(zone, plane, "web-1", wireOf("web-1", "other", [], 9));
    expect(leafOf(zone, "web-1")?.uris).toContain("spiffe://default/other");
    expect(zone.identity(proxy("web-1"), second.registration)).toBeDefined();
    expect(zone.identity(proxy("web-1"), first.registration)).toBeUndefined();
    first.closed();
    expect(zone.identity(proxy("web-1"), second.registration)).toBeDefined();
  });

  test("gives no new life the key of an earlier one with other names", async () => {
    const plane = await createPlane();
    const held = () => new Promise<void>(() => undefined);
    plane.before.set("POST /v1/zone/issuer", held);
    const zone = await startZone(plane, tempFolder(), { answer: 20 });
    await until("the first snapshot is served", () => zone.served().snapshot !== null);
    await joined(zone, plane, "web-1", web);
    await until("it has its key", () => zone.identity(proxy("web-1")) !== undefined);
    plane.before.set("POST /v1/zone/certificates", held);
    const next = await zone.join(streamJoin("web-1", wireOf("web-1", "other", [], 9), await plane.token("web-1")));
    expect(next.ok).toBe(true);
    expect(zone.identity(proxy("web-1"))).toBeUndefined();
  });
});

describe("with the control plane away", () => {
  test("a newcomer gets config and a certificate, its peers its endpoint; on return both sides agree", async () => {
    const plane = await createPlane();
    const folder = tempFolder();
    const first = await ready(plane, folder);
    await joined(first, plane, "web-1", web);
    await joined(first, plane, "backend-1", backend);
    await until("the zone has its issuer, on disk too", () => existsSync(join(folder, "issuers/default.sealed")));
    await until("the view is cached", () => first.views[0]?.resources.Dataplane?.length === 2);
    const isQuiet = () =>
      first.served().snapshot?.version === plane.snapshot().version && first.status().eventsPending === 0;
    await until("the newest snapshot is served, with all that was told", isQuiet);
    await first.close();

    plane.down = true;
    const zone = await startZone(plane, folder);
    expect(zone.served().snapshot?.version).toBe(plane.snapshot().version);
    await joined(zone, plane, "web-1", web);
    const newcomer = wireOf("backend-2", "backend", [], 3);
    await joined(zone, plane, "backend-2", newcomer);
    expect(zone.served().newcomers.has("default/backend-2")).toBe(true);
    expect(leafOf(zone, "backend-2")?.uris).toContain("spiffe://default/backend");
    expect(leafOf(zone, "backend-2")?.isCa).toBe(false);
    expect(fromPem(zone.identity(proxy("backend-2"))?.chainPem ?? "")).toHaveLength(2);
    expect(serviceEndpoints(zone, "backend")).toEqual(["127.0.0.2:8080", "127.0.0.3:8080"]);
    // A signed resource is never replaced: only the newcomer is compiled here.
    expect([...zone.served().newcomers.keys()]).toEqual(["default/backend-2"]);
    await zone.close();

    // Once more while still away: what was not reported yet lives on.
    const third = await startZone(plane, folder);
    expect(serviceEndpoints(third, "backend")).toEqual(["127.0.0.2:8080", "127.0.0.3:8080"]);
    await joined(third, plane, "backend-2", newcomer);
    plane.down = false;
    await until("the newcomer is in the signed snapshot", () =>
      third.status().proxies.every(({ source }) => source === "snapshot"),
    );
    expect(serviceEndpoints(third, "backend")).toEqual(["127.0.0.2:8080", "127.0.0.3:8080"]);
    await until("the issue is audited", () => plane.events.some(({ kind }) => kind === "issued"));
    expect(plane.numbers).toEqual([...plane.numbers].sort((a, b) => a - b));
    await until("nothing is left to report", () => plane.lastEvent === third.status().lastEvent);
  });

  async function cutOff(plane: FakePlane): Promise<{ readonly zone: ZoneSide; readonly folder: string }> {
    const folder = tempFolder();
    const zone = await ready(plane, folder);
    await joined(zone, plane, "web-1", web);
    await until("the zone has its issuer", () => plane.issued.length > 0);
    await until("the view is cached", () => zone.views[0]?.resources.Dataplane?.length === 1);
    plane.down = true;
    plane.put("other", wireOf("other", "other", [], 9));
    await until("it is out of reach", () => zone.status().controlPlane === "out of reach");
    return { zone, folder };
  }
  const names = (zone: ZoneSide) => zone.status().proxies.map(({ name }) => name);

  test.each([
    ["", false],
    [", also when the answer that said so was lost", true],
  ])("a join that is refused on return ends with its reason%s", async (_, isLost) => {
    const plane = await createPlane();
    const { zone } = await cutOff(plane);
    const newcomer = await joined(zone, plane, "backend-1", backend);
    await until("peers hear of it", () => serviceEndpoints(zone, "backend").length === 1);
    plane.refuse = "constraints: not here";
    if (isLost)
      plane.after.set("POST /v1/zone/report", async (body) => {
        if ((body as ReportRequest).events.length !== 0) throw new TypeError("fetch failed");
      });
    plane.down = false;
    await until("its stream is told", () => newcomer.ended.aborted);
    expect(newcomer.ended.reason).toBe("constraints: not here");
    expect(names(zone)).toEqual(["web-1"]);
    expect(serviceEndpoints(zone, "backend")).toEqual([]);
  });

  test("a refusal that a crash hid is heard after the restart", async () => {
    const plane = await createPlane();
    const { zone, folder } = await cutOff(plane);
    await joined(zone, plane, "backend-1", backend);
    plane.refuse = "constraints: not here";
    // A join that is awaited still goes there, and then by a report.
    plane.before.set("POST /v1/zone/certificates", () => Promise.reject(new TypeError("fetch failed")));
    plane.after.set("POST /v1/zone/report", async (body) => {
      if ((body as ReportRequest).events.length !== 0) throw new TypeError("fetch failed");
    });
    plane.down = false;
    await until("it was refused, and nobody heard", () => plane.lastEvent === zone.status().lastEvent);
    await zone.close();
    plane.before.clear();
    plane.after.clear();
    const again = await startZone(plane, folder);
    // Only one whose stream comes back joins again; another one's grace ends it anyhow.
    const back = await again.join(streamJoin("backend-1", backend, await plane.token("backend-1")));
    if (!back.ok) throw new Error(back.reason);
    await until("it has ended", () => back.ended.aborted);
    expect(back.ended.reason).toBe("constraints: not here");
    expect(names(again)).not.toContain("backend-1");
    expect(serviceEndpoints(again, "backend")).toEqual([]);
  });
});
