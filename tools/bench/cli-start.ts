// cli-start: `weft --version` as a whole process, from its start to its end, as a ratio to a Node that does nothing.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const ROUNDS = 15;

/** One record: milliseconds of each (median of rounds, taken in turns), and the ratio. Expects to run in the checkout, built. */
export async function run(): Promise<Record<string, unknown>[]> {
  const cli = join(process.cwd(), "dist/cli.js");
  const weft: number[] = [];
  const node: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    weft.push(timeOf([cli, "--version"], /^weft \d/));
    node.push(timeOf(["-e", "0"], /^$/));
  }
  const [ms, reference] = [median(weft), median(node)];
  return [
    { measure: "cli-start", ms, reference_ms: reference, ratio: Number((ms / reference).toFixed(2)), rounds: ROUNDS },
  ];
}

function timeOf(args: readonly string[], says: RegExp): number {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const took = performance.now() - start;
  if (status !== 0 || !says.test(stdout)) throw new Error(`node ${args.join(" ")} said ${stdout}${stderr}`);
  return took;
}

function median(of: readonly number[]): number {
  const sorted = [...of].sort((a, b) => a - b);
  return Number((sorted[Math.floor(sorted.length / 2)] as number).toFixed(1));
}
