// The flags that an edge is started with are those that the measures use.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { edgeEnvironment, NODE_FLAGS } from "#cli/edge.ts";

test("npm run bench measures as the control plane runs", () => {
  const bench = readFileSync(new URL("../../tools/bench.mjs", import.meta.url), "utf8");
  expect(NODE_FLAGS.node.map((flag) => bench.includes(`"${flag}"`))).toEqual([true]);
});

test("a relay's allocations of a connection's size come from the system, unless the user says otherwise", () => {
  expect(edgeEnvironment("relay", { A: "1" })).toMatchObject({ A: "1", MALLOC_MMAP_THRESHOLD_: "16384" });
  expect(edgeEnvironment("relay", { MALLOC_MMAP_THRESHOLD_: "1" })).toMatchObject({ MALLOC_MMAP_THRESHOLD_: "1" });
  expect(edgeEnvironment("node", { A: "1" })).toEqual({ A: "1" });
});
