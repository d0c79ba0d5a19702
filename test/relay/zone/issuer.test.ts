// The relay's own issuer: what it keeps, and three days and more on it alone. OpenSSL judges the chains.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RelayEvent } from "#api/zone.ts";
import type { Log } from "#relay/log.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import { opensslVerify } from "#test/openssl.ts";
import { fromPem, toPem } from "#trust/bytes.ts";
import { readCertificate } from "#trust/certificate.ts";
import { createPlane, type FakePlane, type PlaneOptions, wireOf } from "./control-plane.ts";
import { acknowledge, startZone, streamJoin, tempFolder, until } from "./start.ts";

const HOUR = 3600_000;
const proxy = (name: string) => ({ mesh: "default", name });
const ISSUER = "POST /v1/zone/issuer";

interface World {
  readonly plane: FakePlane;
  readonly zone: ZoneSide;
  readonly folder: string;
  readonly lines: string[];
  now: number;
  /** Opens the zone side again on the same folder. */
  again(): Promise<ZoneSide>;
}

async function world(options: PlaneOptions = {}): Promise<World> {
  const time = { now: Date.now() };
  const clock = (): number => time.now;
  const plane = await createPlane({ ...options, clock });
  const folder = tempFolder();
  const lines: string[] = [];
  const log: Log = (level, label) => void lines.push(`${level} ${label}`);
  const again = () => startZone(plane, folder, { clock, log });
  const zone = await again();
  await until("the first snapshot is served", () => zone.served().snapshot !== null);
  return Object.assign(time, { plane, zone, folder, lines, again });
}

async function joined({ plane }: World, zone: ZoneSide, name: string, wire: object): Promise<void> {
  const answer = await zone.join(streamJoin(name, wire, await plane.token(name, { jti: `token-of-${name}` })));
  if (!answer.ok) throw new Error(answer.reason);
  await acknowledge(zone, name);
}

/** A dataplane with a tag of the user's own. */
function tagged(name: string, key: string, host: number): object {
  const wire = wireOf(name, "web", [], host) as { networking: { inbound: { tags: Record<string, string> }[] } };
  for (const { tags } of wire.networking.inbound) tags[key] = "v1";
  return wire;
}

async function cutOff(one: World): Promise<void> {
  const known = one.plane.view().resources.Dataplane?.length ?? 0;
  await until("the view is cached", () => (one.zone.views[0]?.resources.Dataplane?.length ?? 0) >= known);
  await until("the issuer permits their tags", () => one.plane.issued.at(-1)?.includes("kuma.io/service") === true);
  one.plane.down = true;
  one.plane.put("elsewhere", wireOf("elsewhere", "elsewhere", [], 99));
  await until("it is out of reach", () => one.zone.status().controlPlane === "out of reach");
}

const chainOf = (zone: ZoneSide, name: string): readonly string[] =>
  fromPem(zone.identity(proxy(name))?.chainPem ?? "").map(({ label, der }) => toPem(label, der));
const certificatesOf = (zone: ZoneSide, name: string) =>
  fromPem(zone.identity(proxy(name))?.chainPem ?? "").map(({ der }) => readCertificate(der));
const standing = (zone: ZoneSide, name: string) => zone.status().proxies.find((row) => row.name === name)?.certificate;

function verdict({ plane, now }: World, zone: ZoneSide, name: string): string {
  const [leaf = "", ...chain] = chainOf(zone, name);
  return opensslVerify(leaf, { rootPem: plane.root, chain, at: now }).said;
}

const issuedIn = ({ plane }: World): readonly Extract<RelayEvent, { kind: "issued" }>[] =>
  plane.events.filter((event) => event.kind === "issued");

