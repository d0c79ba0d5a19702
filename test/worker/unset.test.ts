// What the log of a worker says whose secrets are lost: all of it at once, and how to set it.
import { expect, test, vi } from "vitest";
import { refuseSecrets } from "#worker/secret-bytes.ts";
import { answerUnopened } from "#worker/unopened.ts";

test("each secret that is missing or malformed is named, and none is shown", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  try {
    refuseSecrets({
      OPERATOR_SECRET: "short",
      KEY_ENCRYPTION_KEY: undefined,
      NONCE_KEY: "A".repeat(43),
      ACCOUNT_KEY: "?",
    });
    expect.unreachable();
  } catch (thrown) {
    const answer = answerUnopened(thrown, "error");
    expect(answer.status).toBe(503);
    const { cause } = JSON.parse(String(said.mock.calls[0]?.[0]));
    expect(cause.message.split("; ")).toEqual([
      "The secret OPERATOR_SECRET must have at least 32 characters: wrangler secret put OPERATOR_SECRET, or a line in .dev.vars for wrangler dev",
      "The secret KEY_ENCRYPTION_KEY must hold 32 random bytes in base64url: wrangler secret put KEY_ENCRYPTION_KEY, or a line in .dev.vars for wrangler dev",
      "The secret ACCOUNT_KEY must hold 32 random bytes in base64url: wrangler secret put ACCOUNT_KEY, or a line in .dev.vars for wrangler dev",
    ]);
    expect(JSON.stringify(said.mock.calls)).not.toContain("short");
  } finally {
    said.mockRestore();
  }
});
