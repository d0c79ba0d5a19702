// The workerd suite: tests in test/worker run inside the Workers runtime, on the API worker's own configuration, with D1 and the real migrations.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { bundleWorkers, ensureBuilt } from "./tools/build.mjs";

const root = new URL(".", import.meta.url).pathname;
/** Secrets of the tests: 32 bytes each. */
const secret = (fill: number): string => Buffer.alloc(32, fill).toString("base64url");

// The worker's static assets are the console as it is built.
await ensureBuilt();

// The accounts worker runs beside, as it is deployed.
const workers = await mkdtemp(join(tmpdir(), "weft-workers-"));
await bundleWorkers(workers);
const accounts = await readFile(join(workers, "accounts.js"), "utf8");
await rm(workers, { recursive: true });

const COMPATIBLE = { compatibilityDate: "2026-04-01", compatibilityFlags: ["nodejs_compat"] };
const mails: { readonly to: string }[] = [];
const traces: string[] = [];

/** Whoever is called outside has taken it: no test reaches the network. Mails and traces are kept, for tests to read. */
async function outside(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.host === "otlp.example") {
    if (request.method === "GET") return Response.json(traces);
    traces.push(`${url.pathname} ${request.headers.get("x-team")} ${await request.text()}`);
    return new Response(null, { status: 200 });
  }
  if (url.host !== "mail.example") return new Response(null, { status: 204 });
  if (request.method === "GET") {
    return Response.json(mails.filter(({ to }) => to === url.searchParams.get("to")));
  }
  mails.push((await request.json()) as { to: string });
  return new Response(null, { status: request.headers.get("authorization") === "Bearer mail-token" ? 202 : 401 });
}

export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        outboundService: outside as never,
        workers: [
          {
            name: "weft-accounts",
            ...COMPATIBLE,
            modules: [{ type: "ESModule", path: "accounts.js", contents: accounts }],
            outboundService: outside as never,
            d1Databases: { DIRECTORY: "00000000-0000-0000-0000-000000000001" },
            bindings: {
              ACCOUNT_KEY: secret(4),
              MAIL_URL: "https://mail.example/send",
              MAIL_FROM: "Weft <weft@example.com>",
              MAIL_TOKEN: "mail-token",
              LOG_LEVEL: "error",
            },
          },
        ],
        // A second database of tenants, for those who are placed there.
        d1Databases: { TENANTS_TWO: "00000000-0000-0000-0000-000000000003" },
        // workerd has no files, so the migrations go in as bindings.
        bindings: {
          DIRECTORY_MIGRATIONS: await readD1Migrations(`${root}migrations/directory`),
          TENANT_MIGRATIONS: await readD1Migrations(`${root}migrations/tenant`),
          KEY_ENCRYPTION_KEY: secret(1),
          NONCE_KEY: secret(2),
          OPERATOR_SECRET: secret(3),
          ACCOUNT_KEY: secret(4),
          LOG_LEVEL: "error",
          // Tests call more often than anybody may; those of limits give their organisation a tier.
          USUAL_TIER: "self-hosted",
        },
      },
    })),
  ],
  test: {
    name: "workerd",
    include: ["test/worker/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
