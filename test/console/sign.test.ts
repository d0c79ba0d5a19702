// Signing in, as far as it is plain reckoning: where it leads, faults at their fields, names, passwords, and calls that outlast a session.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSessionKeeper } from "#console/data/session-keeper.ts";
import { arrival } from "#console/sign/arrival.ts";
import { faultAt, restOf } from "#console/sign/field-fault.ts";
import { givenToken } from "#console/sign/given-token.ts";
import { brokenRules, nameOf } from "#console/sign/organisation-name.ts";
import { gradeOf } from "#console/sign/strength.ts";
import { asTold } from "#console/text/told.ts";
import { Fault } from "#model/fault.ts";
import { dnsLabelReason } from "#model/name.ts";

const user = { id: "u1", name: "Ada", email: "ada@example.com", emailVerified: true, secondFactor: false };
const organisationsOf = (...names: readonly string[]) => names.map((name) => ({ name, scopes: ["read"] }));

describe("a sign-in leads back", () => {
  const acme = { user, organisations: organisationsOf("other", "acme") };

  test.each([
    ...["/o/acme", "/o/acme/", "/o/acme/zones", "/o/acme/activity/7?x=1#y", "/o/acme?x=1", "/o/acme#x"],
    ...["/invitation?token=x", "/account", "/account/security", "/new-organisation", "/verify?token=x"],
  ])("to %s", (from) => expect(arrival(acme, from, null)).toBe(from));

  test.each([
    undefined,
    "",
    "/",
    "/sign-in",
    "/o/",
    "/o/acme2/zones",
    "/o/acm",
    "//attacker.example/o/acme",
    "https://attacker.example/o/acme",
    "\\\\attacker.example",
    "javascript:alert(1)",
    " /o/acme",
    "/o/acme.attacker.example",
    "/o/ACME",
    "/accounts",
  ])("not to %j", (from) => expect(arrival(acme, from, "acme")).toBe("/o/acme"));

  test("to the first organisation where the last one is gone, and to where one is made without any", () => {
    expect(arrival(acme, undefined, "gone")).toBe("/o/other");
    expect(arrival(acme, undefined, null)).toBe("/o/other");
    expect(arrival({ user, organisations: [] }, "/o/acme", "acme")).toBe("/new-organisation");
  });

  test("a token has no account to be led to", () => {
    expect(arrival({ organisations: organisationsOf("acme") }, "/account", null)).toBe("/o/acme");
  });
});

describe("calls without a session", () => {
  /** Answers with these statuses, one after another; the last again and again. */
  function keeperOf(...statuses: readonly number[]) {
    const sent: string[] = [];
    const keeper = createSessionKeeper(async (url, { method = "GET" }) => {
      sent.push(`${method} ${url}`);
      const status = statuses[Math.min(sent.length, statuses.length) - 1] ?? 500;
      return new Response(null, { status });
    });
    return { keeper, sent };
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve));

  test("wait for somebody to sign in, and then go out again as they were", async () => {
    const { keeper, sent } = keeperOf(200, 401, 201);
    let changes = 0;
    keeper.subscribe(() => {
      changes += 1;
    });
    await keeper.fetch("/o/acme/v1/zones", {});
    const call = keeper.fetch("/o/acme/v1/changes", { method: "POST" });
    await turn();
    expect([keeper.isAsking(), changes]).toEqual([true, 1]);
    keeper.settle(true);
    expect((await call).status).toBe(201);
    expect([keeper.isAsking(), changes]).toEqual([false, 2]);
    expect(sent.slice(1)).toEqual(["POST /o/acme/v1/changes", "POST /o/acme/v1/changes"]);
  });

  test("have their refusal where nobody does, and where it is refused again", async () => {
    const { keeper } = keeperOf(200, 401);
    await keeper.fetch("/o/acme/v1/zones", {});
    for (const isBack of [false, true]) {
      const call = keeper.fetch("/o/acme/v1/zones", {});
      await turn();
      keeper.settle(isBack);
      expect((await call).status).toBe(401);
      expect(keeper.isAsking()).toBe(false);
    }
  });

  test("are refused at once where there was no session, and after the sign-out", async () => {
    const { keeper, sent } = keeperOf(401, 200, 401);
    expect((await keeper.fetch("/o/acme/v1/zones", {})).status).toBe(401);
    await keeper.fetch("/o/acme/v1/zones", {});
    keeper.forget();
    expect((await keeper.fetch("/o/acme/v1/zones", {})).status).toBe(401);
    expect([keeper.isAsking(), sent.length]).toEqual([false, 3]);
  });

  test("that a page has given up wait no more", async () => {
    const { keeper, sent } = keeperOf(200, 401);
    await keeper.fetch("/o/acme/v1/zones", {});
    const control = new AbortController();
    const call = keeper.fetch("/o/acme/v1/zones", { signal: control.signal });
    await turn();
    control.abort();
    expect((await call).status).toBe(401);
    keeper.settle(true);
    await turn();
    expect(sent.length).toBe(2);
  });

  test.each([
    ["POST", "/v1/session"],
    ["GET", "/v1/account/ways"],
    ["POST", "/v1/account/sign-in"],
    ["POST", "/v1/account"],
    ["POST", "/v1/account/passkey-sign-in/options"],
    ["GET", "/v1/invitations/x"],
  ])("%s %s is answered to anybody: its refusal is an answer", async (method, url) => {
    const { keeper } = keeperOf(200, 401);
    await keeper.fetch("/o/acme/v1/zones", {});
    expect((await keeper.fetch(url, { method })).status).toBe(401);
    expect(keeper.isAsking()).toBe(false);
  });

  test.each([
    ["PATCH", "/v1/account"],
    ["GET", "/v1/account/sessions"],
    ["POST", "/v1/account/passkeys/options"],
    ["GET", "/o/acme/v1/proxies?name=x"],
  ])("%s %s asks for a session", async (method, url) => {
    const { keeper } = keeperOf(200, 401);
    await keeper.fetch("/o/acme/v1/zones", {});
    const call = keeper.fetch(url, { method });
    await turn();
    expect(keeper.isAsking()).toBe(true);
    keeper.settle(false);
    await call;
  });
});

