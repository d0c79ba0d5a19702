// What `weft up` prints in the end: next steps that work as they stand.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkResources } from "#cli/apply/check.ts";
import { parseSource } from "#cli/apply/document.ts";
import { writePermission } from "#cli/up/seed.ts";
import { summaryText } from "#cli/up/summary.ts";
import type { UpFile } from "#cli/up-file.ts";
import { run } from "./run.ts";
import { tempFolder } from "./temp.ts";

const terminal = { out: () => {}, err: () => {}, input: async () => "", interactive: false, colour: false };
const up: UpFile = {
  controlPlane: { url: "http://h:1" },
  api: { url: "http://h:1/o/demo", tokenFile: "t" },
  demo: { url: "http://h:2", web: "http://h:3" },
  zones: [],
  proxies: [],
  pids: {},
};
const next = (file: UpFile, permitted: boolean): string =>
  summaryText(terminal, file, { command: "weft", permissionFile: ".weft/web-to-backend.yaml", permitted })
    .split("Try next:\n")[1]!
    .split("\n\n")[0]!;

describe("next steps", () => {
  test("the permission goes and comes back, and what is said of curl is so", () => {
    expect(next(up, true)).toBe(
      "  weft get dataplanes\n  weft inspect proxy web-1\n" +
        "  weft delete meshtrafficpermission web-to-backend   # forbids it: curl twice: the second gets 403\n" +
        "  weft apply -f .weft/web-to-backend.yaml            # allows it again: curl twice: the second gets 200",
    );
  });

  test("a permission that is gone is not deleted again", () => {
    expect(next(up, false)).not.toContain("delete");
    expect(next(up, false)).toContain("weft apply -f .weft/web-to-backend.yaml   # allows it again");
  });

  test("without the demo, the apply line can be pasted", async () => {
    const line = next({ ...up, demo: null }, false)
      .split("\n")
      .find((one) => one.includes("apply"));
    const [, text = ""] = /^ {2}echo '(.*)' \| weft apply -f -$/.exec(line ?? "") ?? [];
    const { resources } = parseSource({ name: "<stdin>", text });
    expect(checkResources(resources, "default")).toMatchObject({
      resources: [{ key: { type: "Mesh" } }],
      findings: [],
    });
  });
});

test("the console's link is shown where there is one", () => {
  const steps = { command: "weft", permissionFile: "p.yaml", permitted: true };
  const consoleLink = "http://h:1/console/sign-in#token=weft_api_x";
  expect(summaryText(terminal, up, { ...steps, consoleLink })).toContain(`:\n  ${consoleLink}\n\n`);
  expect(summaryText(terminal, up, steps)).not.toContain("signed in");
});

test("the file that puts the permission back passes apply's checks", async () => {
  const folder = tempFolder();
  const path = writePermission(folder);
  const { resources } = parseSource({ name: path, text: readFileSync(path, "utf8") });
  expect(checkResources(resources, "default")).toMatchObject({
    resources: [{ key: { type: "MeshTrafficPermission", mesh: "default", name: "web-to-backend" } }],
    findings: [],
  });
  const ran = await run(["apply", "-f", path]);
  expect(ran.err, "nothing but the organisation is missing").toContain("which organisation to speak to");
});
