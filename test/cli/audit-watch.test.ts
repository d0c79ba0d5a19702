// Watching the proof of the audit log: it is news when there is another entry, and not when it is merely later.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { command } from "#cli/command/audit-verify.ts";
import { changesOf } from "#cli/watch/changes.ts";
import { look } from "#cli/watch/look.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";

const plane = planeOfFile();

test.each(["table", "json"] as const)("-o %s: a log that is the same later is no news", async (output) => {
  const at = await plane.signUp(`watched-${output}`);
  const [, url = "", , tokenFile = ""] = at;
  const terminal = { out: () => {}, err: () => {}, input: async () => "", interactive: false, colour: false };
  const seen = () =>
    look(command, {
      ...{ args: [], options: { output, url, tokenFile }, terminal },
      ...{ env: { HOME: "/nonexistent" }, cwd: "/", signal: new AbortController().signal },
    });
  const first = await seen();
  expect(first.shown.rows).toHaveLength(1);
  await sleep(5);
  const later = await seen();
  expect(later.out).not.toBe(first.out);
  const by = output === "table" ? "cells" : "item";
  expect(changesOf(first.shown, later.shown, by)).toEqual([]);
  await run(["apply", "-f", "-", ...at], { input: "type: Zone\nname: east\n" });
  expect(changesOf(first.shown, (await seen()).shown, by)).toHaveLength(1);
});
