// The audit commands against a real control plane: what users see, what is found, and with which exit code.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";

const plane = planeOfFile();
const { folder } = plane;
let weft: (argv: readonly string[], input?: string) => ReturnType<typeof run>;

beforeAll(async () => {
  const at = await plane.signUp("acme");
  weft = (argv, input = "") => run([...argv, ...at], { input, cwd: folder });
  expect((await weft(["zone", "create", "east"])).code).toBe(0);
  expect((await weft(["apply", "-f", "-"], "type: Mesh\nname: default\n")).code).toBe(0);
});

test("list: newest first, narrowed, as JSON", async () => {
  const list = await weft(["audit", "list"]);
  expect([list.code, list.err]).toEqual([0, ""]);
  expect(list.out.split("\n")[0]).toMatch(/^NUMBER +TIME +ACTOR +ACTION +REVISION +SUBJECT$/);
  expect(list.out.split("\n")[1]).toMatch(/token:\S+ +resources\.change +\d+ +Mesh default/);
  const json = JSON.parse((await weft(["audit", "list", "--action", "organisation.create", "-o", "json"])).out);
  expect(json).toMatchObject({ total: 1, items: [{ number: 1, actor: "operator", subject: "organisation acme" }] });
  expect((await weft(["audit", "list", "--limit", "1", "-o", "name"])).out).toMatch(/^\d+\n$/);
  expect((await weft(["audit", "list", "--until", "2001-01-01"])).err).toBe("No audit entry is like that.\n");
  const unknown = await weft(["audit", "list", "--action", "resource.change"]);
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining("did you mean resources.change?")]);
  expect(await weft(["audit", "list", "--action", "token.revoke"])).toMatchObject({ code: 0 });
  for (const wrong of [
    ["--since", "never"],
    ["--limit", "0"],
  ])
    expect((await weft(["audit", "list", ...wrong])).code).toBe(2);
});

test("export and verify, online and offline; one byte changed fails and names the entry", async () => {
  const exported = await weft(["audit", "export", "--out", "log.ndjson", "--keys", "keys.json"]);
  expect([exported.code, exported.out, exported.err]).toEqual([
    0,
    "",
    "The audit log is in log.ndjson. To verify it: weft audit verify log.ndjson\n",
  ]);
  expect(statSync(join(folder, "log.ndjson")).mode & 0o777).toBe(0o600);
  const offline = (file: string, ...more: readonly string[]) =>
    run(["audit", "verify", file, "--keys", "keys.json", ...more], { cwd: folder });
  const whole = await offline("log.ndjson");
  expect([whole.code, whole.err]).toEqual([0, ""]);
  expect(whole.out).toMatch(/^whole: entries 1 to \d+ of organisation \w+ as of \S+, \d+ checkpoints?\n$/);
  for (const online of [
    ["audit", "verify"],
    ["audit", "verify", "log.ndjson"],
  ])
    expect((await weft(online)).code).toBe(0);
  const text = readFileSync(join(folder, "log.ndjson"), "utf8");
  expect((await weft(["audit", "verify", "-"], text)).code).toBe(0);
  expect(JSON.parse((await weft(["audit", "verify", "-o", "json"])).out)).toMatchObject({ whole: true, from: 1 });

  writeFileSync(join(folder, "changed.ndjson"), text.replace("Zone east", "Zone west"));
  const changed = await offline("changed.ndjson");
  expect([changed.code, changed.out]).toEqual([7, ""]);
  expect(changed.err).toMatch(
    /^weft: the audit log is not whole: entry \d+ is wrong\n +where +changed\.ndjson, line \d+\n/,
  );
  writeFileSync(join(folder, "cut.ndjson"), text.trimEnd().split("\n").slice(0, 3).join("\n"));
  expect((await offline("cut.ndjson")).err).toContain("the log was cut off");
});

test("against an earlier export: a log that was made anew is found out", async () => {
  await weft(["audit", "export", "--out", "earlier.ndjson", "--keys", "keys.json", "--force"]);
  await weft(["apply", "-f", "-"], "type: Mesh\nname: other\n");
  expect((await weft(["audit", "verify", "--against", "earlier.ndjson"])).code).toBe(0);
  const theirs = await run(["audit", "verify", "earlier.ndjson", ...(await plane.signUp("other"))], { cwd: folder });
  expect([theirs.code, theirs.err]).toEqual([7, expect.stringContaining("is not among those given")]);
});

test("what cannot be read is said", async () => {
  const missing = await run(["audit", "verify", "none.ndjson", "--keys", "keys.json"], { cwd: folder });
  expect([missing.code, missing.err]).toEqual([1, expect.stringContaining("there is no such file")]);
  writeFileSync(join(folder, "no-keys.json"), "[]");
  expect((await run(["audit", "verify", "log.ndjson", "--keys", "no-keys.json"], { cwd: folder })).code).toBe(2);
  const nowhere = await weft(["audit", "export", "--out", "no/such/folder/log.ndjson"]);
  expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining("there is no folder no/such/folder")]);
});

test("retention: shown, set, refused", async () => {
  expect((await weft(["audit", "retention"])).out).toBe("audit entries are kept 400 days\n");
  expect((await weft(["audit", "retention", "730"])).out).toBe("audit entries are kept 730 days\n");
  expect(JSON.parse((await weft(["audit", "retention", "-o", "json"])).out)).toEqual({ days: 730 });
  const refused = await weft(["audit", "retention", "4000"]);
  expect([refused.code, refused.err]).toEqual([7, expect.stringContaining("days: must be")]);
  expect((await weft(["audit", "retention", "long"])).code).toBe(2);
});
