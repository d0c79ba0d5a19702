// A watch that the control plane tells of changes: it looks at once, long before it would have looked by itself.
import { expect, test } from "vitest";
import { command as tokenList } from "#cli/command/token-list.ts";
import type { Command } from "#cli/command.ts";
import { watch } from "#cli/watch/watch.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";

const plane = planeOfFile();

test("what has changed is shown as soon as it is told, and the stream ends with the watch", async () => {
  const [, url, , tokenFile] = (await plane.signUp("demo")) as [string, string, string, string];
  const to = ["--url", url, "--token-file", tokenFile];
  const out: string[] = [];
  const stop = new AbortController();
  const terminal = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void out.push(text),
    input: async () => "",
    interactive: false,
    colour: false,
  };
  const options = { output: "name" as const, url, tokenFile };
  const invocation = { args: [], options, terminal, env: { HOME: "/nonexistent" }, cwd: "/", signal: stop.signal };
  // By itself it would look once in ten minutes.
  const pace = { soonest: 1, every: 600_000, told: 600_000, longest: 600_000 };
  const running = watch(tokenList as Command<object>, invocation, { pace });
  await expect.poll(() => out.length).toBe(1);
  const ids: string[] = [];
  // The stream may begin a moment after the first look: what was made before that is seen with the next hint.
  await expect
    .poll(
      async () => {
        const made = await run(["token", "create", "more", "-s", "read", "-o", "json", ...to]);
        ids.push(JSON.parse(made.out).id);
        return ids.filter((id) => out.includes(`${id}\n`)).length;
      },
      { interval: 500 },
    )
    .toBeGreaterThan(1);
  stop.abort();
  expect(await running).toBe(130);
});
