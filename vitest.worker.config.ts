// The workerd suite: tests in test/worker run inside the Workers runtime, on the API worker's own configuration, with D1 and the real
// migrations; those of objects on that of the writers' worker.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { bundleWorkers, ensureBuilt } from "./tools/build.mjs";
import { BOUNDS } from "./tools/test-bounds.mjs";
import LongestFirst from "./tools/test-order.mjs";

const root = new URL(".", import.meta.url).pathname;
/** Secrets of the tests: 32 bytes each. */
const secret = (fill: number): string => Buffer.alloc(32, fill).toString("base64url");

// The worker's static assets are the console as it is built.
await ensureBuilt();

// The workers that are not under test run beside it, as they are deployed.
const folder = await mkdtemp(join(tmpdir(), "weft-workers-"));
await bundleWorkers(folder);
const bundleOf = (name: "writer" | "accounts"): Promise<string> => readFile(join(folder, `${name}.js`), "utf8");
const bundles = { writer: await bundleOf("writer"), accounts: await bundleOf("accounts") };
await rm(folder, { recursive: true });

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

/** Tests call more often than anybody may; those of limits give their organisation a tier. */
const FLOOR = { KEY_ENCRYPTION_KEY: secret(1), LOG_LEVEL: "error", USUAL_TIER: "self-hosted" };
const DIRECTORY = "00000000-0000-0000-0000-000000000001";
const TENANTS = "00000000-0000-0000-0000-000000000002";
const WRITER = { className: "OrganisationWriter", useSQLite: true };

const accounts = {
  name: "weft-accounts",
  ...COMPATIBLE,
  modules: [{ type: "ESModule" as const, path: "accounts.js", contents: bundles.accounts }],
  outboundService: outside as never,
  d1Databases: { DIRECTORY },
  bindings: {
    ACCOUNT_KEY: secret(4),
    MAIL_URL: "https://mail.example/send",
    MAIL_FROM: "Weft <weft@example.com>",
    MAIL_TOKEN: "mail-token",
    LOG_LEVEL: "error",
  },
};

const writer = {
  name: "weft-writer",
  ...COMPATIBLE,
  modules: [{ type: "ESModule" as const, path: "writer.js", contents: bundles.writer }],
  outboundService: outside as never,
  d1Databases: { DIRECTORY, TENANTS },
  durableObjects: { WRITER },
  bindings: { CONTROL_PLANE: "weft", ...FLOOR },
};

// workerd has no files, so the migrations go in as bindings.
const MIGRATIONS = {
  DIRECTORY_MIGRATIONS: await readD1Migrations(`${root}migrations/directory`),
  TENANT_MIGRATIONS: await readD1Migrations(`${root}migrations/tenant`),
};
const SECRETS = { NONCE_KEY: secret(2), OPERATOR_SECRET: secret(3), ACCOUNT_KEY: secret(4) };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Many wait for a time to pass: one more than there are processors.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              outboundService: outside as never,
              workers: [accounts, writer],
              // A second database of tenants, for those who are placed there.
              d1Databases: { TENANTS_TWO: "00000000-0000-0000-0000-000000000003" },
              durableObjects: { WRITER: { ...WRITER, scriptName: "weft-writer" } },
              bindings: { ...MIGRATIONS, ...FLOOR, ...SECRETS },
            },
          }),
        ],
        test: {
          name: "workerd",
          include: ["test/worker/*.test.ts"],
          exclude: ["test/worker/object-*.test.ts"],
          ...BOUNDS,
        },
      },
      {
        // Only of the worker under test can objects be looked into. The API worker is called in its isolate, with these bindings.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.writer.toml" },
            miniflare: {
              outboundService: outside as never,
              bindings: { ...MIGRATIONS, ...FLOOR, ...SECRETS },
            },
          }),
        ],
        test: {
          name: "workerd-writer",
          include: ["test/worker/object-*.test.ts"],
          ...BOUNDS,
        },
      },
    ],
  },
});
