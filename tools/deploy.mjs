// `npm run deploy -- --env NAME [--dry-run]`: checks, migrates, then deploys the workers, and stops at the first step that fails.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./build.mjs";
import { DATABASES, environments, read, settingsFaults, WORKERS } from "./deploy/settings.mjs";

const USAGE = `usage: npm run deploy -- --env NAME [--dry-run] [--no-check]

  --env NAME   an environment of the wrangler files: ${environments(root).join(", ")}
  --dry-run    checks, migrates databases of its own and removes them again, and bundles; asks nothing of an account
  --no-check   leaves \`npm run check\` out, where it has just run`;

const options = {
  env: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  "no-check": { type: "boolean", default: false },
};

/** What was asked for; a wrong question ends the process with the usage. */
function asked() {
  try {
    const { env, ...rest } = parseArgs({ options }).values;
    if (env === undefined) throw new Error("--env is missing: say which environment is to be deployed");
    if (!environments(root).includes(env)) throw new Error(`no environment is named ${env}`);
    return { env, isDry: rest["dry-run"], isChecked: rest["no-check"] };
  } catch ({ message }) {
    process.stderr.write(`deploy: ${message}\n\n${USAGE}\n`);
    process.exit(2);
  }
}

const { env, isDry, isChecked } = asked();
const scratch = mkdtempSync(join(tmpdir(), "weft-deploy-"));
const HEARD = ["ignore", "pipe", "pipe"];

/** Runs it to its end; its questions are answered by default, and it sends nobody figures. */
const run = (command, args, stdio = ["ignore", "inherit", "inherit"]) =>
  spawnSync(command, args, {
    ...{ cwd: root, encoding: "utf8", stdio },
    env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" },
  });
const wrangler = (args, stdio) => run(join(root, "node_modules/.bin/wrangler"), [...args, "--env", env], stdio);

/** None where it went well. */
const faultsOf = (what, { status, stdout, stderr }) =>
  status === 0 ? [] : [[`${what} failed`, (stderr || stdout || "see above").trim()].join(": ")];

/** Forward only: the release that runs meanwhile is the one before. */
function migrate(binding) {
  const place = isDry ? ["--local", "--persist-to", join(scratch, "databases")] : ["--remote"];
  const args = ["d1", "migrations", "apply", binding, "-c", DATABASES, ...place];
  return faultsOf(`the migration of ${binding}`, wrangler(args, isDry ? HEARD : undefined));
}

function deploy(config) {
  const dry = isDry ? ["--dry-run", "--outdir", join(scratch, config)] : [];
  return faultsOf(`the deployment of ${config}`, wrangler(["deploy", "-c", config, ...dry]));
}

/** Secrets that a worker lacks, each with the command that sets it. */
function secretFaults() {
  return WORKERS.flatMap(({ config, secrets }) => {
    const listed = wrangler(["secret", "list", "-c", config], HEARD);
    // A worker that was never deployed has none; setting the first one makes it.
    const isNew = /does not exist|not found/i.test(listed.stderr);
    if (listed.status !== 0 && !isNew) return faultsOf(`listing the secrets of ${config}`, listed);
    const known = isNew ? [] : JSON.parse(listed.stdout).map(({ name }) => name);
    return secrets
      .filter((name) => !known.includes(name))
      .map(
        (name) =>
          `${config} lacks the secret ${name}; run \`npx wrangler secret put ${name} -c ${config} --env ${env}\``,
      );
  });
}

const steps = [
  ["settings", () => settingsFaults(root, env, { isDry })],
  ...(isDry ? [] : [["secrets", secretFaults]]),
  ...(isChecked ? [] : [["check", () => faultsOf("npm run check", run(process.execPath, ["tools/check.mjs"]))]]),
  ...read(root, DATABASES, env).d1_databases.map(({ binding }) => [`migrate ${binding}`, () => migrate(binding)]),
  ...WORKERS.map(({ config }) => [`deploy ${read(root, config, env).name}`, () => deploy(config)]),
];

try {
  for (const [name, step] of steps) {
    const start = performance.now();
    process.stdout.write(`${name} …\n`);
    const faults = step();
    if (faults.length > 0) {
      process.exitCode = 1;
      process.stderr.write(
        `${name}: FAILED, and nothing after it was done\n${faults.map((one) => `  ${one}\n`).join("")}`,
      );
      break;
    }
    process.stdout.write(`${name}: good (${((performance.now() - start) / 1000).toFixed(1)} s)\n`);
  }
  if (process.exitCode === undefined)
    process.stdout.write(isDry ? "A dry run: nothing was deployed.\n" : `${env} is deployed.\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
