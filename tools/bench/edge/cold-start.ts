// cold-start: CPU that a worker's script adds to the start of workerd, until it can take a request.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCpu } from "./bare-workerd.ts";
import { quantile } from "./process-cpu.ts";

const ROUNDS = 15;
const WORKERS = ["poll", "api", "writer", "accounts"] as const;
const EMPTY = `export default { fetch() { return new Response(null, { status: 204 }) } };\n`;

/** One record, of bundles in a folder: the median start with each worker less the median start with an empty one, taken in turns. */
export async function coldStart(folder: string): Promise<Record<string, unknown>> {
  writeFileSync(join(folder, "empty.js"), EMPTY);
  // What the same bytes take that are no program: workerd copies its configuration, which a deployment does not.
  const bytes = readFileSync(join(folder, "api.js")).length;
  writeFileSync(join(folder, "comment.js"), `/*${"word (and) ".repeat(bytes / 11)}*/\n${EMPTY}`);
  for (const name of WORKERS)
    writeFileSync(join(folder, `${name}-unrun.js`), unrun(readFileSync(join(folder, `${name}.js`), "utf8")));
  const names = ["empty", "comment", ...WORKERS, ...WORKERS.map((name) => `${name}-unrun`)];
  const taken = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) taken.get(name)?.push(await startCpu(join(folder, `${name}.js`)));
  }
  const median = (name: string): number => quantile(taken.get(name) ?? [], 0.5);
  const rounded = (value: number): number => Number(value.toFixed(1));
  const each = (what: string, of: (name: string) => number): Record<string, number> =>
    Object.fromEntries(WORKERS.map((name) => [`${name}${what}`, rounded(of(name))]));
  return {
    measure: "cold-start",
    // All that the script adds, and of that what running its top level takes; the rest is parsing.
    ...each("_ms", (name) => median(name) - median("empty")),
    ...each("_evaluation_ms", (name) => median(name) - median(`${name}-unrun`)),
    reference: {
      empty_worker_ms: rounded(median("empty")),
      comment_of_api_bytes_ms: rounded(median("comment") - median("empty")),
    },
    ratio: Number((median("api") / median("empty")).toFixed(2)),
    rounds: ROUNDS,
  };
}

/** The same script with its top level in a function that nobody calls: parsed, and not run. */
function unrun(script: string): string {
  const imports: string[] = [];
  const body = script
    .replace(/import\s*(?:[\w${},\s*]+from)?\s*"(?:cloudflare|node):[^"]*";/g, (line) => {
      imports.push(line);
      return "";
    })
    .replace(/export\s*\{[^}]*\};?\s*(?=\/\*!|$)/, "");
  return `${imports.join("\n")}\nglobalThis.unrun = function () {\n${body}\n};\n${EMPTY}`;
}
