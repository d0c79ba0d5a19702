// The small rules: who has gone, what a delivery says, how pauses grow, what settings mean.
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { createDeliveryBoard, summarise } from "#relay/delivery.ts";
import { GRACE, judge } from "#relay/registrar/grace.ts";
import { readSettings } from "#relay/settings.ts";
import { createBackoff } from "#relay/zone/backoff.ts";
import type { StreamDelivery } from "#relay/zone.ts";

describe("who has gone", () => {
  const closed = (...ages: readonly number[]) => ages.map((age, index) => ({ key: `p${index}`, at: -age }));

  test.each([
    ["within its grace", closed(GRACE - 1), 4, [], false],
    ["after its grace", closed(GRACE), 4, ["p0"], false],
    ["alone, the only one there is", closed(GRACE), 1, ["p0"], false],
    ["two of four: half is not more than half", closed(GRACE, 0), 4, ["p0"], false],
    ["three of four at once", closed(GRACE, GRACE, 0), 4, [], true],
    ["all of two", closed(GRACE, GRACE), 2, [], true],
    ["none", [], 0, [], false],
  ] as const)("%s", (_, some, total, gone, mass) => {
    expect(judge(some, total, 0)).toEqual({ gone, mass });
  });

  test("never both a mass and somebody gone, and nobody before the grace", () => {
    const ages = fc.array(fc.integer({ min: 0, max: 3 * GRACE }), { maxLength: 12 });
    fc.assert(
      fc.property(ages, fc.nat(20), (some, others) => {
        const list = closed(...some);
        const verdict = judge(list, list.length + others, 0);
        expect(verdict.mass && verdict.gone.length > 0).toBe(false);
        for (const key of verdict.gone) expect(list.find((one) => one.key === key)?.at).toBeLessThanOrEqual(-GRACE);
        if (list.length <= others) expect(verdict.gone).toHaveLength(some.filter((age) => age >= GRACE).length);
      }),
    );
  });
});

describe("a delivery", () => {
  const stream = (name: string, state: StreamDelivery["state"], sequence = 7, reason = ""): StreamDelivery => {
    return { mesh: "default", name, epoch: 1, sequence, state, reason };
  };

  test("counts what is at the newest sequence, refusals first among the laggards", () => {
    const streams = [
      stream("a", "acked"),
      stream("b", "acked", 6),
      stream("c", "nacked", 7, "no"),
      stream("d", "pending"),
    ];
    expect(summarise(streams)).toEqual({
      epoch: 1,
      sequence: 7,
      acked: 1,
      nacked: 1,
      pending: 2,
      laggards: [
        { proxy: "default.c", reason: "no" },
        { proxy: "default.b", reason: "" },
        { proxy: "default.d", reason: "" },
      ],
    });
    expect(summarise([])).toBeNull();
  });

  test("counts registered proxies without a stream as pending, and names them last", () => {
    const proxies = [
      { mesh: "default", name: "z" },
      { mesh: "", name: "in" },
    ];
    const absent = [
      { proxy: ".in", reason: "its Envoy is not connected", connected: false },
      { proxy: "default.z", reason: "its Envoy is not connected", connected: false },
    ];
    const position = { epoch: 1, sequence: 7 };
    const all = [stream("a", "acked"), stream("b", "pending")];
    expect(summarise(all, { proxies, position })).toEqual({
      ...{ epoch: 1, sequence: 7, acked: 1, nacked: 0, pending: 3 },
      laggards: [{ proxy: "default.b", reason: "" }, ...absent],
    });
    const older = summarise([stream("a", "acked", 6)], { proxies, position });
    expect([older?.sequence, older?.acked, older?.pending], "what nobody has is behind, too").toEqual([7, 0, 3]);
    expect(summarise([], { proxies, position })).toMatchObject({ sequence: 7, acked: 0, pending: 2 });
    expect(summarise([], { proxies, position: null })).toBeNull();
    expect(summarise([], { proxies: [], position })).toBeNull();
  });

  test("is told anew when a life without a stream comes or goes", async () => {
    vi.useFakeTimers();
    const told: number[] = [];
    let proxies = [{ mesh: "default", name: "p" }];
    const board = createDeliveryBoard(
      (delivery) => told.push(delivery?.pending ?? -1),
      () => ({ proxies, position: { epoch: 1, sequence: 7 } }),
    );
    board.set({}, stream("a", "acked"));
    await vi.advanceTimersByTimeAsync(300);
    proxies = [];
    board.look();
    board.look();
    await vi.advanceTimersByTimeAsync(300);
    expect(told).toEqual([1, 0]);
    board.close();
    vi.useRealTimers();
  });

  test("names twenty laggards at the most, with bounded reasons, and counts all", () => {
    const many = Array.from({ length: 50 }, (_, index) => stream(`p${index}`, "nacked", 7, "x".repeat(5000)));
    const summary = summarise(many);
    expect(summary?.nacked).toBe(50);
    expect(summary?.laggards).toHaveLength(20);
    expect(summary?.laggards.every(({ reason }) => reason.length === 1000)).toBe(true);
  });

  test("of a thousand ACKs is told in few reports, a refusal at once", async () => {
    const told: number[] = [];
    const board = createDeliveryBoard((delivery) => told.push(delivery?.acked ?? -1));
    const streams = Array.from({ length: 1000 }, () => ({}));
    for (const [index, one] of streams.entries()) board.set(one, stream(`p${index}`, "acked"));
    expect(told).toEqual([]);
    board.set({}, stream("bad", "nacked", 7, "no"));
    expect(told).toEqual([1000]);
    board.close();
  });
});

