// The documents of the project that people read.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = ["docs", "docs/guides", "docs/decisions", "docs/policies"];

/** Their paths from the root. */
export const DOCUMENTS: readonly string[] = [
  "README.md",
  "SECURITY.md",
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The blocks of code in one language that a document has, in order. */
export function blocksOf(path: string, language: string): readonly string[] {
  const fenced = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g");
  return [...textOf(path).matchAll(fenced)].map(([, block = ""]) => block);
}
