// The webhook commands against a real control plane and a real receiver: what users see, and with which exit code.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isSignedBy, openReceiver, type Receiver } from "#test/webhook-receiver.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";

const plane = planeOfFile({ privateWebhooks: true });
const { folder } = plane;
let receiver: Receiver;
let weft: (argv: readonly string[]) => ReturnType<typeof run>;

beforeAll(async () => {
  receiver = await openReceiver();
  const at = await plane.signUp("acme");
  weft = (argv) => run([...argv, ...at], { cwd: folder });
});
afterAll(() => receiver.close());

test("created, tried, listed, rotated, replayed, deleted", async () => {
  expect((await weft(["webhook", "list"])).err).toBe("There are no webhooks.\n");
  const made = await weft([
    "webhook",
    "create",
    receiver.url,
    "-e",
    "zone.offline",
    "-e",
    "revision.committed",
    "-o",
    "json",
  ]);
  expect([made.code, made.err]).toEqual([0, ""]);
  const { id, secret } = JSON.parse(made.out);
  const tried = await weft(["webhook", "test", id]);
  expect([tried.code, tried.err]).toEqual([0, ""]);
  expect(tried.out).toMatch(/^delivered msg_x\w+: it answered 204\n$/);
  const [first] = receiver.received;
  expect(first !== undefined && isSignedBy(secret, first)).toBe(true);
  expect((await weft(["webhook", "list"])).out).toMatch(
    new RegExp(`${id} +http://127\\S+ +on +\\d+s +revision\\.committed,zone\\.offline`),
  );

  const file = join(folder, "webhook.secret");
  const rotated = await weft(["webhook", "rotate", id, "--out", file]);
  expect([rotated.code, rotated.out]).toEqual([0, `${id}\n`]);
  expect(rotated.err).toMatch(/^The secret before it signs too until \S+\. The new one is not shown again\.\n$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await weft(["zone", "create", "east"])).code).toBe(0);
  await expect.poll(() => receiver.received.length).toBe(2);
  const [, committed] = receiver.received;
  for (const one of [secret, readFileSync(file, "utf8").trim()])
    expect(committed !== undefined && isSignedBy(one, committed)).toBe(true);

  const events = (await weft(["webhook", "deliveries", id, "--state", "delivered", "-o", "name"])).out
    .trim()
    .split("\n");
  expect(events).toHaveLength(2);
  const never = await weft(["webhook", "replay", id, "--event", "msg_nosuch"]);
  expect([never.code, never.err]).toEqual([5, expect.stringContaining(`fix    weft webhook deliveries ${id} shows`)]);
  expect((await weft(["webhook", "replay", id, "--event", events[0] ?? ""])).out).toBe("1 event is sent again\n");
  await expect.poll(() => receiver.received.length).toBe(3);
  expect(receiver.received[2]?.id).toBe(events[0]);
  expect((await weft(["webhook", "delete", id])).out).toBe(`deleted webhook ${id}\n`);
  const gone = await weft(["webhook", "test", id]);
  expect([gone.code, gone.err]).toEqual([
    5,
    expect.stringContaining("weft webhook list shows the ids of all webhooks"),
  ]);
});

test("a receiver that refuses is told with what to do; wrong lines too", async () => {
  receiver.answer = (response) => void response.writeHead(500).end();
  const { out } = await weft(["webhook", "create", receiver.url, "-e", "zone.offline", "-o", "name"]);
  const failed = await weft(["webhook", "test", out.trim()]);
  expect([failed.code, failed.out]).toEqual([1, ""]);
  expect(failed.err).toMatch(
    /did not take the event\n +where +msg_x\w+\n +why +it answered 500\n +fix +mend the receiver; it is tried again at /,
  );
  receiver.answer = (response) => void response.writeHead(410).end();
  const gone = await weft(["webhook", "test", out.trim()]);
  expect([gone.code, gone.out]).toEqual([1, ""]);
  expect(gone.err).toMatch(
    /why +it answered 410\n +fix +by 410 .* so the webhook is off; weft webhook replay \w+ --event msg_x\w+ turns/,
  );
  expect((await weft(["webhook", "list"])).out).toContain("off: its receiver answered 410 Gone");
  const wrong = await weft(["webhook", "create", "ftp://example.com", "-e", "everything"]);
  expect([wrong.code, wrong.err]).toEqual([7, expect.stringContaining("events[0]: must be one of revision.committed")]);
  expect(wrong.err).toContain("url: must begin with https://");
  for (const argv of [
    ["replay", "x"],
    ["replay", "x", "--event", "a", "--since", "1h"],
    ["create", receiver.url],
    ["deliveries", "x", "--state", "odd"],
  ])
    expect((await weft(["webhook", ...argv])).code, argv.join(" ")).toBe(2);
});
