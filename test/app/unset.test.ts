// Workers whose secrets are lost: every call is a problem that tells nobody what is wrong.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startWorkers } from "#test/workerd.ts";

const folder = mkdtempSync(join(tmpdir(), "weft-unset-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("each call is a 503 that says when to come again, at the door and behind it", async () => {
  const lost = { NONCE_KEY: "short", KEY_ENCRYPTION_KEY: "", OPERATOR_SECRET: "secret" };
  const workers = await startWorkers(folder, () => null, {}, lost);
  try {
    for (const path of ["/readyz", "/v1/limits", "/o/acme/meshes", "/v1/zone/snapshot", "/console/"]) {
      const answer = await fetch(`${workers.url}${path}`);
      const text = await answer.text();
      expect([path, answer.status, answer.headers.get("content-type")], text).toEqual([path, 503, "application/json"]);
      expect(JSON.parse(text)).toMatchObject({ detail: "The control plane is not set up; its log says what it lacks" });
      expect(text).not.toMatch(/KEY|SECRET|\bat \w/);
      expect(answer.headers.get("retry-after")).toBe("60");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    }
  } finally {
    await workers.close();
  }
});
