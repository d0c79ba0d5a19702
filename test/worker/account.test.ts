// The suite of accounts in workerd: the API worker before, the accounts worker behind its binding, as they are deployed.
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { type AccountSubject, accountSuite, aPerson, type Mail, openBrowser } from "#test/app/account-suite.ts";
import apiWorker from "#worker/api.ts";
import type { ApiEnvironment } from "#worker/environment.ts";

const URL_OF_WORKER = "https://weft.example";

const bound = env as unknown as ApiEnvironment & {
  readonly DIRECTORY_MIGRATIONS: Parameters<typeof applyD1Migrations>[1];
  readonly TENANT_MIGRATIONS: Parameters<typeof applyD1Migrations>[1];
};

const fetchBy =
  (bindings: ApiEnvironment): AccountSubject["fetch"] =>
  async (path, init) =>
    apiWorker.fetch(new Request(`${URL_OF_WORKER}${path}`, init) as never, bindings);

const subject: AccountSubject = {
  url: URL_OF_WORKER,
  operatorSecret: bound.OPERATOR_SECRET,
  fetch: fetchBy(bound),
  async mails(to, count) {
    const end = Date.now() + 20_000;
    for (;;) {
      const answer = await fetch(`https://mail.example/?to=${encodeURIComponent(to)}`);
      const found = (await answer.json()) as readonly Mail[];
      if (found.length >= count) return found;
      if (Date.now() > end) throw new Error(`${found.length} mails to ${to}, not ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
};

beforeAll(async () => {
  await applyD1Migrations(bound.DIRECTORY, bound.DIRECTORY_MIGRATIONS);
  await applyD1Migrations(bound.TENANTS, bound.TENANT_MIGRATIONS);
});

accountSuite(() => subject);

test("without the accounts worker people are told so, and all else goes on", async () => {
  const { ACCOUNTS: _, ...without } = bound;
  const alone = { ...subject, fetch: fetchBy(without) };
  const refused = await openBrowser(alone).call("POST", "/v1/account", aPerson());
  expect([refused.status, refused.json.detail]).toEqual([503, "This control plane has no accounts"]);
  expect((await alone.fetch("/v1/session")).status).toBe(401);
});
