// The flags that an edge is started with are those that the measures use.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NODE_FLAGS } from "#cli/edge.ts";

test("npm run bench measures as the control plane runs", () => {
  const bench = readFileSync(new URL("../../tools/bench.mjs", import.meta.url), "utf8");
  expect(NODE_FLAGS.node.map((flag) => bench.includes(`"${flag}"`))).toEqual([true]);
});
