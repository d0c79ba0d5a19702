// The guides of the audit log and of webhooks: their commands as they stand there, and a line for each deed and each event.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AUDIT_ACTIONS } from "#model/audit/action.ts";
import { WEBHOOK_EVENTS } from "#model/webhook/event.ts";
import { textOf } from "#test/documents.ts";
import { isSignedBy, openReceiver, type Receiver } from "#test/webhook-receiver.ts";
import { cliBundle } from "./bundle.ts";
import { followGuide } from "./guide.ts";
import { planeOfFile } from "./plane.ts";

const cli = cliBundle();
const plane = planeOfFile({ privateWebhooks: true });

let receiver: Receiver;
beforeAll(async () => {
  receiver = await openReceiver();
});
afterAll(() => receiver.close());

async function follow(path: string, organisation: string): Promise<readonly string[]> {
  await plane.signUp(organisation);
  return followGuide({ path, plane, organisation, cli: cli(), env: { RECEIVER: receiver.url } });
}

test("every command of the audit guide does what the guide says", async () => {
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

test("every command of the webhook guide does what the guide says", async () => {
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
    received === undefined || isSignedBy(readFileSync(join(plane.folder, "webhook.secret"), "utf8").trim(), received),
  ).toBe(false);
});

test("the guides have a line for each deed and each event", () => {
  const rows = (path: string) =>
    [...textOf(path).matchAll(/^\| `([a-z.-]+\.[a-z]+)` \| (.*) \|$/gm)].map(([, name, means]) => [name, means]);
  expect(rows("docs/guides/audit.md")).toEqual(Object.entries(AUDIT_ACTIONS));
  expect(rows("docs/guides/webhooks.md")).toEqual(Object.entries(WEBHOOK_EVENTS));
});
