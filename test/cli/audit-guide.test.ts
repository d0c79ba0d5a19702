// The guides of the audit log and of webhooks: their commands as they stand there, and a line for each deed and each event.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AUDIT_ACTIONS } from "#model/audit/action.ts";
import { WEBHOOK_EVENTS } from "#model/webhook/event.ts";
import { type ControlPlane, runControlPlane } from "#node/main.ts";
import { textOf } from "#test/documents.ts";
import { isSignedBy, openReceiver, type Receiver } from "#test/webhook-receiver.ts";
import { cliBundle } from "./bundle.ts";
import { run } from "./run.ts";

const cli = cliBundle();

let folder: string;
let plane: ControlPlane;
let receiver: Receiver;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weft-audit-guide-"));
  const settings = { stateDir: join(folder, "state"), host: "127.0.0.1", port: 0, logLevel: "silent" } as const;
  plane = await runControlPlane({ ...settings, privateWebhooks: true });
  receiver = await openReceiver();
});
afterAll(async () => {
  await plane.close();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What each block of the guide says, standard output and error as one. */
async function follow(path: string, organisation: string): Promise<readonly string[]> {
  const token = join(folder, `${organisation}.token`);
  const secret = ["--control-plane", plane.url, "--operator-secret-file", plane.operatorSecretFile];
  expect((await run(["organisation", "create", organisation, ...secret, "--out", token])).code).toBe(0);
  const blocks = [...textOf(path).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  const weft = `npx() { shift; ${JSON.stringify(process.execPath)} ${JSON.stringify(cli())} "$@"; }`;
  const script = ["set -e -o pipefail", weft, ...blocks.map((block, at) => `echo "== ${at + 1}"\n${block}`)].join("\n");
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    RECEIVER: receiver.url,
    WEFT_URL: `${plane.url}/o/${organisation}`,
    WEFT_TOKEN_FILE: token,
  };
  const child = spawn("bash", ["-c", script], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (told += chunk));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(code, told).toBe(0);
  return told.split(/^== \d+\n/m).slice(1);
}

test("every command of the audit guide does what the guide says", { timeout: 60_000 }, async () => {
  const [listed, exported, changed, against, kept] = (await follow("docs/guides/audit.md", "audited")) as [
    string,
    string,
    string,
    string,
    string,
  ];
  expect(listed).toMatch(/operator +organisation\.create/);
  expect(exported).toMatch(/^whole: entries 1 to 1 of organisation/m);
  expect(changed).toContain("the audit log is not whole: entry 1 is wrong");
  expect(changed).toContain("exit code 7");
  expect(against).toMatch(/^whole: /m);
  expect(kept).toBe("audit entries are kept 730 days\n");
});

test("every command of the webhook guide does what the guide says", { timeout: 60_000 }, async () => {
  const [made, replayed, rotated, gone] = (await follow("docs/guides/webhooks.md", "hooked")) as [
    string,
    string,
    string,
    string,
  ];
  expect(made).toMatch(/^delivered msg_x\w+: it answered 204$/m);
  expect(made).toContain(receiver.url);
  expect(replayed).toMatch(/webhook\.test +delivered +1 +204/);
  expect(replayed).toMatch(/^0 events are sent again$/m);
  expect(rotated).toContain("The secret before it signs too until");
  expect(gone).toContain("deleted webhook ");
  const [received] = receiver.received;
  expect(receiver.received).toHaveLength(1);
  // The file holds the secret of the rotation, which came after.
  expect(
    received === undefined || isSignedBy(readFileSync(join(folder, "webhook.secret"), "utf8").trim(), received),
  ).toBe(false);
});

test("the guides have a line for each deed and each event", () => {
  const rows = (path: string) =>
    [...textOf(path).matchAll(/^\| `([a-z.-]+\.[a-z]+)` \| (.*) \|$/gm)].map(([, name, means]) => [name, means]);
  expect(rows("docs/guides/audit.md")).toEqual(Object.entries(AUDIT_ACTIONS));
  expect(rows("docs/guides/webhooks.md")).toEqual(Object.entries(WEBHOOK_EVENTS));
});
