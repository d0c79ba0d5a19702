// The guide of access and lint: its commands as they stand there, and a line for each rule of lint.
import { expect, test } from "vitest";
import { LINT_RULES } from "#match/lint/lint.ts";
import { textOf } from "#test/documents.ts";
import { cliBundle } from "./bundle.ts";
import { followGuide } from "./guide.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";

const GUIDE = "docs/guides/access.md";
const cli = cliBundle();
const plane = planeOfFile();

test("every command of the guide does what the guide says", async () => {
  const at = await plane.signUp("demo");
  expect((await run(["zone", "create", "east", ...at])).code).toBe(0);
  const parts = await followGuide({ path: GUIDE, plane, organisation: "demo", cli: cli() });
  const [, asked, listed, kept, doubtful] = parts as [string, string, string, string, string];
  const rule = "by MeshTrafficPermission/to-orders spec.rules[0].default.allow[0]";
  expect(asked).toContain(`only GET to /orders/* ${rule}\n  all other requests are denied\n`);
  expect(asked).toContain("not always: 12\n");
  expect(asked).toContain(`web → orders (GET /orders/7) in mesh shop: allowed\n  ${rule}\n`);
  expect(asked).toMatch(/path web-1 in east → outbound 127\.0\.0\.1:10001 → orders-1:8080 \(http\) in east\n/);
  expect(asked).toContain("denied: 12\n");
  expect(asked).toMatch(/^requests$/m);
  expect(listed).toMatch(/^shop +web +orders +some requests +it depends on the request$/m);
  expect(listed).toMatch(/^shop +\* +orders +denied/m);
  expect(kept).toMatch(/^shop +web-reads-orders +holds +allow +web → orders \(GET \/orders\/7\) +allowed/m);
  expect(kept).toContain("2 of 2 hold.\n");
  expect(kept).toContain(
    "web → orders (GET /orders/7) is to be allowed (the shop window shows them), and would be denied: no permission holds for it, and what nobody allows is denied",
  );
  expect(kept).toContain("refused: 13\n");
  expect(kept).toContain(
    "breaks  shop/web-deletes-nothing: web → orders (DELETE) expects deny, and is allowed: MeshTrafficPermission/to-orders spec.rules[0].default.allow[0]\n",
  );
  expect(doubtful).toMatch(/^Nothing is doubtful\.$/m);
  expect(doubtful).toMatch(/^warning it selects no dataplane \(selects-nothing\)$/m);
  expect(doubtful).toContain("did you mean spiffe://shop/web?");
  expect(doubtful).toMatch(/^doubtful: 7$/m);
});

test("the guide has a line for each rule of lint, with its severity", () => {
  const told = [...textOf(GUIDE).matchAll(/^\| `([a-z-]+)` \| (error|warning|info) \|/gm)].map(([, code, severity]) => [
    code,
    severity,
  ]);
  expect(told).toEqual(LINT_RULES.map(({ code, severity }) => [code, severity]));
});
