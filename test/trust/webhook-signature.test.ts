// Signatures of webhooks, against the specification's own example and a second implementation.
import { createHmac, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Sealed } from "#model/sealed.ts";
import { mintWebhookSecret, signWebhook } from "#trust/webhook-signature.ts";

test("the example that Standard Webhooks' libraries share", async () => {
  const secret = new Sealed("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  const message = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1614265330, body: '{"test": 2432232314}' };
  expect(await signWebhook([secret], message)).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("several secrets sign side by side, the newest first", async () => {
  const secrets = [1, 2].map(() => mintWebhookSecret((length) => randomBytes(length)));
  const message = { id: "msg_ö", timestamp: 1, body: "\u{1f512}" };
  const wanted = secrets.map((secret) => {
    const key = Buffer.from(secret.reveal().slice(6), "base64");
    expect(key).toHaveLength(32);
    return `v1,${createHmac("sha256", key).update(`msg_ö.1.\u{1f512}`).digest("base64")}`;
  });
  expect(await signWebhook(secrets, message)).toBe(wanted.join(" "));
  await expect(signWebhook([new Sealed("secret")], message)).rejects.toThrow(TypeError);
});
