// The guide of many zones: its commands, as they stand there, on a machine of their own.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startChild } from "#test/child.ts";
import { blocksOf } from "#test/documents.ts";
import { cliOf } from "#test/mesh.ts";

const blocks = blocksOf("docs/guides/multi-zone.md", "sh");

/** Own network and process numbers: the guide's ports are free, and nothing outlives it. */
const APART = ["--net", "--pid", "--fork", "--kill-child"];
const lack =
  spawnSync("unshare", [...APART, "ip", "link", "set", "lo", "up"]).status === 0 ? null : "no network of its own here";

const folder = mkdtempSync(join(tmpdir(), "weft-guide-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npx weft` and what `weft zone create` prints mean the command of this checkout. */
const PRELUDE = `set -e
ip link set lo up
cd ${folder}
weft() { ${JSON.stringify(process.execPath)} ${JSON.stringify(cliOf())} "$@"; }
npx() { shift; weft "$@"; }
`;
/** What is printed of billing is of when it is known to be there. */
const SEEN = `
until weft inspect zone west | grep -Eq "billing-1 +sidecar +billing +yes"; do sleep 1; done
`;
/** Connections that the egress of east made to west, once users had heard that the mesh says so. */
const THROUGH_EGRESS = `
admin=$(sed -n "s/.*egress egress-east is ready; Envoy's admin interface: //p" out.log | head -1)
passed() { curl -s "$admin/stats?filter=billing.*upstream_cx_total"; }
until passed | grep -q "total: [1-9]"; do curl -s http://127.0.1.2/ > users.log; sleep 1; done
echo; echo "egress: $(passed)"
`;
const AFTER = new Map([
  [3, SEEN],
  [5, THROUGH_EGRESS],
]);

test.skipIf(lack !== null)(
  `every command of the guide runs, and billing answers${lack === null ? "" : ` (skipped: ${lack})`}`,
  async () => {
    const steps = blocks.map((block, at) => `echo; echo "== ${at + 1}"\n${block}${AFTER.get(at) ?? ""}`);
    writeFileSync(join(folder, "guide.sh"), `${PRELUDE}${steps.join("\n")}\necho "== over"\nexit 0\n`);
    const output = join(folder, "out.log");
    const child = startChild("unshare", [...APART, "bash", "-c", `bash ${folder}/guide.sh > ${output} 2>&1`]);
    const ended = await Promise.race([
      child.ended,
      new Promise<"late">((resolve) => setTimeout(resolve, 220_000, "late").unref()),
    ]);
    await child.stop("SIGKILL");
    const text = readFileSync(output, "utf8");
    expect(ended, text).toBe(0);
    const parts = text.split(/^== (?:\d+|over)$/m).slice(1);
    expect(parts).toHaveLength(blocks.length + 1);
    const answered = parts.map(
      (part) => part.includes('"program":"backend"') && part.includes("spiffe://default/users"),
    );
    // By the ingress, by egress and ingress, and without the control plane.
    expect(answered, text).toEqual([false, false, false, true, false, true, true, false]);
    expect(parts[4]).toMatch(/ingress-west +west +127\.0\.2\.1:10001/);
    expect(parts[4]).toMatch(/billing-1 +sidecar +billing +yes/);
    expect(parts[5]).toMatch(/egress: cluster\.default_billing\.upstream_cx_total: [1-9]/);
  },
);
