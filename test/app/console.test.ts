// The console's files on disk: what is listed, how it is packed, and what a control plane says that has none.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerConsole } from "#app/console.ts";
import { findConsole, openConsoleFiles } from "#node/console-files.ts";
import { type Running, startControlPlane } from "./control-plane.ts";

const NONCE = new Uint8Array(16);
const folder = mkdtempSync(join(tmpdir(), "weft-console-"));
const script = `export const text = "${"weft ".repeat(400)}";\n`;
let running: Running;

beforeAll(async () => {
  mkdirSync(join(folder, "console/assets/below"), { recursive: true });
  writeFileSync(join(folder, "secret.json"), "{}");
  writeFileSync(join(folder, "console/index.html"), "<html><head></head><body></body></html>");
  writeFileSync(join(folder, "console/assets/a-12345678.js"), script);
  writeFileSync(join(folder, "console/assets/below/b-12345678.svg"), "<svg/>");
  writeFileSync(join(folder, "console/assets/c-12345678.wasm"), "\0asm");
  running = await startControlPlane();
});

afterAll(async () => {
  await running?.close();
  rmSync(folder, { recursive: true, force: true });
});

const files = () => openConsoleFiles(join(folder, "console"));

test("only what is in the folder is a file", async () => {
  const open = files();
  for (const name of ["assets/a-12345678.js", "assets/below/b-12345678.svg", "index.html"]) {
    expect(await open(name, ""), name).not.toBeNull();
  }
  const absent = ["../secret.json", "assets/../../secret.json", "assets", "", "/etc/passwd", "assets/./a-12345678.js"];
  for (const name of absent) expect(await open(name, ""), name).toBeNull();
});

test("types go by the ending", async () => {
  const open = files();
  expect((await open("assets/a-12345678.js", ""))?.type).toBe("text/javascript; charset=utf-8");
  expect((await open("assets/below/b-12345678.svg", ""))?.type).toBe("image/svg+xml");
  expect((await open("assets/c-12345678.wasm", ""))?.type).toBe("application/octet-stream");
});

test.each([
  ["", null],
  ["identity", null],
  ["gzip", "gzip"],
  ["gzip, deflate, br, zstd", "br"],
  ["br;q=0, gzip", "gzip"],
  ["gzip;q=0.0,br; q=0", null],
  ["br;q=0.5", "br"],
  ["brotli", null],
])("a browser that takes %j gets it packed as %j", async (accepts, encoding) => {
  const file = await files()("assets/a-12345678.js", accepts);
  expect(file?.encoding).toBe(encoding);
  const bytes = Buffer.from(await new Response(file?.body).arrayBuffer());
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync } as const;
  const text = encoding === null ? bytes : unpack[encoding as keyof typeof unpack](bytes);
  expect(text.toString()).toBe(script);
  if (encoding !== null) expect(bytes.length).toBeLessThan(script.length / 4);
});

test("a control plane without a built console says how it is made", async () => {
  const without = openConsoleFiles(null);
  const asked = answerConsole(new Request("http://weft.example/console/zones"), without, NONCE);
  await expect(asked).rejects.toMatchObject({ code: "absent", message: expect.stringContaining("npm run build") });
  const asset = new Request("http://weft.example/console/assets/a-12345678.js");
  expect(await answerConsole(asset, without, NONCE)).toBeNull();
});

test("a console that is built anew is served whole: the old one until the new one is there, its parts for pages that are open", async () => {
  const place = join(folder, "anew");
  const build = (name: string, isWhole = true): void => {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(join(place, "assets"), { recursive: true });
    writeFileSync(join(place, "index.html"), `<script src="/console/assets/${name}.js"></script><head></head>`);
    writeFileSync(join(place, "assets", `${name}.js`), `part("${name}")`);
    if (isWhole) writeFileSync(join(place, "assets", `${name}-lazy.js`), `lazy("${name}")`);
    const parts = { "index.html": { file: `assets/${name}.js` }, lazy: { file: `assets/${name}-lazy.js` } };
    writeFileSync(join(place, "manifest.json"), JSON.stringify(parts));
  };
  build("one");
  const open = openConsoleFiles(place);
  const page = async (): Promise<string> => new Response((await open("index.html", ""))?.body).text();
  const has = async (name: string): Promise<boolean> => (await open(`assets/${name}.js`, "gzip")) !== null;
  expect(await page()).toContain("one.js");
  rmSync(place, { recursive: true });
  expect([await page(), await has("one-lazy")]).toEqual([expect.stringContaining("one.js"), true]);
  build("two", false);
  expect([await page(), await has("one-lazy")]).toEqual([expect.stringContaining("one.js"), true]);
  build("two");
  expect(await page()).toContain("two.js");
  expect([await has("two-lazy"), await has("one"), await has("one-lazy")]).toEqual([true, true, true]);
  build("three");
  expect(await page()).toContain("three.js");
  expect([await has("three-lazy"), await has("two-lazy"), await has("one-lazy")]).toEqual([true, true, false]);
});

/** As the address stands on the wire: `fetch` would tidy it first. */
function raw(path: string, encoding = ""): Promise<{ status: number; encoding: string; type: string; bytes: Buffer }> {
  const { hostname, port } = new URL(running.url);
  return new Promise((resolve, reject) => {
    get({ hostname, port, path, headers: { "accept-encoding": encoding } }, (answer) => {
      const { "content-encoding": packed = "", "content-type": type = "" } = answer.headers;
      const status = answer.statusCode ?? 0;
      buffer(answer).then((bytes) => resolve({ status, encoding: packed, type, bytes }), reject);
    }).on("error", reject);
  });
}

test("what is built goes over the socket packed as asked", async () => {
  expect(findConsole(), "the console is not built: npm run build").not.toBeNull();
  const page = (await raw("/console/")).bytes.toString();
  const path = /src="([^"]+\.js)"/.exec(page)?.[1] ?? "";
  const plain = await raw(path);
  expect([plain.status, plain.encoding]).toEqual([200, ""]);
  const brotli = await raw(path, "gzip, br");
  expect([brotli.status, brotli.encoding]).toEqual([200, "br"]);
  expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true);
  const gzip = await raw(path, "gzip");
  expect([gzip.status, gzip.encoding]).toEqual([200, "gzip"]);
  expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true);
});

test.each([
  "/console/assets/../../../package.json",
  "/console/assets/..%2f..%2f..%2fpackage.json",
  "/console/assets//etc/passwd",
  "/console/assets/..\\..\\..\\package.json",
  "/console/assets/%2e%2e/%2e%2e/%2e%2e/package.json",
])("%s as it stands on the wire leads to no file", async (path) => {
  const { status, bytes } = await raw(path);
  expect([400, 404]).toContain(status);
  expect(bytes.toString()).not.toContain("devDependencies");
});
