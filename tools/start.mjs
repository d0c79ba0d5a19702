// What a worker's script does before its first request, counted and not timed: whose modules run, how much of them, how many shapes are made.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseAst } from "vite";

/**
 * Packages whose modules may run at the start; the most KB (minified) of those modules, the rest is loaded when it is first used;
 * and the most steps of program that run then, which is what stands in no function. No worker makes a shape: src/model/lazy-zod.ts.
 * `without`: modules of which nothing may be in the script.
 */
export const STARTS = {
  poll: { packages: ["jose"], most: 39, steps: 1270 },
  api: {
    ...{ packages: ["drizzle-orm", "hono", "jose", "zod"], most: 525, steps: 18300 },
    // It finds and shows: judging is the writers', and they tell of shapes (decision 49).
    without: ["src/model/judges.ts", "src/api/told.ts", "src/api/openapi.ts"],
  },
  writer: { packages: ["drizzle-orm", "jose", "zod"], most: 1165, steps: 30500 },
  accounts: { packages: ["drizzle-orm", "jose", "zod"], most: 200, steps: 5050 },
};

/** Violations, one line each; `folder` holds the bundles, `metafile` is esbuild's, `entry` the worker's first file. */
export async function startFaults(folder, name, entry, metafile) {
  const { packages, most, steps, without = [] } = STARTS[name];
  const run = modulesRun(metafile, entry);
  const strangers = [...new Set(run.map(packageOf).filter((one) => one !== null && !packages.includes(one)))];
  const sizes = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === entry).inputs;
  const bytes = run.reduce((sum, path) => sum + (sizes[path]?.bytesInOutput ?? 0), 0);
  const script = readFileSync(join(folder, `${name}.js`), "utf8");
  const taken = stepsRun(script);
  const shapes = await shapesMade(folder, name);
  const strange = /[^\0-\x7f]+/.exec(script);
  const misplaced = without.filter((path) => (sizes[path]?.bytesInOutput ?? 0) > 0);
  return [
    ...misplaced.map((path) => `${path} is in its script, and is to be asked of the writers' worker`),
    ...(strange === null
      ? []
      : [`${JSON.stringify(strange[0])} is not ASCII: V8 reads such a script slower; write it with escapes, \\u00b5`]),
    ...strangers.map((one) => `modules of ${one} run at its start: import() them where they are first used`),
    ...(bytes > most * 1024 ? [`${Math.ceil(bytes / 1024)} KB of modules run at its start, ${most} are allowed`] : []),
    ...(taken > steps
      ? [
          `${taken} steps run at its start, ${steps} are allowed: give members of shapes and columns of tables by functions, or later()`,
        ]
      : []),
    ...(shapes > 0 ? [`${shapes} shapes are made at its start: zod is imported by src/model/lazy-zod.ts alone`] : []),
  ];
}

/** Modules that are reached without an `import()`. */
function modulesRun({ inputs }, entry) {
  const seen = new Set();
  const visit = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind, external } of inputs[path].imports) {
      if (external !== true && kind !== "dynamic-import") visit(next);
    }
  };
  visit(entry);
  return [...seen];
}

/**
 * Nodes of the syntax tree that stand in no function: what is compiled whole and run at the start, and becomes objects that stay.
 * What stands in a function is only skimmed.
 */
function stepsRun(script) {
  let steps = 0;
  const visit = (node) => {
    if (node === null || typeof node !== "object" || /Function/.test(node.type)) return;
    if (typeof node.type === "string") steps++;
    for (const value of Object.values(node)) visit(value);
  };
  visit(parseAst(script));
  return steps;
}

function packageOf(path) {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? null;
}

/** Shapes and checks that the script's top level makes, by the hook that zod calls with each. */
async function shapesMade(folder, name) {
  // Node runs the top level with empty classes in place of what the platform gives.
  const given = new Set();
  const script = readFileSync(join(folder, `${name}.js`), "utf8").replaceAll(
    /import\{([^}]*)\}from"cloudflare:\w+"/g,
    (_, names) => {
      for (const one of names.split(",")) given.add(one.split(" as ")[0]);
      return `import{${names}}from"./platform-of-${name}.mjs"`;
    },
  );
  writeFileSync(join(folder, `platform-of-${name}.mjs`), [...given].map((one) => `export class ${one} {}\n`).join(""));
  writeFileSync(join(folder, `${name}.mjs`), script);
  let made = 0;
  globalThis.__zod_globalConfig ??= {};
  globalThis.__zod_globalConfig.postProcessor = () => {
    made++;
  };
  try {
    await import(pathToFileURL(join(folder, `${name}.mjs`)).href);
  } finally {
    globalThis.__zod_globalConfig.postProcessor = undefined;
  }
  return made;
}
