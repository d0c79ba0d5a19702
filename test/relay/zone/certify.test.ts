// Certificates where calls cross each other: one key a life, one request at a time, and what a restart keeps.
import { join as joinPath } from "node:path";
import { describe, expect, test } from "vitest";
import { openIssuers } from "#relay/identity/issuers.ts";
import { openDiskKey, openVault } from "#relay/state/vault.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import { createGate } from "#test/gate.ts";
import { fromPem } from "#trust/bytes.ts";
import { readCertificate } from "#trust/certificate.ts";
import { createPlane, type FakePlane, wireOf } from "./control-plane.ts";
import { serviceEndpoints } from "./endpoints.ts";
import { acknowledge, type StartOptions, startZone, streamJoin, tempFolder, until } from "./start.ts";

interface Line {
  readonly level: string;
  readonly label: string;
}

async function ready(plane: FakePlane, options: StartOptions = {}, folder = tempFolder()) {
  const lines: Line[] = [];
  const log = (level: string, label: string): void => void lines.push({ level, label });
  const zone = await startZone(plane, folder, { ...options, log });
  await until("a snapshot is served", () => zone.served().snapshot !== null);
  const loud = (): readonly Line[] => lines.filter(({ level }) => level === "error" || level === "warn");
  return { zone, folder, lines, loud };
}

async function join(zone: ZoneSide, plane: FakePlane, name: string, wire: object) {
  const answer = await zone.join(streamJoin(name, wire, await plane.token(name)));
  if (!answer.ok) throw new Error(answer.reason);
  return answer;
}

const urisOf = (zone: ZoneSide, name: string): readonly string[] => {
  const [block] = fromPem(zone.identity({ mesh: "default", name })?.chainPem ?? "");
  return block === undefined ? [] : (readCertificate(block.der)?.uris ?? []);
};
const chainLength = (zone: ZoneSide, name: string): number =>
  fromPem(zone.identity({ mesh: "default", name })?.chainPem ?? "").length;

/** What a restart would find: the tag keys that the kept issuer may give. */
async function keptKeys(folder: string): Promise<readonly string[]> {
  const vault = await openVault(joinPath(folder, "issuers"), "issuers", await openDiskKey(folder), () => undefined);
  const client = { issuer: () => Promise.reject(new Error("nothing is asked for")) };
  const issuers = await openIssuers(vault, client, Date.now, () => undefined, new AbortController().signal);
  return issuers.find("default")?.permittedHosts ?? [];
}

/** A dataplane with a tag of the user's own. */
function tagged(name: string, key: string, host = 1): object {
  const wire = wireOf(name, "web", [], host) as { networking: { inbound: { tags: Record<string, string> }[] } };
  for (const { tags } of wire.networking.inbound) tags[key] = "v1";
  return wire;
}

const gate = () => {
  const { passed: opened, open } = createGate();
  return { open, opened };
};
const CERTIFICATES = "POST /v1/zone/certificates";
const REPORT = "POST /v1/zone/report";

describe("an answer that comes late", () => {
  test("is the only one that was asked for, whatever snapshots and streams come meanwhile", async () => {
    const plane = await createPlane();
    const { zone, loud } = await ready(plane, { answer: 20, snapshot: 20 });
    const { open, opened } = gate();
    plane.before.set(CERTIFICATES, () => opened);
    const wire = tagged("web-1", "version");
    const first = join(zone, plane, "web-1", wire);
    await until("it is asked for", () => plane.calls.includes(CERTIFICATES));
    // Each of these makes the relay look for certificates that are due.
    for (const host of [7, 8, 9]) plane.put(`other-${host}`, wireOf(`other-${host}`, "web", [], host));
    await Promise.all([first, join(zone, plane, "web-1", wire), join(zone, plane, "web-1", wire)]);
    await until("the snapshots are served", () => zone.served().sequence === plane.sequence);
    open();
    await until("its own certificate has come", () => chainLength(zone, "web-1") === 1);
    expect(urisOf(zone, "web-1")).toContain("kuma://version/v1");
    expect(plane.calls.filter((call) => call === CERTIFICATES)).toHaveLength(1);
    expect(loud().filter(({ level }) => level === "error")).toEqual([]);
  });

  test("for a life that has ended is nobody's", async () => {
    const plane = await createPlane();
    // No snapshot comes while the answer is held back: waiting for one twice would outlast the held call itself.
    const { zone, loud } = await ready(plane, { answer: 20, snapshot: 20 });
    const { open, opened } = gate();
    plane.before.set(CERTIFICATES, () => opened);
    await join(zone, plane, "web-1", tagged("web-1", "version"));
    const next = join(zone, plane, "web-1", tagged("web-1", "team", 2));
    await next;
    expect(plane.joins).toEqual([]);
    open();
    await until("the second life has its certificate", () => urisOf(zone, "web-1").includes("kuma://team/v1"));
    await until("the first was answered too", () => plane.joins.length === 2);
    expect(urisOf(zone, "web-1")).not.toContain("kuma://version/v1");
    expect(loud().filter(({ level }) => level === "error")).toEqual([]);
  });
});

