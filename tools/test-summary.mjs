// Vitest reporter: writes counts and what went wrong as JSON, for the closing lines of `npm test`.
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { countContract } from "./contract-counts.mjs";

/** Of one error: enough lines to know what it is, few enough to read thirty of them. */
const LINES = 16;
const WIDTH = 240;

/** What one error says, and where in the project it arose. */
function said({ message, name, diff, stacks, stack }) {
  const text = stripVTControlCharacters(`${message ?? name ?? "an error without words"}\n${diff ?? ""}`);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const shown = lines.slice(0, LINES).map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line));
  const at = stacks?.find(({ file }) => !file.includes("node_modules"));
  const place = at === undefined ? firstOwn(stack) : `${relative(process.cwd(), at.file)}:${at.line}`;
  return [...shown, ...(place === undefined ? [] : [`at ${place}`])];
}

function firstOwn(stack) {
  const line = String(stack ?? "")
    .split("\n")
    .slice(1)
    .find((each) => !each.includes("node_modules") && !each.includes("node:"));
  return line?.trim().replace(/^at /, "");
}

export default class TestSummary {
  /** Tests that failed, files and blocks that broke outside of one, and errors that nobody caught. */
  onTestRunEnd(modules, unhandled) {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const faults = [];
    const contract = countContract(modules.flatMap((module) => [...module.children.suites()]));
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId);
      const note = (where, errors) => faults.push({ where, said: errors.flatMap(said) });
      if (module.errors().length > 0) note(file, module.errors());
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) note(`${file} > ${suite.fullName}`, suite.errors());
      }
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        counts[state === "pending" ? "skipped" : state]++;
        if (state === "failed") note(`${file} > ${test.fullName}`, errors ?? []);
      }
    }
    for (const error of unhandled) faults.push({ where: "caught by nobody", said: said(error) });
    writeFileSync(process.env.WEFT_TEST_SUMMARY, JSON.stringify({ ...counts, faults, contract }));
  }
}
