// The scripts in real shells, where they are found: sourced, and asked as TAB asks them.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SHELLS } from "#cli/completion/script.ts";
import { cliBundle } from "./bundle.ts";
import { run } from "./run.ts";

const cli = cliBundle();
const folder = mkdtempSync(join(tmpdir(), "weft-completion-"));
const isThere = (shell: string): boolean => spawnSync(shell, ["-c", "exit 0"]).status === 0;

beforeAll(() => {
  writeFileSync(join(folder, "weft"), `#!/bin/sh\nexec "${process.execPath}" "${cli()}" "$@"\n`);
  chmodSync(join(folder, "weft"), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function inShell(shell: string, script: string): string {
  const env = { PATH: `${folder}:${process.env.PATH}`, HOME: folder };
  const { stdout, stderr, status } = spawnSync(shell, ["-c", script], { env, cwd: folder, encoding: "utf8" });
  expect([stderr, status]).toEqual(["", 0]);
  return stdout;
}

describe.skipIf(!isThere("bash"))("bash", () => {
  const complete = (words: readonly string[]): readonly string[] => {
    const line = words.map((word) => `'${word}'`).join(" ");
    const script = `source <(weft completion bash); COMP_WORDS=(weft ${line}); COMP_CWORD=${words.length}; _weft; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return inShell("bash", script).split("\n").filter(Boolean);
  };

  test("commands, second words, options and their values", () => {
    expect(complete(["ap"])).toEqual(["apply"]);
    expect(complete(["zone", "dis"])).toEqual(["disable"]);
    expect(complete(["get", "--out"])).toEqual(["--output"]);
    expect(complete(["get", "dp", "-o", "y"])).toEqual(["yaml"]);
    expect(complete(["get", "meshtimeo"])).toEqual(["meshtimeouts"]);
  });

  test("files where a file is wanted, also those with spaces", () => {
    writeFileSync(join(folder, "my mesh.yaml"), "");
    expect(complete(["apply", "-f", "my"])).toEqual(["my mesh.yaml"]);
  });

  test("nothing, and no word of an error, where no control plane answers", () => {
    expect(complete(["zone", "drain", ""])).toEqual([]);
  });
});

test.each([
  ["zsh", ["-n"]],
  ["fish", ["--no-execute"]],
] as const)("%s reads its script, where it is found", async (shell, flags) => {
  const { out } = await run(["completion", shell]);
  expect(out).toContain("__complete");
  if (!isThere(shell)) return;
  writeFileSync(join(folder, `weft.${shell}`), out);
  expect(spawnSync(shell, [...flags, join(folder, `weft.${shell}`)]).status).toBe(0);
});

test("another shell is told which there are", async () => {
  const { code, err } = await run(["completion", "tcsh"]);
  expect(code).toBe(2);
  for (const shell of SHELLS) expect(err).toContain(shell);
});
