// `npm run deploy`: what the wrangler files must say, and a whole dry run on the real wrangler.
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const listening = new Map(process.eventNames().map((name) => [name, new Set(process.rawListeners(name as "exit"))]));
// Wrangler listens for signals from its import on, and would end the process of whoever tests one later.
afterAll(() => {
  for (const name of process.eventNames())
    for (const one of process.rawListeners(name as "exit"))
      if (name !== "exit" && listening.get(name)?.has(one) !== true) process.off(name, one as () => void);
});
const settings = "/tools/deploy/settings.mjs";
const { settingsFaults, environments, WORKERS } = (await import(/* @vite-ignore */ join(root, settings))) as {
  settingsFaults(folder: string, env: string, how: { readonly isDry: boolean }): readonly string[];
  environments(folder: string): readonly string[];
  readonly WORKERS: readonly { readonly config: string; readonly secrets: readonly string[] }[];
};

async function deploy(...args: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn(process.execPath, ["tools/deploy.mjs", ...args], { cwd: root });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, text })));
}

describe("the wrangler files", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "weft-wrangler-"));
    for (const { config } of WORKERS) copyFileSync(join(root, config), join(folder, config));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const edit = (file: string, from: string, to: string): void => {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  };

  test.each(["staging", "production"])("say all of %s, but for the ids that only an account gives", (env) => {
    expect(environments(root)).toContain(env);
    expect(settingsFaults(root, env, { isDry: true })).toEqual([]);
    const placeholders = settingsFaults(root, env, { isDry: false });
    expect(placeholders).toHaveLength(7);
    for (const fault of placeholders)
      expect(fault).toMatch(/placeholder .* wrangler d1 create weft-(directory|tenants)-/);
  });

  test("are refused for each binding that an environment lacks, and for what they say differently, all at once", () => {
    edit("wrangler.toml", '[[env.staging.services]]\nbinding = "ACCOUNTS"\nservice = "weft-accounts-staging"\n', "");
    edit("wrangler.accounts.toml", '[env.staging.vars]\nSIGN_UP = "1"\n', "");
    edit("wrangler.poll.toml", 'CONTROL_PLANE = "weft-staging"', 'CONTROL_PLANE = "weft"');
    edit("wrangler.poll.toml", "000000000012", "000000000099");
    edit("wrangler.toml", "[env.staging.vars]\n", '[env.staging.vars]\nDATABASES = "{}"\n');
    edit(
      "wrangler.writer.toml",
      'staging"\nUSUAL_TIER = "free"',
      'staging"\nUSUAL_TIER = "self-hosted"\nHISTORY_DAYS = "90"',
    );
    edit("wrangler.writer.toml", "workers_dev = false\npreview_urls = false\n", "");
    edit(
      "wrangler.writer.toml",
      "[env.staging.vars]\n",
      '[env.staging]\nroute = "weft.example/*"\n\n[env.staging.vars]\n',
    );
    const faults = settingsFaults(folder, "staging", { isDry: true });
    expect(faults).toEqual([
      expect.stringContaining("wrangler.accounts.toml: [env.staging] lacks the variable SIGN_UP"),
      expect.stringContaining("wrangler.toml: [env.staging] lacks the service ACCOUNTS"),
      ...["workers_dev is not false", "preview_urls is not false", "it has a route"].map(
        (way) => `wrangler.writer.toml: [env.staging] has an address, as ${way}; only the door may have one`,
      ),
      expect.stringMatching(
        /^TENANTS of \[env.staging\] is not the same everywhere: .*12 in wrangler.writer.toml, .*12 in wrangler.toml, .*99 in wrangler.poll.toml$/,
      ),
      "DATABASES of [env.staging] is not the same everywhere: none in wrangler.writer.toml, {} in wrangler.toml, none in wrangler.poll.toml",
      "CONTROL_PLANE of [env.staging] is not the same everywhere: weft-staging in wrangler.writer.toml, weft-staging in wrangler.toml, weft in wrangler.poll.toml",
      "USUAL_TIER of [env.staging] is not the same everywhere: self-hosted in wrangler.writer.toml, free in wrangler.toml, free in wrangler.poll.toml",
      "HISTORY_DAYS of [env.staging] is not the same everywhere: 90 in wrangler.writer.toml, 400 in wrangler.toml",
    ]);
    // What stands at the top holds for all environments.
    expect(settingsFaults(folder, "production", { isDry: true })).toEqual(
      ["workers_dev is not false", "preview_urls is not false"].map(
        (way) => `wrangler.writer.toml: [env.production] has an address, as ${way}; only the door may have one`,
      ),
    );
  });

  test("name in their comments every secret that a deployment asks for", () => {
    for (const { config, secrets } of WORKERS)
      for (const name of secrets) expect(readFileSync(join(root, config), "utf8")).toContain(name);
  });
});

test("the page for operators has the command as it is, and every secret that is asked for", () => {
  const page = readFileSync(join(root, "docs/operations.md"), "utf8");
  for (const more of ["", " --dry-run"]) expect(page).toContain(`\nnpm run deploy -- --env production${more}\n`);
  for (const name of WORKERS.flatMap(({ secrets }) => secrets)) expect(page).toContain(`\n| \`${name}\` | `);
  for (const env of ["directory", "tenants"])
    expect(page).toContain(`\nnpx wrangler d1 create weft-${env}-production\n`);
});

test.each([
  [[], "--env is missing"],
  [["--env", "prod"], "no environment is named prod"],
  [["--env", "staging", "--dryrun"], "Unknown option '--dryrun'"],
])("deploy %j says what is wrong, and how it is called", async (args, said) => {
  const { code, text } = await deploy(...args);
  expect(code).toBe(2);
  expect(text).toContain(said);
  expect(text).toContain("usage: npm run deploy");
});

test("without an account it stops before anything is done", async () => {
  const { code, text } = await deploy("--env", "production", "--no-check");
  expect(code).toBe(1);
  expect(text).toContain("settings: FAILED, and nothing after it was done");
  expect(text).not.toContain("migrate");
});

test("a dry run migrates, then bundles each worker after those that it calls", async () => {
  const { code, text } = await deploy("--env", "staging", "--dry-run", "--no-check");
  expect(code, text).toBe(0);
  const done = [...text.matchAll(/^(.+): good \(/gm)].map(([, name]) => name);
  expect(done).toEqual([
    ...["settings", "migrate DIRECTORY", "migrate TENANTS"],
    ...[
      "deploy weft-accounts-staging",
      "deploy weft-writer-staging",
      "deploy weft-staging",
      "deploy weft-poll-staging",
    ],
  ]);
  expect(text).toContain("env.WRITER (OrganisationWriter, defined in weft-writer-staging)");
  expect(text).toContain("A dry run: nothing was deployed.");
});
