// docs/operations.md: its commands as they stand there, on a control plane with two databases.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { cliBundle } from "./bundle.ts";
import { followGuide } from "./guide.ts";
import { planeOfFile } from "./plane.ts";

const TABLE = { main: { file: "tenants.db", region: "weur" }, "us-1": { file: "us-1.db", region: "enam" } };
const folder = mkdtempSync(join(tmpdir(), "weft-operations-"));
const databasesFile = join(folder, "databases.json");
writeFileSync(databasesFile, JSON.stringify(TABLE));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cli = cliBundle();
const plane = planeOfFile({ databasesFile });

test("every command does what the page says", { timeout: 120_000 }, async () => {
  await plane.signUp("acme");
  const OPERATE = `--control-plane ${plane.url} --operator-secret-file ${plane.operatorSecretFile}`;
  const [databases, moved, backup, restored, resealed] = await followGuide({
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
  expect(databases).toMatch(/^us-1 +enam +1 +yes *$/m);
  expect(resealed?.match(/^everything is sealed under the key [0-9a-f]{8}/gm)).toHaveLength(2);
});
