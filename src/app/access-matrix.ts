// Handler of the matrix: who may call whom in one mesh, each verdict told once.
import type { WireAccessMatrix, WireVerdict } from "#api/access.ts";
import { Fault } from "#model/fault.ts";
import { verdictView } from "./access.ts";
import { compact } from "./answer.ts";
import type { Handler } from "./call.ts";

export const accessMatrix: Handler<"api"> = async ({ app, caller, url }) => {
  const mesh = url.searchParams.get("mesh") ?? "";
  if (mesh === "")
    throw new Fault("malformed", "Invalid query", { violations: [{ field: "mesh", reason: "must be set" }] });
  const pairs = await app.reader.access.unsortedPairs(caller, mesh);
  const from = [...new Set(pairs.map((pair) => pair.from))].sort();
  const called = new Map(
    pairs.map(({ to, port }) => [keyOf(to, port), { service: to, ...(port !== undefined && { port }) }]),
  );
  const keys = [...called.keys()].sort();
  const [row, column] = [placesOf(from), placesOf(keys)];
  const cells = from.map(() => new Array<number>(keys.length).fill(-1));
  const verdicts: WireVerdict[] = [];
  const told = new Map<string, number>();
  // Nearly all pairs share a few verdicts, by identity: to write one as text costs more than to find it.
  const numbers = new Map<object, number>();
  for (const pair of pairs) {
    let number = numbers.get(pair.verdict);
    if (number === undefined) {
      const view = verdictView(pair.verdict);
      const text = JSON.stringify(view);
      number = told.get(text) ?? verdicts.push(view) - 1;
      told.set(text, number);
      numbers.set(pair.verdict, number);
    }
    const line = cells[row.get(pair.from) ?? -1];
    if (line !== undefined) line[column.get(keyOf(pair.to, pair.port)) ?? 0] = number;
  }
  const to = keys.flatMap((key) => called.get(key) ?? []);
  return compact({ mesh, from, to, verdicts, cells } satisfies WireAccessMatrix);
};

function keyOf(to: string, port: string | undefined): string {
  return `${to}\u0000${port ?? ""}`;
}

function placesOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, at) => [name, at]));
}
