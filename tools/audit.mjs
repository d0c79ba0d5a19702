// `node tools/audit.mjs`: fails on an advisory of high or critical severity about what is deployed; says so where the registry knows of none.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const GRAVE = ["high", "critical"];
const PATIENCE = 120_000;

/** What npm's report comes to: `good`, `bad` with lines that say why, or `unknown` where nobody was there to ask. */
export function verdictOf(report) {
  if (report?.vulnerabilities === undefined) {
    const why = String(report?.message ?? "npm gave no report").slice(0, 200);
    return { outcome: "unknown", lines: [`the registry cannot be asked: ${why}`] };
  }
  const grave = Object.values(report.vulnerabilities).filter(({ severity }) => GRAVE.includes(severity));
  const lines = grave.map(({ name, severity, range, via, fixAvailable }) => {
    const titles = via.filter((one) => typeof one === "object").map(({ title, url }) => `${title} (${url})`);
    const remedy = fixAvailable === false ? "no release mends it" : "npm audit fix mends it";
    return `${name} ${range}: ${severity}; ${titles.join(", ") || `by ${via.join(", ")}`}; ${remedy}`;
  });
  return { outcome: lines.length === 0 ? "good" : "bad", lines };
}

function readReport(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--audit-level=high", "--json"], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
    timeout: PATIENCE,
    maxBuffer: 64 * 1024 * 1024,
  });
  const { outcome, lines } = verdictOf(readReport(stdout ?? ""));
  const head = { good: "no grave advisory", bad: "grave advisories", unknown: "nothing was audited" }[outcome];
  process.stdout.write([`audit: ${head}`, ...lines.map((line) => `  ${line}`), ""].join("\n"));
  process.exitCode = outcome === "bad" ? 1 : 0;
}
