// Webhooks in the browser: one is made, tried and sees its event; its secret is changed; what it got is sent again.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { openReceiver, type Received, type Receiver } from "#test/webhook-receiver.ts";

let on: TestConsole;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await openReceiver();
  on = await startConsole("webhook");
});
afterAll(async () => {
  await on?.close();
  await receiver?.close();
});

/** As the Standard Webhooks specification has it. */
function signed({ id, timestamp, body }: Received, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

test("a webhook is made, tried, given a new secret, and an event is sent again", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/webhooks");
    await page.getByRole("button", { name: "New webhook" }).first().click();
    const window = page.getByRole("dialog");
    await window.getByLabel("URL", { exact: true }).fill(receiver.url);
    await window.getByLabel("What it is for").fill("chat <img src=x onerror=alert(1)>");
    await check("new");
    await window.getByRole("button", { name: "Make the webhook" }).click();
    const secret = await window.getByRole("textbox", { name: "Secret" }).inputValue();
    expect(secret).toMatch(/^whsec_/);
    await check("secret");
    await window.getByRole("button", { name: "Done" }).click();
    await expect.poll(() => page.content()).not.toContain(secret);
    await page.getByText("chat <img src=x onerror=alert(1)>").waitFor();

    await page.getByRole("button", { name: `Send a test to ${receiver.url}` }).click();
    await page.getByRole("heading", { level: 1, name: receiver.url }).waitFor();
    const row = page.getByRole("row", { name: /webhook\.test/ });
    await row.getByText("Delivered").waitFor();
    expect(receiver.received.map((one) => one.signatures.includes(signed(one, secret)))).toEqual([true]);

    await page.getByRole("button", { name: "New secret" }).click();
    const make = window.getByRole("button", { name: "Make a new secret" });
    await make.waitFor();
    await check("rotate");
    await make.click();
    const newer = await window.getByRole("textbox", { name: "Secret" }).inputValue();
    expect(newer).not.toBe(secret);
    await window.getByRole("button", { name: "Done" }).click();
    await row.getByRole("button", { name: "Send again: webhook.test" }).click();
    await expect.poll(() => receiver.received.length).toBe(2);
    const [first, second] = receiver.received as [Received, Received];
    expect(second.id).toBe(first.id);
    // For a day both sign.
    expect(second.signatures).toEqual(expect.arrayContaining([signed(second, secret), signed(second, newer)]));
    await row.getByText("Delivered").waitFor();
    await check("deliveries");
  });
});
