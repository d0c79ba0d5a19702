// The contract on libSQL over HTTP, against a real sqld.
import { describe, test } from "vitest";
import { openLibsqlHttp } from "#store/libsql-http.ts";
import { migrate } from "#store/migrations.ts";
import { storeContract } from "./contract.ts";
import { migrationsOf } from "./migration-files.ts";
import { findSqld, SQLD_MISSING, startSqld } from "./sqld.ts";

const binary = findSqld();

if (binary === null) {
  describe("store on libSQL over HTTP", () => {
    test.skip(SQLD_MISSING, () => {});
  });
} else {
  storeContract({
    name: "libSQL over HTTP",
    every: 4,
    async open() {
      const servers = await Promise.all([startSqld(binary), startSqld(binary), startSqld(binary)] as const);
      const directory = openLibsqlHttp({ url: servers[0].url });
      const tenants = openLibsqlHttp({ url: servers[1].url });
      const second = openLibsqlHttp({ url: servers[2].url });
      const others = [1, 2].map(() => openLibsqlHttp({ url: servers[1].url }));
      await migrate(directory, migrationsOf("directory"));
      for (const database of [tenants, second]) await migrate(database, migrationsOf("tenant"));
      return {
        directory,
        tenants,
        second,
        others,
        async close() {
          for (const server of servers) await server.stop();
        },
      };
    },
  });
}
