// The workers in a real workerd of their own, bound to each other as their wrangler files say, on databases that lie in a folder.
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Miniflare } from "miniflare";
import { readMigrations } from "#node/migration-files.ts";
import { type D1, openD1 } from "#store/d1.ts";
import type { Database } from "#store/database.ts";
import { migrate } from "#store/migrations.ts";
import type { DatabaseRow } from "#store/placement/database-table.ts";
import { until } from "./child.ts";
import { packageRoot } from "./dist.ts";
import { runFolder, sharedFolder } from "./run-folder.ts";

export interface Workers {
  /** Of the poll worker, which stands in front. */
  readonly url: string;
  readonly operatorSecret: string;
  /** Of workerd. */
  readonly pid: number;
  /** A D1 database by its binding, past all workers. */
  database(binding: string): Promise<Database>;
  /** Ends workerd at once, whatever it is doing. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

const COMPATIBLE = { compatibilityDate: "2026-04-01", compatibilityFlags: ["nodejs_compat"] };
/** 32 bytes each. */
export const secret = (fill: number): string => Buffer.alloc(32, fill).toString("base64url");
/** What the API worker and the writers' worker both have. */
const FLOOR = { CONTROL_PLANE: "weft", LOG_LEVEL: "error", USUAL_TIER: "self-hosted", KEY_ENCRYPTION_KEY: secret(1) };

const WRITER = { className: "OrganisationWriter", useSQLite: true };

/** A module that stands in front of a worker's own, `./<name>.js`, and hands its calls on. */
export type Front = (name: "poll" | "api" | "writer" | "accounts") => string | null;

/** The table of databases, with the binding TENANTS among them, and others by what they are bound as. */
export type Databases = Readonly<Record<string, DatabaseRow>>;

type SecretName =
  | "KEY_ENCRYPTION_KEY"
  | "OLDER_KEYS"
  | "ACCOUNT_KEY"
  | "OLDER_ACCOUNT_KEYS"
  | "NONCE_KEY"
  | "OPERATOR_SECRET";
/** Secrets in the place of the usual ones, and keys that still open: 1 seals private keys and secrets otherwise, 2 makes nonces, 4 is of accounts. */
export type Keys = Partial<Readonly<Record<SecretName, string>>>;

/** Starts them; the folder keeps databases and objects, and a second start goes on with them. Who is in `databases` by a URL is migrated by the caller. */
export async function startWorkers(
  folder: string,
  front: Front = () => null,
  databases: Databases = {},
  keys: Keys = {},
): Promise<Workers> {
  const bound = ["TENANTS", ...Object.values(databases).flatMap(({ binding = "TENANTS" }) => binding)];
  const tenants = Object.fromEntries(bound.map((binding) => [binding, binding.toLowerCase()]));
  const { ACCOUNT_KEY = secret(4), OLDER_ACCOUNT_KEYS = "", NONCE_KEY = secret(2), ...more } = keys;
  const { OPERATOR_SECRET = secret(3), ...sealing } = more;
  const accountKeys = { ACCOUNT_KEY, OLDER_ACCOUNT_KEYS };
  const several = Object.keys(databases).length === 0 ? {} : { DATABASES: JSON.stringify(databases) };
  const bundles = await bundlesIn(folder);
  const modules = (name: Parameters<Front>[0]): { readonly modules: Module[] } => {
    const own = esModule(`${name}.js`, readFileSync(join(bundles, `${name}.js`), "utf8"));
    const before = front(name);
    return { modules: before === null ? [own] : [esModule("front.js", before), own] };
  };
  const before = new Set(children());
  const flare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    d1Persist: join(folder, "d1"),
    durableObjectsPersist: join(folder, "objects"),
    workers: [
      {
        ...{ name: "weft-poll", ...COMPATIBLE, ...modules("poll") },
        d1Databases: { ...tenants, DIRECTORY: "directory" },
        serviceBindings: { API: "weft" },
        bindings: {
          ...{ CONTROL_PLANE: "weft", NONCE_KEY, LOG_LEVEL: "error", USUAL_TIER: "self-hosted" },
          ...several,
        },
      },
      {
        ...{ name: "weft", ...COMPATIBLE, ...modules("api") },
        d1Databases: { ...tenants, DIRECTORY: "directory" },
        serviceBindings: { ACCOUNTS: "weft-accounts", VIEWS: "weft-writer" },
        durableObjects: { WRITER: { ...WRITER, scriptName: "weft-writer" } },
        bindings: { ...FLOOR, ...sealing, NONCE_KEY, OPERATOR_SECRET, ...accountKeys, ...several },
      },
      {
        ...{ name: "weft-writer", ...COMPATIBLE, ...modules("writer") },
        d1Databases: { ...tenants, DIRECTORY: "directory" },
        durableObjects: { WRITER },
        bindings: { ...FLOOR, ...sealing, ...several },
      },
      {
        ...{ name: "weft-accounts", ...COMPATIBLE, ...modules("accounts") },
        d1Databases: { DIRECTORY: "directory" },
        bindings: { ...accountKeys, LOG_LEVEL: "error" },
      },
    ],
  });
  const { origin } = await flare.ready;
  const database = async (binding: string): Promise<Database> =>
    openD1((await flare.getD1Database(binding, "weft")) as unknown as D1);
  const migrateOne = async (name: string, binding: string): Promise<unknown> =>
    migrate(await database(binding), await readMigrations(join(packageRoot(), "migrations", name)));
  await migrateOne("directory", "DIRECTORY");
  for (const binding of new Set(bound)) await migrateOne("tenant", binding);
  const pid = await until("workerd to be there", () => children().find((one) => !before.has(one)));
  return {
    url: origin,
    operatorSecret: OPERATOR_SECRET,
    pid,
    database,
    async kill() {
      process.kill(pid, "SIGKILL");
      await until("workerd to be gone", () => !children().includes(pid));
      await flare.dispose();
    },
    close: () => flare.dispose(),
  };
}

interface Module {
  readonly type: "ESModule";
  readonly path: string;
  readonly contents: string;
}

const esModule = (path: string, contents: string): Module => ({ type: "ESModule", path, contents });

let bundled: Promise<string> | undefined;

/** Where the workers' bundles lie: made once a process of a suite, else once a folder. */
async function bundlesIn(folder: string): Promise<string> {
  if (runFolder() !== undefined) {
    bundled ??= bundleInto(sharedFolder("worker-bundles"));
    return bundled;
  }
  const own = join(folder, "bundles");
  return existsSync(own) ? own : bundleInto(own);
}

/** Asked for by its path, since it finds its own files by where it lies. */
async function bundleInto(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const { href } = pathToFileURL(join(packageRoot(), "tools/build.mjs"));
  const { bundleWorkers } = (await import(href)) as { bundleWorkers(out: string): Promise<unknown> };
  await bundleWorkers(folder);
  return folder;
}

/** Processes of workerd that this one has started and that run. */
export function children(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, command = "", state = "", parent = ""] =
          /^\d+ \((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
        return command === "workerd" && state !== "Z" && Number(parent) === process.pid ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
}
