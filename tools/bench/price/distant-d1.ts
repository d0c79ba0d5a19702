// D1 in a process of its own, so that its stand-in's CPU is none of the workers': on Cloudflare it is billed by rows alone.
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { readMigrations } from "#node/migration-files.ts";
import { type D1, openD1 } from "#store/d1.ts";
import { migrate } from "#store/migrations.ts";
import { packageRoot } from "#test/dist.ts";

export interface DistantD1 {
  /** A batch is posted to `/TENANTS` or `/DIRECTORY` as `[{ sql, params }]`, and answered as D1 answers it; `/nothing` asks nothing. */
  readonly url: string;
  close(): Promise<void>;
}

const SERVER = `export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/nothing") return new Response(null, { status: 304 });
    const database = env[pathname.slice(1)];
    const statements = await request.json();
    try {
      return Response.json(await database.batch(statements.map(({ sql, params }) => database.prepare(sql).bind(...params))));
    } catch (error) {
      return Response.json(String(error.message), { status: 409 });
    }
  },
};`;

/** Its files lie in the folder. */
export async function openDistantD1(folder: string): Promise<DistantD1> {
  const flare = new Miniflare({
    ...{ host: "127.0.0.1", port: 0, compatibilityDate: "2026-04-01", modules: true, script: SERVER },
    ...{ d1Databases: { TENANTS: "tenants", DIRECTORY: "directory" }, d1Persist: join(folder, "distant-d1") },
  });
  const { origin } = await flare.ready;
  for (const [name, binding] of [
    ["directory", "DIRECTORY"],
    ["tenant", "TENANTS"],
  ] as const) {
    const database = openD1((await flare.getD1Database(binding)) as unknown as D1);
    await migrate(database, await readMigrations(join(packageRoot(), "migrations", name)));
  }
  return { url: origin, close: () => flare.dispose() };
}