test("pauses double up to a bound and are jittered within their step", () => {
  const backoff = createBackoff(100, 1000, () => 1);
  expect([1, 2, 3, 4, 5, 6].map(() => backoff.next())).toEqual([100, 200, 400, 800, 1000, 1000]);
  backoff.reset();
  expect(createBackoff(100, 1000, () => 0).next()).toBe(50);
  expect(backoff.next()).toBe(100);
});

describe("settings", () => {
  const url = { WEFT_CONTROL_PLANE: "https://weft.example.com" };

  test("come from arguments, then the environment, then defaults", () => {
    expect(readSettings([], url)).toMatchObject({
      controlPlane: "https://weft.example.com",
      stateDir: ".weft-relay",
      host: "127.0.0.1",
      port: 5678,
      hosts: ["127.0.0.1", "localhost", "::1"],
      enrolmentToken: undefined,
      logLevel: "info",
    });
    const env = { ...url, WEFT_LISTEN: "0.0.0.0:1", WEFT_HOSTS: "a.test, b.test", WEFT_ENROLMENT_TOKEN: "secret" };
    const read = readSettings(["--listen", "[::]:7000", "--host", "c.test"], env);
    expect(read).toMatchObject({ host: "::", port: 7000, hosts: ["c.test", "localhost", "127.0.0.1", "::1"] });
    expect(read.enrolmentToken?.reveal()).toBe("secret");
    expect(JSON.stringify(read)).not.toContain('"secret"');
    expect(readSettings([], env).hosts).toEqual(["a.test", "b.test", "localhost", "127.0.0.1", "::1"]);
  });

  test.each([
    [[], {}, "--control-plane must be"],
    [["--control-plane", "weft.example.com"], {}, "--control-plane must be"],
    [["--listen", "5678"], url, "--listen must be host:port"],
    [["--listen", "127.0.0.1:99999"], url, "--listen must be host:port"],
    [["--advertise", "0.0.0.0:5678"], url, "--advertise must be where proxies"],
    [["--advertise", "[::]:5678"], url, "--advertise must be where proxies"],
    [["--advertise", "192.168.0.5:0"], url, "--advertise must be where proxies"],
    [["--log-level", "loud"], url, "--log-level must be one of"],
    [["--enrolment-token-file", "/nowhere/token"], url, "--enrolment-token-file /nowhere/token cannot be read"],
  ] as const)("%j is told by its name", (args, env, message) => {
    expect(() => readSettings(args, env)).toThrow(message);
  });
});
