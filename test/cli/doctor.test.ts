// `weft doctor`: every place is looked at, and each thing that is wrong says what to do.
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { CertificateBody, DeliveryBody, RelayBody } from "#api/weft.ts";
import { type ZoneFacts, zoneFindings } from "#cli/doctor/zone.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";
import { tempFolder } from "./temp.ts";

const plane = planeOfFile();
const token = join(plane.folder, "ill.token");
let url: string;

beforeAll(async () => {
  await plane.signUp("ill", token);
  url = `${plane.url}/o/ill`;
});

interface Told {
  readonly where: string;
  readonly state: string;
  readonly what: string;
  readonly fix?: string;
}

async function doctor(argv: readonly string[], at = url, tokenFile = token) {
  const options = { cwd: tempFolder() };
  const { code, out } = await run(["doctor", ...argv, "--url", at, "--token-file", tokenFile, "-o", "json"], options);
  const { findings } = JSON.parse(out) as { readonly findings: readonly Told[] };
  for (const { state, fix } of findings) expect(fix !== undefined).toBe(state !== "ok");
  return { code, findings, bad: findings.filter(({ state, where }) => state !== "ok" && where !== "machine") };
}

describe("a control plane", () => {
  test("that is well, and has no zone yet", async () => {
    const { code, findings, bad } = await doctor([]);
    expect(code).toBe(0);
    expect(findings.map(({ where }) => where)).toEqual(expect.arrayContaining(["machine", "control plane", "zones"]));
    expect(bad).toEqual([expect.objectContaining({ where: "zones", fix: "weft zone create NAME" })]);
  });

  test("whose zone has no relay, or has no such zone", async () => {
    const flags = ["--url", url, "--token-file", token];
    expect((await run(["zone", "create", "east", ...flags])).code).toBe(0);
    const some = await doctor(["east"]);
    expect([some.code, some.bad.map(({ where, what }) => `${where}: ${what}`)]).toEqual([
      1,
      ["zone east: no relay is admitted"],
    ]);
    const none = await doctor(["west"]);
    expect([none.code, none.bad.map(({ what }) => what)]).toEqual([1, ["there is no such zone"]]);
  });

  test("that refuses the token, or has no such organisation", async () => {
    const wrong = tempFolder({ "wrong.token": "weft_api_nobody" });
    const refused = await doctor([], url, join(wrong, "wrong.token"));
    expect([refused.code, refused.bad.map(({ what }) => what)]).toEqual([1, ["it does not take the token"]]);
    expect((await doctor([], `${plane.url}/o/none`)).code).toBe(1);
  });

  test("that does not listen, or is some other program", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { readonly port: number };
    await new Promise((resolve) => server.close(resolve));
    const closed = await doctor([], `http://127.0.0.1:${port}/o/ill`);
    expect(closed.code).toBe(1);
    expect(closed.bad[0]?.what).toContain("nothing takes a connection");
    const other = createHttpServer((_, answer) => answer.end("{}"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const at = other.address() as { readonly port: number };
    const strange = await doctor([], `http://127.0.0.1:${at.port}/o/ill`);
    other.close();
    expect([strange.code, strange.bad[0]?.what]).toEqual([
      1,
      "what answers there is no control plane of Weft (HTTP 200)",
    ]);
  });
});

test("a relay that cannot be asked, and options that go together", async () => {
  const { code, bad } = await doctor(["--relay", "https://127.0.0.1:9", "--ca-cert-file", "/nowhere/ca.pem"]);
  expect(code).toBe(1);
  expect(bad.some(({ where, fix }) => where === "relay https://127.0.0.1:9" && fix?.includes("/nowhere/ca.pem"))).toBe(
    true,
  );
  expect((await run(["doctor", "--relay", "https://127.0.0.1:9", "--url", url])).code).toBe(2);
});

describe("a zone", () => {
  const NOW = Date.parse("2026-01-01T12:00:00Z");
  const relay = (id: string, more: Partial<RelayBody> = {}): RelayBody =>
    ({
      id,
      zone: "east",
      revoked: false,
      online: true,
      lastContact: "2026-01-01T11:59:50Z",
      leftAt: null,
      ...more,
    }) as RelayBody;
  const told = (facts: Partial<ZoneFacts>): readonly string[] =>
    zoneFindings(
      { name: "east", isEnabled: true, relays: [relay("r1")], deliveries: [], certificates: [], ...facts },
      NOW,
    ).map(({ state, what }) => `${state} ${what}`);

  test("that is well", () => {
    expect(told({})).toEqual(["ok 1 of 1 relays online"]);
  });

  test("whose relays are away: one is a warning, all are a failure", () => {
    const away = relay("r2", { online: false, lastContact: "2026-01-01T10:00:00Z" });
    const left = relay("r3", { online: false, leftAt: "2026-01-01T11:00:00Z" });
    expect(told({ relays: [relay("r1"), away] })).toEqual([
      "warning relay r2 is offline, last heard of 2h ago",
      "ok 1 of 2 relays online",
    ]);
    expect(told({ relays: [left] })).toEqual(["failure relay r3 stopped 1h ago"]);
  });

  test("whose proxies refuse, are away, or hold certificates that end", () => {
    const laggards = [
      { proxy: "default.web-1", reason: "no such filter" },
      { proxy: "default.web-2", reason: "its Envoy is not connected", connected: false as const },
    ];
    const delivery = { zone: "east", relay: "r1", nacked: 1, laggards } as unknown as DeliveryBody;
    const leaf = (name: string, notAfter: string): CertificateBody =>
      ({ mesh: "default", name, notAfter }) as CertificateBody;
    const certificates = [
      leaf("web-1", "2026-01-01T12:30:00Z"),
      leaf("web-2", "2026-01-01T11:00:00Z"),
      leaf("web-2", "2026-01-02T11:00:00Z"),
      leaf("", "2026-01-01T11:00:00Z"),
    ];
    expect(told({ deliveries: [delivery], certificates, isEnabled: false })).toEqual([
      "warning it is disabled: no other zone sends it anything",
      "ok 1 of 1 relays online",
      "failure 1 of relay r1's proxies refuse what they were sent: default.web-1: no such filter",
      "warning registered, and not connected: default.web-2",
      "warning certificates end within the hour, or have ended: default/web-1",
    ]);
  });
});
