// docs/cli.md says what the tables say (`npm run golden` makes it anew).
import { expect, test } from "vitest";
import { cliDocument } from "#test/cli-document.ts";

test("docs/cli.md is made from the tables", async () => {
  await expect(await cliDocument()).toMatchFileSnapshot("../../docs/cli.md");
});

test("docs/cli.md says nothing twice, and tells no empty default", async () => {
  const text = await cliDocument();
  expect(text).not.toMatch(/may be repeated[^|]*may be repeated/);
  expect(text).not.toContain("default ``");
});
