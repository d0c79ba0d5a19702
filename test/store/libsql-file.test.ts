// The contract on libSQL files.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { migrate } from "#store/migrations.ts";
import { storeContract } from "./contract.ts";
import { migrationsOf } from "./migration-files.ts";

storeContract({
  name: "a libSQL file",
  every: 1,
  async open() {
    const folder = await mkdtemp(join(tmpdir(), "weft-store-"));
    const directory = await openLibsqlFile({ path: join(folder, "directory.db") });
    const tenants = await openLibsqlFile({ path: join(folder, "tenants.db") });
    const second = await openLibsqlFile({ path: join(folder, "second.db") });
    await migrate(directory, migrationsOf("directory"));
    for (const database of [tenants, second]) await migrate(database, migrationsOf("tenant"));
    const others = [1, 2].map(() => openLibsqlFile({ path: join(folder, "tenants.db") }));
    return {
      directory,
      tenants,
      second,
      others: await Promise.all(others),
      async close() {
        await rm(folder, { recursive: true });
      },
    };
  },
});
