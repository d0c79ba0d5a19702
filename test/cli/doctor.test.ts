// `weft doctor`: every place is looked at, and each thing that is wrong says what to do.
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { CertificateBody, DeliveryBody, RelayBody } from "#api/weft.ts";
import { lookAtRelay } from "#cli/doctor/relay.ts";
import { roomFinding } from "#cli/doctor/state.ts";
import { type ZoneFacts, zoneFindings } from "#cli/doctor/zone.ts";
import { httpServer } from "./http-server.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";
import { tempFolder, writeAt } from "./temp.ts";

const plane = planeOfFile();
const token = join(plane.folder, "ill.token");
let url: string;

beforeAll(async () => {
  await plane.signUp("ill", token);
  url = `${plane.url}/o/ill`;
});

interface Told {
  readonly why?: string;
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
    expect(closed.bad[0]).toMatchObject({
      what: `nothing takes a connection at 127.0.0.1:${port}`,
      why: "nothing listens there (connection refused)",
    });
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

describe("a newcomer's machine", () => {
  const look = async (argv: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = tempFolder()) => {
    const ran = await run(["doctor", ...argv, "-o", "json"], { env, cwd });
    const { findings } = JSON.parse(ran.out) as { readonly findings: readonly Told[] };
    return { code: ran.code, bad: findings.filter(({ state }) => state !== "ok"), findings };
  };

  test("that knows no organisation yet: how to begin, and whether the ports are free", async () => {
    const { code, bad, findings } = await look([]);
    expect(code).toBe(1);
    const unknown = bad.find(({ where }) => where === "control plane");
    expect(unknown?.what).toBe("it is not known which organisation to speak to");
    expect(unknown?.fix?.split("\n")).toHaveLength(3);
    expect(findings.filter(({ what }) => /ports? 5681/.test(what)).length).toBeGreaterThan(0);
  });

  test("whose host name has no address, or whose token has expired", async () => {
    const nowhere = await look(["--url", "http://weft.invalid/o/demo", "--token", "t"]);
    expect(nowhere.bad.at(-1)).toMatchObject({ what: "weft.invalid has no address" });
    expect(nowhere.bad.at(-1)?.why).toBeDefined();
    const brief = tempFolder();
    const made = await run(
      [
        "token",
        "create",
        "brief",
        "-s",
        "read",
        "--valid-for",
        "1s",
        "--out",
        "t",
        "--url",
        url,
        "--token-file",
        token,
      ],
      { cwd: brief },
    );
    expect(made.code, made.err).toBe(0);
    const there = ["--url", url, "--token-file", join(brief, "t")];
    await expect
      .poll(async () => (await look(there)).bad.find(({ where }) => where === "control plane"))
      .toMatchObject({ what: "it does not take the token", why: expect.stringContaining("expired at 20") });
  });

  test("without Envoy, with one that is old, and with one that is none", async () => {
    const there = ["--url", url, "--token-file", token];
    const envoyOf = async (env: NodeJS.ProcessEnv) =>
      (await look(there, env)).findings.find(({ what }) => /envoy/i.test(what));
    expect(await envoyOf({ PATH: "/nonexistent" })).toMatchObject({
      state: "warning",
      fix: expect.stringContaining("weft envoy install"),
    });
    const bin = tempFolder();
    const old = writeAt(
      join(bin, "envoy"),
      "#!/bin/sh\necho 'envoy  version: abc/1.20.0/Clean/RELEASE/BoringSSL'\n",
      0o755,
    );
    expect(await envoyOf({ WEFT_ENVOY: old })).toMatchObject({
      state: "warning",
      what: expect.stringContaining("1.20.0"),
    });
    expect(await envoyOf({ WEFT_ENVOY: join(bin, "none") })).toMatchObject({
      state: "failure",
      why: expect.stringContaining("there is no such file"),
    });
  });

  test("whose state folder cannot be written to, or whose disk is full", async () => {
    const file = join(tempFolder({ state: "" }), "state");
    const { code, bad } = await look(["--url", url, "--token-file", token], { WEFT_STATE: file });
    expect([code, bad.find(({ what }) => what.includes("state folder"))]).toEqual([
      1,
      {
        where: "machine",
        state: "failure",
        what: "the state folder cannot be used",
        why: `${file}: a part of the path is a file, and not a folder`,
        fix: "make it writable, or name another by WEFT_STATE",
      },
    ]);
    expect([4e6, 50e6, 500e6].map((free) => roomFinding("/s", free).state)).toEqual(["failure", "warning", "ok"]);
  });

  test("whose clock is off is told by how much", async () => {
    const server = createHttpServer((_, answer) => {
      answer.sendDate = false;
      answer
        .setHeader("x-request-id", "r1")
        .setHeader("date", new Date(Date.now() - 3_600_000).toUTCString())
        .end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { readonly port: number };
    const { bad } = await look(["--url", `http://127.0.0.1:${port}/o/x`, "--token", "t"]);
    server.close();
    expect(bad.find(({ what }) => what.includes("clock"))).toMatchObject({
      state: "warning",
      what: expect.stringMatching(/^this machine's clock is 3(?:599|600|601) s ahead of its clock$/),
    });
  });

  test("people read what to do under the table", async () => {
    const { out } = await run(["doctor", "wets", "--url", url, "--token-file", token], { cwd: tempFolder() });
    expect(out).toContain("FAILURE  zone wets");
    expect(out).toMatch(/\nzone wets: there is no such zone\n {2}why {2}there [^\n]+\n {2}fix {2}/);
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

test("a relay that answers: damaged files and a control plane that is away are warnings, no snapshot is a failure", async () => {
  const told = async (status: object) => {
    const server = await httpServer(() => ({ status: 200, body: status }));
    const ca = join(tempFolder({ "ca.pem": "" }), "ca.pem");
    return (await lookAtRelay({ url: server.url, ca })).map(({ state, what }) => `${state} ${what}`);
  };
  const well = { zone: "east", controlPlane: "reached", damagedFiles: 0, snapshot: { revision: 7 }, proxies: [] };
  expect(await told(well)).toEqual(["ok serves zone east, revision 7"]);
  for (const [news, what] of [
    [{ way: "bell", bell: "open", reason: "" }, []],
    [{ way: "held", bell: "knocking", reason: "" }, []],
    [{ way: "held", bell: "shut", reason: "no" }, ["warning it holds polls, as the bell does not come through"]],
    [
      { way: "plain", bell: "shut", reason: "no" },
      ["warning it asks for changes now and then: neither the bell nor a held answer comes through"],
    ],
  ] as const)
    expect((await told({ ...well, news })).slice(1)).toEqual(what);
  // Counts alone are what another machine is told.
  const { zone, proxies, ...counts } = well;
  expect(await told({ ...counts, damagedFiles: 2, controlPlane: "out of reach" })).toEqual([
    "ok serves revision 7",
    "warning the control plane is out of reach",
    "warning 2 files of its state folder were damaged when it started",
  ]);
  expect(await told({ ...well, snapshot: null })).toEqual(["failure it has no snapshot: no proxy can start"]);
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
      way: null,
      ...more,
    }) as RelayBody;
  const told = (facts: Partial<ZoneFacts>): readonly string[] =>
    zoneFindings(
      {
        ...{ name: "east", isEnabled: true, relays: [relay("r1")], deliveries: [], certificates: [] },
        ...{ away: [], outdated: [], ...facts },
      },
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

  test("whose proxies run what is not supported", () => {
    expect(told({ outdated: ["default.web-1 (Envoy 1.38.0)"] })).toEqual([
      "ok 1 of 1 relays online",
      "warning run what this release does not support: default.web-1 (Envoy 1.38.0)",
    ]);
  });

  test("whose proxies refuse, are away, or hold certificates that end", () => {
    const laggards = [
      { proxy: "default.web-1", reason: "no such\nfilter\n" },
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
    expect(
      told({ deliveries: [delivery], certificates, isEnabled: false, away: ["default.web-2", "default.web-3"] }),
    ).toEqual([
      "warning it is disabled: no other zone sends it anything",
      "ok 1 of 1 relays online",
      "failure 1 of relay r1's proxies refuse what they were sent: default.web-1: no such filter",
      "warning registered, and not connected: default.web-2; default.web-3",
      "warning certificates end within the hour, or have ended: default/web-1",
    ]);
  });
});
