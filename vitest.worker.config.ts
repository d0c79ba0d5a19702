// The workerd suite: tests in test/worker run inside the Workers runtime, on the API worker's own configuration, with D1 and the real migrations.
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

const root = new URL(".", import.meta.url).pathname;
/** Secrets of the tests: 32 bytes each. */
const secret = (fill: number): string => Buffer.alloc(32, fill).toString("base64url");

export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        // Whoever is called outside has taken it: no test reaches the network.
        outboundService: () => new Response(null, { status: 204 }),
        // workerd has no files, so the migrations go in as bindings.
        bindings: {
          DIRECTORY_MIGRATIONS: await readD1Migrations(`${root}migrations/directory`),
          TENANT_MIGRATIONS: await readD1Migrations(`${root}migrations/tenant`),
          KEY_ENCRYPTION_KEY: secret(1),
          NONCE_KEY: secret(2),
          OPERATOR_SECRET: secret(3),
          LOG_LEVEL: "error",
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
