// The guide of safe changes: its commands, one after the other as they stand there, in a new organisation.
import { spawn, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { cliBundle } from "./bundle.ts";
import { followGuide } from "./guide.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";

const cli = cliBundle();
const plane = planeOfFile();

test("every command of the guide does what the guide says", async () => {
  await plane.signUp("demo");
  const parts = await followGuide({ path: "docs/guides/safe-changes.md", plane, organisation: "demo", cli: cli() });
  const [made, changed, seen, back, planned, pruned] = parts as [string, string, string, string, string, string];
  const guarded = parts.at(-1) as string;
  expect(made).toContain("created MeshTimeout slow in mesh shop\n");
  expect(changed).toContain("-         connectionTimeout: 1s\n+         connectionTimeout: 9s\n");
  expect(seen).toMatch(/^2 +\d+s +admin \(token \w+\) +MeshTimeout slow in mesh shop +the bank is slow today$/m);
  expect(seen).toMatch(/^ {2}why {3}the bank is slow today$/m);
  expect(seen.match(/^\+ +connectionTimeout: 9s$/gm)).toHaveLength(2);
  expect(seen).toMatch(/^spec\.to\[0\]\.default\.connectionTimeout +9s +2 .* the bank is slow today$/m);
  expect(back).toContain("connectionTimeout: 1s");
  expect(back.match(/^updated MeshTimeout slow in mesh shop$/gm)).toHaveLength(2);
  expect(back).toContain("Revision 4.");
  expect(planned.match(/^\+ +connectionTimeout: 5s$/gm)).toHaveLength(2);
  expect(planned).toMatch(/^Plan \w+ on revision 4: 1 resource, 0 proxies\. Commit it with weft apply --plan-id \w+ /m);
  expect(planned).toMatch(/^updated MeshTimeout slow in mesh shop\nRevision 5\.$/m);
  expect(planned).toMatch(/^\w+ +\d+s +4 +revision 5 +- +1 +0 +0 +0 .* a little faster$/m);
  expect(pruned).toContain("updated MeshTimeout slow in mesh shop\n");
  expect(pruned).not.toContain("deleted");
  expect(guarded).toContain("created ChangeControl guard in mesh shop\n");
  expect(guarded).toContain("ChangeControl guard of mesh shop holds the change back, and nothing was written.");
  expect(guarded).toContain("ended with 13\n");
  expect(guarded).toMatch(/^\w+ +\d+s +\d+ +held +0 of 1 +1 /m);
  expect(guarded).toMatch(/^Approved plan \w+: 1 in all\.\n.*Commit it with weft apply --plan-id \w+ /m);
  expect(guarded).toMatch(
    /^updated MeshTimeout slow in mesh shop\nRevision \d+\.\ndeleted MeshTimeout slow in mesh shop$/m,
  );
});

const lack = spawnSync("script", ["--version"]).status === 0 ? null : "there is no command script";

test.skipIf(lack !== null)(
  `at a terminal a rollback shows what it would change, and asks${lack === null ? "" : ` (skipped: ${lack})`}`,
  async () => {
    const at = await plane.signUp("asked");
    for (const name of ["one", "two"]) {
      const body = `type: Mesh\nname: default\nskipCreatingInitialPolicies: ["*"]\nlabels: { as: ${name} }\n`;
      expect((await run(["apply", "-f", "-", ...at], { input: body })).code).toBe(0);
    }
    const asked = async (answer: string): Promise<string> => {
      const line = [process.execPath, cli(), "rollback", "1", ...at].map((word) => JSON.stringify(word)).join(" ");
      const env = { PATH: process.env.PATH, HOME: plane.folder, TERM: "xterm" };
      // A terminal of `script` has no width of its own.
      const child = spawn("script", ["-qec", `stty cols 100 rows 30; exec ${line}`, "/dev/null"], {
        env,
        stdio: ["pipe", "pipe", "pipe"],
      });
      let told = "";
      let answered = false;
      child.stdout.on("data", (chunk: Buffer) => {
        told += chunk;
        if (answered || !/Roll back to revision 1\?[\s\S]*\[y\/N\]/.test(told)) return;
        answered = true;
        child.stdin.write(answer);
      });
      const late = setTimeout(() => child.kill("SIGKILL"), 60_000);
      await new Promise((resolve) => child.on("close", resolve));
      clearTimeout(late);
      return told;
    };
    const declined = await asked("n\n");
    expect(declined).toContain("updated Mesh default");
    expect(declined).toContain("No proxy gets another config.");
    expect(declined).toContain("Nothing changed.");
    expect(await asked("y\n")).toContain("Revision 3.");
  },
);