describe("73 hours without the control plane", () => {
  test("certificates are renewed and newcomers get theirs; on return each issue is told once, with its token", async () => {
    const one = await world();
    const { plane, zone } = one;
    await joined(one, zone, "web-1", wireOf("web-1", "web"));
    await cutOff(one);
    expect(standing(zone, "web-1")).toMatchObject({ by: "control plane", problem: null });
    const serials = new Set<string>();
    for (let hours = 14; hours <= 73; hours += 14) {
      const before = zone.identity(proxy("web-1"))?.version;
      one.now += 14 * HOUR;
      await until(`it is renewed in hour ${hours}`, () => {
        const identity = zone.identity(proxy("web-1"));
        return identity !== undefined && identity.version !== before;
      });
      expect(verdict(one, zone, "web-1")).toBe("leaf: OK\n");
      const [leaf, issuer] = certificatesOf(zone, "web-1");
      serials.add(Buffer.from(leaf?.serial ?? []).toString("hex"));
      expect(leaf?.notAfter ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(issuer?.notAfter ?? 0);
    }
    one.now += 3 * HOUR;
    await joined(one, zone, "web-2", wireOf("web-2", "web", [], 2));
    expect(verdict(one, zone, "web-2")).toBe("leaf: OK\n");
    expect(standing(zone, "web-2")).toMatchObject({ by: "zone", problem: null });
    plane.down = false;
    await until("all is told", () => plane.lastEvent === zone.status().lastEvent);
    const told = issuedIn(one);
    expect(new Set(told.map(({ serial }) => serial)).size).toBe(told.length);
    for (const serial of serials) expect(told.map((event) => event.serial)).toContain(serial);
    for (const { name, tokenId } of told) expect(tokenId).toBe(`token-of-${name}`);
    expect(new Set(told.map(({ name }) => name))).toEqual(new Set(["web-1", "web-2"]));
  });

  test("a leaf ends with its issuer, and near that end no other is made in vain", async () => {
    const one = await world();
    await joined(one, one.zone, "web-1", wireOf("web-1", "web"));
    await cutOff(one);
    one.now += 6.9 * 24 * HOUR;
    await joined(one, one.zone, "web-2", wireOf("web-2", "web", [], 2));
    const [leaf, issuer] = certificatesOf(one.zone, "web-2");
    expect(leaf?.notAfter).toBe(issuer?.notAfter);
    await until("the other is renewed", () => standing(one.zone, "web-1")?.until === issuer?.notAfter);
    const versions = () => ["web-1", "web-2"].map((name) => one.zone.identity(proxy(name))?.version);
    const before = versions();
    one.now += 2 * HOUR;
    const looks = (): number => one.lines.filter((line) => line.includes("renewed by the zone's issuer")).length;
    const looked = looks();
    await until("they were found due again, twice", () => looks() >= looked + 2);
    expect(versions()).toEqual(before);
    one.now = (issuer?.notAfter ?? 0) + 1000;
    expect(one.zone.identity(proxy("web-2"))).toBeUndefined();
    expect(standing(one.zone, "web-2")?.problem).toContain(
      "no certificate of mesh default: the control plane has not given",
    );
  });
});

describe("a newcomer with a tag key that the mesh did not have, while cut off", () => {
  test("joins without that name and says so; on return its certificate has it", async () => {
    const one = await world();
    const { plane, zone } = one;
    await joined(one, zone, "web-1", wireOf("web-1", "web"));
    await cutOff(one);
    await joined(one, zone, "web-2", tagged("web-2", "version", 2));
    const uris = () => certificatesOf(zone, "web-2")[0]?.uris ?? [];
    expect(uris()).toContain("spiffe://default/web");
    expect(uris()).not.toContain("kuma://version/v1");
    expect(standing(zone, "web-2")).toMatchObject({ by: "zone" });
    expect(standing(zone, "web-2")?.problem).toContain("without kuma://version/v1");
    expect(verdict(one, zone, "web-2")).toBe("leaf: OK\n");
    plane.down = false;
    await until("it has the name", () => uris().includes("kuma://version/v1"));
    expect(standing(zone, "web-2")).toMatchObject({ by: "control plane", problem: null });
    // What had all its names is left alone.
    expect(plane.joins.filter(({ name, event }) => name === "web-1" && event === undefined)).toEqual([]);
  });
});

describe("the issuer itself", () => {
  test("keeps its key over renewals and restarts, and always has three days left and more", async () => {
    const one = await world();
    let before = "";
    /** The so many-th one is on disk: what was asked for may still be on its way. */
    const renewed = async (what: string, count: number): Promise<void> => {
      const file = join(one.folder, "issuers/default.sealed");
      const kept = (): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
      await until(what, () => one.plane.issuerCsrs.length === count && kept() !== before);
      before = kept();
    };
    await renewed("it is there", 1);
    for (const day of [1, 2]) {
      one.now += 24 * HOUR + 1000;
      await renewed(`it is renewed on day ${day}`, day + 1);
    }
    await one.zone.close();
    one.now += 25 * HOUR;
    const zone = await one.again();
    one.plane.put("other", wireOf("other", "other", [], 9));
    await renewed("it is renewed after the restart", 4);
    expect(new Set(one.plane.issuerCsrs).size).toBe(1);
    // Just before the next renewal is due the control plane goes.
    one.now += 24 * HOUR - 1000;
    one.plane.down = true;
    one.now += 72 * HOUR;
    await joined(one, zone, "web-1", wireOf("web-1", "web")).catch(() => undefined);
    const until7 = certificatesOf(zone, "web-1")[1]?.notAfter ?? 0;
    expect(until7).toBeGreaterThan(one.now + 24 * HOUR);
  });

  test("is made anew under another key when its own is refused", async () => {
    const one = await world();
    await until("it is there", () => one.plane.issuerCsrs.length === 1);
    one.plane.refuseKeys.add(one.plane.issuerCsrs[0] as string);
    one.now += 25 * HOUR;
    await until("another key was asked for", () => one.plane.issuerCsrs.length === 2);
    expect(new Set(one.plane.issuerCsrs).size).toBe(2);
  });
});

describe("a mesh whose zones may not issue", () => {
  test("has its issuer dropped, also from disk, and newcomers have no certificate and say why", async () => {
    const one = await world();
    const { plane, zone } = one;
    await joined(one, zone, "web-1", wireOf("web-1", "web"));
    await until("the issuer is there", () => plane.issued.at(-1)?.includes("kuma.io/service") === true);
    plane.zoneIssuer = "off";
    plane.put("other", wireOf("other", "other", [], 9));
    await until("it is dropped", () => one.lines.some((line) => line.includes("is dropped")));
    const asked = plane.calls.filter((call) => call === ISSUER).length;
    await cutOff(one);
    await zone.close();
    const again = await one.again();
    one.now += 13 * HOUR;
    const held = again.identity(proxy("web-1"))?.version;
    await joined(one, again, "web-1", wireOf("web-1", "web"));
    await joined(one, again, "web-2", wireOf("web-2", "web", [], 2));
    expect(again.identity(proxy("web-1"))?.version).toBe(held);
    expect(again.identity(proxy("web-2"))).toBeUndefined();
    expect(standing(again, "web-2")).toEqual({
      until: null,
      by: null,
      problem: expect.stringContaining("weft.io/zone-issuer: disabled"),
    });
    plane.down = false;
    await until("it has one on return", () => again.identity(proxy("web-2")) !== undefined);
    expect(plane.calls.filter((call) => call === ISSUER)).toHaveLength(asked);
  });
});

test("a certificate that no anchor of the bundle has signed is replaced at once", async () => {
  const one = await world();
  await joined(one, one.zone, "web-1", wireOf("web-1", "web"));
  await until("the issuer is there", () => one.plane.issued.at(-1)?.includes("kuma.io/service") === true);
  const known = one.plane.issuerCsrs.length;
  const before = one.zone.identity(proxy("web-1"))?.version;
  await one.plane.changeRoot();
  one.now += 61_000;
  await until("it is signed by the other CA", () => {
    const [leaf = "", ...chain] = chainOf(one.zone, "web-1");
    return opensslVerify(leaf, { rootPem: one.plane.root, chain, at: one.now }).ok;
  });
  expect(one.zone.identity(proxy("web-1"))?.version).not.toBe(before);
  await until("the issuer is, too", () => one.plane.issuerCsrs.length > known);
});
