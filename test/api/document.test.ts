// docs/api.md says what the route table says (`npm run golden` makes it anew).
import { expect, test } from "vitest";
import { apiDocument } from "#test/api-document.ts";

test("docs/api.md is made from the route table", async () => {
  await expect(apiDocument()).toMatchFileSnapshot("../../docs/api.md");
});
