// Sizes of the built console, as a browser is sent them: what its first page waits for, and each part that comes later.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

interface Part {
  readonly file: string;
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
  readonly imports?: readonly string[];
  readonly isDynamicEntry?: boolean;
}

export interface Sizes {
  readonly first_load_gzip_kb: number;
  /** Beyond the first load, by the part's source; the largest first. */
  readonly lazy_gzip_kb: Readonly<Record<string, number>>;
}

/** KB of 1024 bytes, by Vite's manifest; the first load has the largest language. */
export function sizesOf(folder: string): Sizes {
  const parts = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Readonly<Record<string, Part>>;
  const filesOf = (entry: string): Set<string> => {
    const files = new Set<string>();
    const seen = new Set<string>();
    const take = (name: string): void => {
      const part = parts[name];
      if (part === undefined || seen.has(name)) return;
      seen.add(name);
      for (const file of [part.file, ...(part.css ?? []), ...(part.assets ?? [])]) files.add(file);
      part.imports?.forEach(take);
    };
    take(entry);
    return files;
  };
  const bytes = new Map<string, number>();
  const gzipped = (file: string): number => {
    const known = bytes.get(file) ?? gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;
    bytes.set(file, known);
    return known;
  };
  const sum = (files: Iterable<string>): number => [...files].reduce((total, file) => total + gzipped(file), 0);
  const first = filesOf("index.html").add("index.html");
  const languages = Object.keys(parts).filter((name) => /^text\/[a-z]+\.json$/.test(name));
  const language = Math.max(...languages.map((name) => sum(filesOf(name))));
  const lazy = Object.keys(parts)
    .filter((name) => parts[name]?.isDynamicEntry === true && !languages.includes(name))
    .map((name) => [name, sum([...filesOf(name)].filter((file) => !first.has(file)))] as const)
    .sort(([, one], [, other]) => other - one);
  const kb = (size: number): number => Math.round((size / 1024) * 10) / 10;
  return {
    first_load_gzip_kb: kb(sum(first) + language),
    lazy_gzip_kb: Object.fromEntries(lazy.map(([name, size]) => [name, kb(size)])),
  };
}
