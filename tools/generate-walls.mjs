// Writes biome.json and tsconfig/*.json from floors.json, the one table of who may import whom; `--check` only compares.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const floors = JSON.parse(readFileSync(join(root, "tools/floors.json"), "utf8"));

/** What each zone of globals may see; a zone's program is its floors plus what they import. */
const zones = {
  pure: { lib: ["ES2023"], types: [] },
  store: { lib: ["ES2023", "WebWorker"], types: [] },
  web: { lib: ["ES2023", "WebWorker", "WebWorker.AsyncIterable"], types: [] },
  worker: { lib: ["ES2023"], types: ["@cloudflare/workers-types"] },
  node: { lib: ["ES2023"], types: ["node"] },
  browser: {
    lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    types: [],
    jsx: "react-jsx",
    resolveJsonModule: true,
  },
};
const references = {
  pure: [],
  store: ["pure"],
  web: ["pure", "store"],
  worker: ["pure", "store", "web"],
  node: ["pure", "store", "web"],
  browser: ["pure", "store", "web"],
};

function overrideOf(floor, { imports, packages }) {
  const floorsAllowed = [floor, ...imports].map((name) => (name.includes("/") ? `#${name}` : `#${name}/**`));
  const group = ["**", "!./**", ...[...floorsAllowed, ...packages].map((name) => `!${name}`), "./../**"];
  const message = `src/${floor} may import only ./, ${[...floorsAllowed, ...packages].join(", ") || "nothing else"}. The table is tools/floors.json; docs/architecture.md says why.`;
  return {
    includes: [`src/${floor}/**`],
    linter: {
      rules: {
        style: {
          noRestrictedImports: { level: "error", options: { patterns: [{ group, message }] } },
        },
      },
    },
  };
}

const biome = {
  $schema: "./node_modules/@biomejs/biome/configuration_schema.json",
  vcs: { enabled: true, clientKind: "git", useIgnoreFile: true },
  files: { includes: ["**", "!src/envoy/generated", "!**/golden", "!package-lock.json"] },
  formatter: { indentStyle: "space", indentWidth: 2, lineWidth: 120 },
  linter: {
    domains: { react: "none" },
    rules: {
      preset: "recommended",
      correctness: { noUnusedImports: "error", noUnusedVariables: "error" },
      style: { noNonNullAssertion: "off", useNodejsImportProtocol: "error", noDefaultExport: "error" },
      suspicious: {
        noImportCycles: { level: "error", options: { ignoreTypes: false } },
        noConsole: "error",
      },
    },
  },
  overrides: [
    ...Object.entries(floors).map(([floor, row]) => overrideOf(floor, row)),
    {
      includes: ["tools/**", "src/cli/**", "test/**", "*.ts", "vitest.config.ts"],
      linter: { rules: { suspicious: { noConsole: "off" }, style: { noDefaultExport: "off" } } },
    },
    { includes: ["src/console/**"], linter: { domains: { react: "recommended" } } },
    { includes: ["src/worker/**", "src/console/*.d.ts"], linter: { rules: { style: { noDefaultExport: "off" } } } },
  ],
};

function programOf(zone) {
  const include = Object.entries(floors)
    .filter(([, row]) => row.zone === zone)
    .flatMap(([floor]) => [`../src/${floor}`, ...(zone === "browser" ? [`../src/${floor}/**/*.json`] : [])]);
  return {
    extends: "./base.json",
    compilerOptions: {
      ...zones[zone],
      outDir: "../.tsbuild",
      tsBuildInfoFile: `../.tsbuild/${zone}.tsbuildinfo`,
    },
    include,
    references: references[zone].map((name) => ({ path: `./${name}.json` })),
  };
}

const files = { "biome.json": biome };
for (const zone of Object.keys(zones)) files[`tsconfig/${zone}.json`] = programOf(zone);
files["tsconfig.json"] = {
  files: [],
  references: [...Object.keys(zones), "test"].map((zone) => ({ path: `./tsconfig/${zone}.json` })),
};

const check = process.argv.includes("--check");
let stale = 0;
mkdirSync(join(root, "tsconfig"), { recursive: true });
for (const [path, value] of Object.entries(files)) {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  const full = join(root, path);
  if (!check) {
    writeFileSync(full, text);
    continue;
  }
  let found = null;
  try {
    found = JSON.parse(readFileSync(full, "utf8"));
  } catch {}
  if (JSON.stringify(found) !== JSON.stringify(value)) {
    stale++;
    console.error(`${path} differs from tools/floors.json: run node tools/generate-walls.mjs`);
  }
}
if (!check) {
  const paths = Object.keys(files).map((path) => join(root, path));
  spawnSync(join(root, "node_modules/.bin/biome"), ["format", "--write", ...paths], { stdio: "inherit", cwd: root });
}
process.exit(stale === 0 ? 0 : 1);
