// The guide of accounts: its tables are the code's, and its examples are taken.
import { expect, test } from "vitest";
import { OIDC_REFUSALS } from "#account/accounts.ts";
import { LIMITS } from "#account/limit.ts";
import { readProviders } from "#account/provider.ts";
import { ENVIRONMENT } from "#api/environment.ts";
import { SESSION_LIFE } from "#app/person.ts";
import { PASSWORD_LENGTH } from "#model/password.ts";
import { readSettings } from "#node/settings.ts";
import { textOf } from "#test/documents.ts";

const guide = textOf("docs/guides/accounts.md");

/** Rows of the table whose head begins so, each as its cells. */
function rowsOf(head: string): readonly (readonly string[])[] {
  const lines = guide.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${head}`));
  expect(start, head).toBeGreaterThan(0);
  const end = lines.findIndex((line, at) => at > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const bare = (cell = ""): string => cell.replaceAll("`", "");

test("each option of the guide is one, and does what its variable does", () => {
  const given: Readonly<Record<string, string>> = {
    "--public-url": "https://weft.example",
    "--mail-url": "smtps://weft@mail.example",
    "--mail-from": "weft@example.com",
    "--mail-secret-file": "/run/secret",
    "--oidc-file": "/run/oidc.json",
  };
  const rows = rowsOf("option of").map(([flag, name]) => ({ flag: bare(flag), name: bare(name) }));
  expect(rows.filter(({ flag }) => given[flag] !== undefined)).toHaveLength(Object.keys(given).length);
  const args = rows.flatMap(({ flag }) => (given[flag] === undefined ? [flag] : [flag, given[flag]]));
  const env = Object.fromEntries(rows.map(({ flag, name }) => [name, given[flag] ?? "1"]));
  expect(rows.every(({ name }) => name in ENVIRONMENT)).toBe(true);
  const settings = readSettings(args, {});
  expect(settings).toEqual(readSettings([], env));
  expect(settings).toMatchObject({
    publicUrl: "https://weft.example",
    mail: { url: "smtps://weft@mail.example", from: "weft@example.com", secretFile: "/run/secret" },
    oidcFile: "/run/oidc.json",
    closed: true,
    behindProxy: true,
  });
});

test("names for Cloudflare are those that the workers read", () => {
  const texts = ["src/worker/environment.ts", "src/worker/accounts.ts", "src/worker/api.ts"].map(textOf).join("\n");
  const names = rowsOf("option of").flatMap(([, , cell = ""]) =>
    [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
  );
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !texts.includes(`readonly ${name}?:`))).toEqual([]);
});

test("the providers of the guide are taken as they stand", () => {
  const example = [...guide.matchAll(/```json\n([\s\S]*?)```/g)]
    .map(([, text = ""]) => text)
    .find((text) => text.startsWith("["));
  const providers = readProviders(example, "the guide");
  expect(providers.map(({ id }) => id)).toEqual(["google", "github", "entra", "okta"]);
  expect(rowsOf("provider |").map(([name]) => name)).toEqual(["Google", "GitHub", "Entra", "Okta"]);
  expect(JSON.stringify(providers)).not.toContain('…"}');
  expect(providers[1]).toMatchObject({ tokenUrl: "https://github.com/login/oauth/access_token" });
});

test("refusals and limits are the code's", () => {
  expect(rowsOf("refused").map(([code, why]) => [bare(code), why])).toEqual(Object.entries(OIDC_REFUSALS));
  const spans: Readonly<Record<string, number>> = { "15 minutes": 15 * 60_000, "an hour": 3_600_000 };
  const { "code-used": _, ...limits } = LIMITS;
  const told = rowsOf("limit").map(([, most, within = ""]) => ({ most: Number(most), within: spans[within] }));
  expect(told).toEqual(Object.values(limits).map(({ most, within }) => ({ most, within })));
  expect(guide).toContain(`A password has ${PASSWORD_LENGTH.least} to ${PASSWORD_LENGTH.most} characters`);
  const days = (milliseconds: number): number => milliseconds / 86_400_000;
  expect(guide).toContain(
    `after ${days(SESSION_LIFE.idle)} days without being seen, and after ${days(SESSION_LIFE.whole)} days`,
  );
});

test("settings that lack another one say which, and repeat no password", () => {
  const refused = (...args: string[]): string => {
    try {
      readSettings(args, {});
      return "";
    } catch (error) {
      return String(error);
    }
  };
  expect(refused("--mail-url", "smtp://a:sesame@b")).toContain("--mail-from");
  expect(refused("--mail-url", "smtp://a:sesame@b", "--mail-from", "a@b")).toContain("--public-url");
  expect(refused("--oidc-file", "x.json")).toContain("--public-url");
  expect(refused("--mail-url", "ftp://a:sesame@b", "--mail-from", "a@b")).toMatch(/^(?!.*sesame).*smtps/);
  expect(refused("--public-url", "https://weft.example/x")).toContain("scheme and host");
  expect(refused("--public-url", "https://weft.example/")).toBe("");
});

test("providers that do not hold are told all at once, without their secrets", () => {
  const one = { id: "a", name: "A", issuer: "https://a.example", clientId: "c", clientSecret: "sesame" };
  const refused = (providers: unknown): string => {
    try {
      readProviders(JSON.stringify(providers), "oidc.json");
      return "";
    } catch (error) {
      return String(error);
    }
  };
  const { issuer: _, ...without } = one;
  const told = refused([{ ...without, id: "A b", colour: "red" }]);
  for (const part of ["oidc.json", "[0].id", "[0].issuer", "colour"]) expect(told).toContain(part);
  expect(refused([one, one])).toContain("there twice");
  expect(refused([{ ...one, tokenUrl: "https://a.example/t" }])).toContain("together");
  expect([told, refused([one, one])].join()).not.toContain("sesame");
  expect(() => readProviders("{", "oidc.json")).toThrow("JSON");
  expect([readProviders(undefined, ""), readProviders(" ", "")]).toEqual([[], []]);
  expect(JSON.stringify(readProviders(JSON.stringify([one]), "x"))).not.toContain("sesame");
});