describe("a burst of first joins", () => {
  test("whose answers are late costs few calls, though each leaves events among the joins; all is told in its order", async () => {
    const plane = await createPlane();
    const { zone, loud } = await ready(plane, { answer: 20, snapshot: 20 });
    const { open, opened } = gate();
    plane.before.set(CERTIFICATES, () => opened);
    const names = Array.from({ length: 20 }, (_, index) => `web-${index}`);
    for (const [index, name] of names.entries()) {
      await join(zone, plane, name, wireOf(name, "web", [], index + 1));
      await acknowledge(zone, name);
    }
    const { lastEvent } = zone.status();
    // Each has joined, and listens.
    expect(lastEvent).toBeGreaterThanOrEqual(2 * names.length);
    const told = (): number => plane.calls.filter((call) => call === CERTIFICATES || call === REPORT).length;
    const before = told();
    open();
    await until("all is told", () => plane.lastEvent >= lastEvent);
    expect(told() - before).toBeLessThanOrEqual(10);
    expect(plane.numbers).toEqual([...plane.numbers.keys()].map((index) => index + 1));
    for (const name of names) {
      await until(`${name} has its own certificate`, () => chainLength(zone, name) === 1);
      expect(plane.ready(name)).toEqual([true]);
    }
    expect(loud().filter(({ level }) => level === "error")).toEqual([]);
  });
});

describe("after a restart while cut off", () => {
  test("the same leaf is served, and a newcomer with tag keys that the mesh knows gets all its names", async () => {
    const plane = await createPlane();
    const { zone, folder } = await ready(plane);
    // The issuer is there before any dataplane is: it can name none of their tags yet.
    await until("the zone has its issuer", () => plane.issued.length > 0);
    plane.put("elsewhere", tagged("elsewhere", "region", 9));
    await join(zone, plane, "web-1", tagged("web-1", "version"));
    await acknowledge(zone, "web-1");
    const before = zone.identity({ mesh: "default", name: "web-1" });
    // What the control plane has issued may still be on its way to the disk.
    await expect.poll(() => keptKeys(folder)).toEqual(expect.arrayContaining(["region", "version"]));
    await until("the view is cached", () => zone.views[0]?.resources.Dataplane?.length === 2);
    await zone.close();

    plane.down = true;
    const again = await ready(plane, {}, folder);
    await join(again.zone, plane, "web-1", tagged("web-1", "version"));
    expect(again.zone.identity({ mesh: "default", name: "web-1" })?.version).toBe(before?.version);
    const wire = tagged("web-2", "version", 2) as { networking: { inbound: { tags: Record<string, string> }[] } };
    for (const { tags } of wire.networking.inbound) tags.region = "north";
    await join(again.zone, plane, "web-2", wire);
    expect(urisOf(again.zone, "web-2")).toEqual([
      "spiffe://default/web",
      "kuma://kuma.io/protocol/http",
      "kuma://kuma.io/service/web",
      "kuma://kuma.io/zone/east",
      "kuma://region/north",
      "kuma://version/v1",
    ]);
    expect(chainLength(again.zone, "web-2")).toBe(2);
    expect(again.loud()).toEqual([]);
  });

  test("a newcomer that comes before the control plane was asked waits for its answer", async () => {
    const plane = await createPlane();
    const { zone, folder } = await ready(plane);
    await until("the zone has its issuer", () => plane.issued.length > 0);
    await zone.close();
    const again = await ready(plane, {}, folder);
    await join(again.zone, plane, "web-1", tagged("web-1", "version"));
    expect(urisOf(again.zone, "web-1")).toContain("kuma://version/v1");
    expect(chainLength(again.zone, "web-1")).toBe(1);
    expect(again.loud()).toEqual([]);
  });
});

