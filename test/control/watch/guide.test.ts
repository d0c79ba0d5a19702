// The guide about watching the control plane has the table of metrics, word for word.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { METRICS } from "#control/watch/metric.ts";

test("each metric has its line, and no line is of none", () => {
  const guide = readFileSync(new URL("../../../docs/guides/observing.md", import.meta.url), "utf8");
  const lines = guide.split("\n").filter((line) => line.startsWith("| `weft_"));
  const wanted = Object.entries(METRICS).map(([name, { kind, labels, help }]) => {
    const cells = [`\`${name}\``, kind, labels.join(", "), help].map((cell) => (cell === "" ? "" : ` ${cell}`));
    return `|${cells.join(" |")} |`;
  });
  expect(lines).toEqual(wanted);
});
