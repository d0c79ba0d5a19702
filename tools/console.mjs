// The console's bundle: Vite over src/console, with what is made of the API's tables and of the message files.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** `virtual:routes`: method and path of each operation, so that the page need not carry the shapes of all bodies. */
async function routeRows() {
  const { build } = await import("esbuild");
  const folder = mkdtempSync(join(tmpdir(), "weft-routes-"));
  try {
    const outfile = join(folder, "routes.mjs");
    await build({
      absWorkingDir: root,
      entryPoints: ["src/api/routes.ts"],
      ...{ bundle: true, format: "esm", platform: "node", outfile, logLevel: "warning" },
    });
    const { ROUTES } = await import(pathToFileURL(outfile).href);
    const rows = Object.entries(ROUTES).filter(
      ([, { auth }]) => auth === "api" || auth === "person" || auth === "founder" || auth === "none",
    );
    return Object.fromEntries(rows.map(([name, { method, path }]) => [name, { method, path }]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The plugin that makes it; the tests of the console load its modules with it too. */
export function routes() {
  const id = "\0virtual:routes";
  return {
    name: "weft-routes",
    resolveId: (source) => (source === "virtual:routes" ? id : null),
    async load(source) {
      return source === id ? `export const ROWS = ${JSON.stringify(await routeRows())};` : null;
    },
  };
}

/** Message files become compiled messages: no parser of ICU in the browser. */
function messages() {
  return {
    name: "weft-messages",
    enforce: "pre",
    async transform(code, id) {
      if (!/\/console\/text\/[a-z]+\.json$/.test(id)) return null;
      const { compileMessage } = await import("@lingui/message-utils/compileMessage");
      const compiled = Object.entries(JSON.parse(code)).map(([key, text]) => [key, compileMessage(text)]);
      return { code: `export default ${JSON.stringify(Object.fromEntries(compiled))}`, map: null, moduleType: "js" };
    },
  };
}

async function configuration() {
  const { default: react } = await import("@vitejs/plugin-react");
  return {
    configFile: false,
    root: join(root, "src/console"),
    base: "/console/",
    logLevel: "warn",
    plugins: [messages(), routes(), react()],
    build: {
      target: "es2022",
      manifest: "manifest.json",
      // Below a CSP of 'self', nothing is put inline.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      emptyOutDir: true,
      // What changes seldom is kept by browsers when the console changes.
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              { name: "react", test: /node_modules\/(react|react-dom|scheduler)\// },
              {
                name: "tanstack",
                test: /node_modules\/@tanstack\/(react-router|router-core|history|react-store|store|react-query|query-core)\//,
              },
              { name: "aria", test: /node_modules\/(react-aria|react-stately|@react-|@internationalized)/ },
              // One part for all that is small, and one for lists: each file of its own costs a page's opening more than its bytes.
              { name: "parts", test: /src\/console\/(part|data)\/(?!list|access-)|lucide-react/, minShareCount: 2 },
              {
                name: "list",
                test: /console\/part\/list\.tsx|@tanstack\/(react-table|table-core|react-virtual|virtual-core)\//,
              },
            ],
          },
        },
      },
    },
  };
}

/** Builds into `outdir`. */
export async function buildConsole(outdir) {
  const { build } = await import("vite");
  const config = await configuration();
  // Vite takes it from here which of React's builds goes in; the tests, which build what is missing, say "test".
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    await build({ ...config, build: { ...config.build, outDir: resolve(outdir) } });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

/** `npm run console`: a server that shows edits at once; what it has not goes to the control plane at WEFT_URL. */
async function develop() {
  const { createServer } = await import("vite");
  const target = process.env.WEFT_URL ?? "http://127.0.0.1:5681";
  const proxy = Object.fromEntries(["/o", "/v1", "/account", "/openapi.json"].map((path) => [path, { target }]));
  const server = await createServer({ ...(await configuration()), logLevel: "info", server: { proxy } });
  await server.listen();
  server.printUrls();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === "develop") await develop();
  else {
    await buildConsole(process.argv[2] ?? join(root, "dist/console"));
    const manifest = JSON.parse(
      readFileSync(join(process.argv[2] ?? join(root, "dist/console"), "manifest.json"), "utf8"),
    );
    process.stdout.write(`${Object.keys(manifest).length} parts\n`);
  }
}
