// What a relay that cannot start tells, and its exit code.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Fault } from "#model/fault.ts";
import { main, startFailure } from "#relay/main.ts";

async function told(args: readonly string[], token = "", files: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "weft-start-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const place = ["--control-plane", "http://127.0.0.1:9", "--state-dir", folder, "--listen", "127.0.0.1:0"];
  const before = new Map((["SIGTERM", "SIGINT"] as const).map((name) => [name, process.listeners(name)]));
  try {
    return await main([...place, ...args], { WEFT_ENROLMENT_TOKEN: token }).then(() => null, startFailure);
  } finally {
    for (const [name, listeners] of before)
      for (const one of process.listeners(name)) if (!listeners.includes(one)) process.removeListener(name, one);
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each([
  [["--dns", "nonsense"], "", 2, "--dns must be host:port"],
  [["--advertise", "10.0.0.1"], "", 2, "--advertise must be host:port"],
  [["--enrolment-token-file", "/nowhere/token"], "", 2, "--enrolment-token-file /nowhere/token cannot be read"],
  [[], "", 3, "no enrolment token was given: create one with weft zone create"],
  [[], "eyJhbGciOi.x.y", 3, "This is no enrolment token: use the one that weft zone create prints"],
])("%j with the token %j: exit code %d", async (args, token, code, text) => {
  const failure = await told(args, token);
  expect(failure?.code).toBe(code);
  expect(failure?.text).toContain(text);
});

test.each([
  [
    "enrolment.json",
    '{"zone":"ea',
    3,
    /The enrolment in \S+enrolment\.json is damaged, and no enrolment token was given/,
  ],
  ["keys.json", "{", 1, /The relay's keys in \S+keys\.json are damaged\. Restore the file, or empty the state folder/],
])("a damaged %s is named, with what to do", async (name, text, code, words) => {
  const failure = await told([], "", { [name]: text });
  expect(failure).toEqual({ code, text: expect.stringMatching(words) });
});

test("every violation stands on a line of its own", () => {
  const violations = [{ field: "token", reason: "is too long" }];
  expect(startFailure(new Fault("invalid", "The request's body is not valid", { violations })).text).toMatch(
    /is not valid\n {2}token: is too long\n$/,
  );
  expect(startFailure(new Error("boom"))).toEqual({ text: "weft relay: boom\n", code: 1 });
});