describe("a new password", () => {
  const own = ["Ada Lovelace", "ada@lovelace.example"];
  test.each([
    ["", "short"],
    ["tooshort", "short"],
    ["aaaaaaaaaaaaaaaa", "weak"],
    ["1234567890", "weak"],
    ["abcdefghijklmnop", "weak"],
    ["abababababababab", "weak"],
    ["password12", "weak"],
    ["PasswordPassword", "weak"],
    ["adalovelace1815", "weak"],
    ["qwertyuiop1", "weak"],
    ["horse staple", "fair"],
    ["correct horse battery staple", "strong"],
    ["xK9#vQ2!mZ7p", "strong"],
    ["山水有相逢来日皆可期", "strong"],
  ] as const)("%j is %s", (password, grade) => expect(gradeOf(password, own)).toBe(grade));

  test("with more that is not foreseen is never worse", () => {
    const order = ["short", "weak", "fair", "strong"];
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 40 }), (text) => {
        expect(order.indexOf(gradeOf(`${text} #K`, []))).toBeGreaterThanOrEqual(order.indexOf(gradeOf(text, [])));
      }),
    );
  });
});

describe("an organisation's name", () => {
  test.each([
    ["acme", []],
    ["acme-2", []],
    ["2acme", ["start"]],
    ["-", ["start", "end"]],
    ["acme-", ["end"]],
    ["acmé", ["signs", "end"]],
    ["a/b", ["signs"]],
    ["a".repeat(63), []],
    ["a".repeat(64), ["length"]],
  ])("%j breaks %j", (name, broken) => expect(brokenRules(name)).toEqual(broken));

  test("is refused by the rules that are shown wherever the control plane refuses it, and nowhere else", () => {
    const letters = fc.constantFrom("a", "z", "0", "9", "-", "A", ".", "é", " ", "李");
    const names = fc.array(letters, { minLength: 1, maxLength: 66 }).map((all) => all.join(""));
    fc.assert(fc.property(names, (name) => (brokenRules(name).length === 0) === (dnsLabelReason(name) === null)));
  });

  test.each([
    ["Acme Shop", "acme-shop"],
    ["acme.shop_2", "acme-shop-2"],
    ["ACME", "acme"],
  ])("of %j is %s", (typed, name) => expect(nameOf(typed)).toBe(name));
});

test("what is wrong with a field stands there, and everything else below the form", () => {
  const violations = [
    { field: "email", reason: "must be an email address" },
    { field: "email", reason: "is too long" },
  ];
  const fault = new Fault("invalid", "no", { violations });
  expect(faultAt(fault, "email", asTold)).toBe("must be an email address; is too long");
  expect(faultAt(fault, "name", asTold)).toBeUndefined();
  expect(restOf(fault, ["name", "email"])).toBeNull();
  expect(restOf(fault, ["name"])).toBe(fault);
  const other = new Fault("too-many", "later");
  expect(restOf(other, ["email"])).toBe(other);
  expect(restOf(null, [])).toBeNull();
});

describe("a token in the address", () => {
  const at = (hostname: string, hash: string) => givenToken({ hostname, hash });

  test("signs in by itself on this machine alone: elsewhere a link must not sign anybody in as somebody else", () => {
    for (const own of ["127.0.0.1", "localhost", "[::1]"]) {
      expect(at(own, "#token=weft_api_t_i_s-1")).toEqual({ token: "weft_api_t_i_s-1", isOwn: true });
    }
    for (const other of ["weft.example", "127.0.0.1.weft.example", "localhost.example"]) {
      expect(at(other, "#token=weft_api_t_i_s-1")).toEqual({ token: "weft_api_t_i_s-1", isOwn: false });
    }
  });

  test.each(["", "#", "#token=", "#main", "#token=weft_api_a<b", "#xtoken=weft_api_a"])("is not %j", (hash) => {
    expect(at("localhost", hash)).toBeNull();
  });
});