describe("the log", () => {
  test("has one line when the control plane goes away, one when it is back, and none of a stop", async () => {
    const plane = await createPlane();
    const { zone, lines, loud } = await ready(plane, { answer: 3000, snapshot: 2000 });
    await join(zone, plane, "web-1", wireOf("web-1", "web"));
    await until("the control plane is reached", () => zone.status().controlPlane === "reached");
    lines.length = 0;
    plane.down = true;
    plane.put("other", wireOf("other", "web", [], 9));
    await acknowledge(zone, "web-1");
    await until("it is out of reach", () => zone.status().controlPlane === "out of reach");
    const calls = plane.attempts;
    await until("it was tried again and again", () => plane.attempts > calls + 10);
    const told = (): readonly string[] => lines.filter(({ level }) => level !== "debug").map(({ label }) => label);
    const quiet = told().filter((label) => label !== CANNOT_CONNECT);
    expect(quiet).toEqual(["the control plane is out of reach; the zone goes on by itself"]);
    plane.down = false;
    await until("it is back", () => zone.status().controlPlane === "reached");
    lines.length = 0;
    const { opened } = gate();
    for (const path of [CERTIFICATES, "POST /v1/zone/report"]) plane.before.set(path, () => opened);
    const joining = zone.join(streamJoin("web-2", wireOf("web-2", "web", [], 2), await plane.token("web-2")));
    await until("a join is under way", () => plane.calls.includes(CERTIFICATES));
    await zone.close();
    await joining;
    expect(loud()).toEqual([]);
  });
});

const CANNOT_CONNECT = "this relay cannot connect to a proxy that has its config; peers are told of it all the same";

describe("readiness", () => {
  test("outlives a restart between joining and listening, and is told centrally", async () => {
    const plane = await createPlane();
    const { zone, folder } = await ready(plane);
    const wire = wireOf("web-1", "web", ["web"]);
    await join(zone, plane, "web-1", wire);
    expect(serviceEndpoints(zone, "web")).toEqual([]);
    await until("it stands in the snapshot", () => zone.status().proxies[0]?.source === "snapshot");
    expect(plane.ready("web-1")).toEqual([false]);
    await zone.close();
    const again = await ready(plane, {}, folder);
    await join(again.zone, plane, "web-1", wire);
    expect(again.zone.status().proxies).toMatchObject([{ name: "web-1", ready: false }]);
    await acknowledge(again.zone, "web-1");
    await until("the control plane knows", () => plane.ready("web-1")[0] === true);
    await until("peers hear of it", () => serviceEndpoints(again.zone, "web").length === 1);
    expect(plane.numbers).toEqual([...plane.numbers.keys()].map((index) => index + 1));
  });

  test("of a refused dataplane is nobody's concern", async () => {
    const plane = await createPlane();
    const { zone } = await ready(plane);
    plane.refuse = "constraints: not here";
    await zone.join(streamJoin("web-1", wireOf("web-1", "web", ["web"]), await plane.token("web-1")));
    const { epoch, sequence } = zone.served();
    zone.delivered({}, { mesh: "default", name: "web-1", epoch, sequence, state: "acked", reason: "" });
    await until("all was reported", () => plane.lastEvent === zone.status().lastEvent);
    expect(plane.events.map(({ kind }) => kind)).toEqual(["gone"]);
    expect(zone.status().proxies).toEqual([]);
  });

  test("is its owner's word for what a user registers, and is not asked for", async () => {
    const plane = await createPlane();
    const { zone } = await ready(plane);
    const proxy = { mesh: "default", name: "web-1" };
    expect(await zone.register(proxy, wireOf("web-1", "web", ["web"]), await plane.token("web-1"))).toMatchObject({
      ok: true,
    });
    expect(plane.ready("web-1")).toEqual([true]);
    await until("peers hear of it", () => serviceEndpoints(zone, "web").length === 1);
    expect(plane.events).toEqual([]);
  });

  test("of a newcomer that came while cut off is kept until the control plane hears of both", async () => {
    const plane = await createPlane();
    const { zone, folder } = await ready(plane);
    await join(zone, plane, "web-1", wireOf("web-1", "web", ["web"]));
    await acknowledge(zone, "web-1");
    await until("the view is cached", () => zone.views[0]?.resources.Dataplane?.length === 1);
    plane.down = true;
    plane.put("other", wireOf("other", "other", [], 9));
    await until("it is out of reach", () => zone.status().controlPlane === "out of reach");
    await join(zone, plane, "web-2", wireOf("web-2", "web", ["web"], 2));
    expect(serviceEndpoints(zone, "web")).toEqual(["127.0.0.1:8080"]);
    await acknowledge(zone, "web-2");
    expect(serviceEndpoints(zone, "web")).toEqual(["127.0.0.1:8080", "127.0.0.2:8080"]);
    await zone.close();
    const again = await ready(plane, {}, folder);
    expect(serviceEndpoints(again.zone, "web")).toEqual(["127.0.0.1:8080", "127.0.0.2:8080"]);
    plane.down = false;
    await until("the control plane has it as ready", () => plane.ready("web-2")[0] === true);
    expect(serviceEndpoints(again.zone, "web")).toEqual(["127.0.0.1:8080", "127.0.0.2:8080"]);
  });
});
