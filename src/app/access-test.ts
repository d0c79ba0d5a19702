// Handlers of access tests: which hold now, and what a plan does to them.
import type { WireAccessTest, WireTestState, WireTestTurns } from "#api/access.ts";
import { readPageQuery, slicePage } from "#api/page.ts";
import type { TestState, TestTurn, TestTurns } from "#control/face/access.ts";
import { verdictView } from "./access.ts";
import { pretty } from "./answer.ts";
import type { Handler } from "./call.ts";

export const accessTests: Handler<"api"> = async ({ app, caller, url }) => {
  const query = readPageQuery(url.searchParams);
  const all = await app.reader.access.tests(caller, url.searchParams.get("mesh") || null);
  const { items, ...page } = slicePage(url.href, query, all);
  const told = items.map(
    ({ test: { mesh, name, spec }, now }): WireAccessTest => ({ mesh, name, ...spec, ...stateView(now) }),
  );
  return pretty({ ...page, items: told });
};

/** What a plan does to tests, as answers tell it. */
export function turnsView({ broken, mended, failing }: TestTurns): WireTestTurns {
  return { broken: broken.map(turnView), mended: mended.map(turnView), failing: failing.map(turnView) };
}

function turnView({ before, after, ...test }: TestTurn): WireTestTurns["broken"][number] {
  return { ...test, before: stateView(before), after: stateView(after) };
}

function stateView({ holds, verdict, nobody }: TestState): WireTestState {
  return { holds, ...(verdict && { verdict: verdictView(verdict) }), ...(nobody !== undefined && { nobody }) };
}
