// docs/operations.md: its commands as they stand there, on a control plane with two databases.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runControlPlane } from "#node/main.ts";
import { blocksOf } from "#test/documents.ts";
import { cliBundle } from "./bundle.ts";
import { followGuide } from "./guide.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";

const TABLE = { main: { file: "tenants.db", region: "weur" }, "us-1": { file: "us-1.db", region: "enam" } };
const folder = mkdtempSync(join(tmpdir(), "weft-operations-"));
const databasesFile = join(folder, "databases.json");
writeFileSync(databasesFile, JSON.stringify(TABLE));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cli = cliBundle();
const plane = planeOfFile({ databasesFile });

test("every command does what the page says", async () => {
  await plane.signUp("acme");
  const OPERATE = `--control-plane ${plane.url} --operator-secret-file ${plane.operatorSecretFile}`;
  const [databases, moved, backup, restored, whole, resealed] = await followGuide({
    path: "docs/operations.md",
    plane,
    organisation: "acme",
    cli: cli(),
    env: { OPERATE },
  });
  expect(databases).toMatch(/^main +weur +1 +yes *$/m);
  expect(moved).toMatch(/^acme is moved from main to us-1$/m);
  expect(moved).toMatch(/^us-1 +enam +2 +yes *$/m);
  expect(backup).toMatch(/^acme\.backup\n[\d,]+ rows of acme at revision 0\. SHA-256 [0-9a-f]{64}\n$/);
  expect(restored).toMatch(/^acme is restored: [\d,]+ rows, revision 0, epoch \d{13}\n$/);
  expect(whole).toMatch(/^weft\.backup\n[\d,]+ rows of 2 organisations, and the directory\. SHA-256 [0-9a-f]{64}\n$/);
  expect(databases).toMatch(/^us-1 +enam +1 +yes *$/m);
  expect(await restoredElsewhere()).toMatch(/^everything is restored: 2 organisations, 0 people, [\d,]+ rows\n$/);
  expect(resealed?.match(/^everything is sealed under the key [0-9a-f]{8}/gm)).toHaveLength(2);
});

/** The command that restores everything, at a control plane that is empty and has the first one's keys. */
async function restoredElsewhere(): Promise<string> {
  const stateDir = join(folder, "second");
  mkdirSync(stateDir, { mode: 0o700 });
  for (const key of ["control-plane.id", "key-encryption.key", "account.key"])
    cpSync(join(plane.folder, "state", key), join(stateDir, key));
  const second = await runControlPlane({ stateDir, databasesFile, host: "127.0.0.1", port: 0, logLevel: "silent" });
  try {
    const [line = ""] = blocksOf("docs/operations.md", "bash").filter((block) => block.includes("admin restore"));
    const there = `--control-plane ${second.url} --operator-secret-file ${second.operatorSecretFile}`;
    const words = line.replace("npx weft ", "").replace("$OPERATE", there).trim().split(" ");
    const ran = await run(words, { cwd: plane.folder });
    expect(ran.code, ran.err).toBe(0);
    return ran.out;
  } finally {
    await second.close();
  }
}

test("the command that makes a key makes one of 32 bytes", () => {
  const lines = blocksOf("docs/operations.md", "bash").flatMap((block) => block.split("\n"));
  const [, make = ""] = lines.map((line) => /^(node -e .+) \| npx wrangler secret put/.exec(line)).find(Boolean) ?? [];
  const made = [1, 2].map(() => execFileSync("bash", ["-c", make], { encoding: "utf8" }).trim());
  expect(made.map((text) => Buffer.from(text, "base64url").length)).toEqual([32, 32]);
  expect(made[0]).not.toBe(made[1]);
});
