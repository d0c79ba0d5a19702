// The console's files on disk: a build is read whole, and packed as it is asked for.
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { ConsoleFiles } from "#app/console.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

const PACKERS = {
  br: (bytes: Uint8Array) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes: Uint8Array) => promisify(gzip)(bytes, { level: 9 }),
} as const;

/** The folder `dist/console` of the package that this file belongs to; null where the console was not built. */
export function findConsole(): string | null {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const candidate of [join(folder, "console"), join(folder, "dist/console")]) {
      if (existsSync(join(candidate, "index.html")) && existsSync(join(candidate, "manifest.json"))) return candidate;
    }
    if (dirname(folder) === folder) return null;
  }
}

/** A build as it was read, whole. Its files outlast what becomes of the folder. */
interface Build {
  readonly stamp: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly packed: Map<string, Promise<Uint8Array<ArrayBuffer>>>;
}

const PAGE = "index.html";
const MANIFEST = "manifest.json";

/**
 * The files of the folder; without a folder there are none. Only what stood in it is a file, so no address leads out of it.
 * A folder that is built anew is read anew with the next page, once it is whole; files of the build before it stay for
 * pages that are open.
 */
export function openConsoleFiles(folder: string | null): ConsoleFiles {
  if (folder === null) return async () => null;
  let builds: readonly Build[] = [];
  let reading: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    const stamp = await stampOf(folder);
    if (stamp === null || stamp === builds[0]?.stamp) return;
    const files = await readBuild(folder);
    // While it is being built the one before it is served.
    if (files === null || (await stampOf(folder)) !== stamp) return;
    builds = [{ stamp, files, packed: new Map() }, ...builds.slice(0, 1)];
  };
  return async (name, accepts) => {
    if (name === PAGE || builds.length === 0) {
      reading ??= look().finally(() => {
        reading = null;
      });
      await reading;
    }
    const build = builds.find(({ files }) => files.has(name));
    const plain = build?.files.get(name);
    if (build === undefined || plain === undefined) return null;
    const type = TYPES[extname(name)] ?? "application/octet-stream";
    const encoding = (["br", "gzip"] as const).find((one) =>
      new RegExp(`\\b${one}\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))`).test(accepts),
    );
    if (encoding === undefined) return { body: new Uint8Array(plain), type, encoding: null };
    const key = `${encoding} ${name}`;
    const packed = build.packed.get(key) ?? PACKERS[encoding](plain).then((bytes) => new Uint8Array(bytes));
    build.packed.set(key, packed);
    return { body: await packed, type, encoding };
  };
}

/** What changes with each build; null where there is no page. */
async function stampOf(folder: string): Promise<string | null> {
  try {
    const { ino, size, mtimeMs } = await stat(join(folder, PAGE));
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return null;
  }
}

/** Every file by its path; null where one is missing that the page or the manifest names. */
async function readBuild(folder: string): Promise<ReadonlyMap<string, Uint8Array> | null> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = new Map<string, Uint8Array>();
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      files.set(relative(folder, path).split(sep).join("/"), await readFile(path));
    }
    return namedBy(files).every((name) => files.has(name)) ? files : null;
  } catch {
    // A file that was listed is there no more, or the manifest is not whole.
    return null;
  }
}

function namedBy(files: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const text = (name: string): string => new TextDecoder().decode(files.get(name));
  const page = [...text(PAGE).matchAll(/(?:src|href)="\/console\/([^"]+)"/g)].map(([, name]) => name ?? "");
  const parts = files.has(MANIFEST) ? (Object.values(JSON.parse(text(MANIFEST))) as readonly { file: string }[]) : [];
  return [PAGE, ...page, ...parts.map(({ file }) => file)];
}
