// How much of the store's contract ran on each engine: told at the end of `npm test`, so that one on which nothing ran is seen.

/** Engine → the suite of `npm test` that runs the contract on it. */
export const ENGINES = { "a libSQL file": "unit", "libSQL over HTTP": "unit", D1: "workerd" };

const BLOCK = /^store on (.+)$/;

/** Of a module's outermost blocks: engine → counts, and the names of what was skipped. */
export function countContract(blocks) {
  const counts = {};
  for (const block of blocks) {
    const [, engine] = BLOCK.exec(block.name) ?? [];
    if (engine === undefined) continue;
    counts[engine] ??= { passed: 0, failed: 0, skipped: [] };
    for (const test of block.children.allTests()) {
      const { state } = test.result();
      if (state === "passed" || state === "failed") counts[engine][state]++;
      else counts[engine].skipped.push(test.name);
    }
  }
  return counts;
}

/** Lines for people, of the engines whose suite ran; and engines on which nothing ran without a word of why. */
export function contractText(counts, suites) {
  const lines = [];
  const silent = [];
  for (const [engine, suite] of Object.entries(ENGINES)) {
    if (!suites.includes(suite)) continue;
    const { passed, failed, skipped } = counts[engine] ?? { passed: 0, failed: 0, skipped: [] };
    const ran = passed + failed;
    if (ran === 0 && skipped.length === 0) silent.push(engine);
    const faults = failed === 0 ? "" : `, ${failed} failed`;
    const left = skipped.length === 0 ? "" : `, ${skipped.length} skipped: ${[...new Set(skipped)].join("; ")}`;
    lines.push(`the store's contract on ${engine}: ${ran === 0 ? "nothing ran" : `${passed} passed`}${faults}${left}`);
  }
  return { lines, silent };
}
