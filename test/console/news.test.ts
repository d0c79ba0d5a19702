// News: a burst of hints asks once, for what all of them are about and nothing else.
import { expect, test } from "vitest";
import { HINT_KINDS, type HintKind } from "#api/event.ts";
import { ROUTES } from "#api/routes.ts";
import { createRefresher } from "#console/data/news.ts";

interface Asked {
  readonly predicate?: (query: { readonly queryKey: readonly unknown[] }) => boolean;
}

/** A refresher whose moment comes when the test says so. */
function aRefresher() {
  const asked: Asked[] = [];
  const waiting: (() => void)[] = [];
  const cache = {
    async invalidateQueries(filter: Asked = {}) {
      asked.push(filter);
    },
  };
  const hear = createRefresher(cache as never, (run) => waiting.push(run));
  return {
    waiting,
    hear: (...kinds: readonly HintKind[]) => kinds.forEach(hear),
    /** Routes that are asked for again, of all that there are; `all` where everything is. */
    pass() {
      asked.length = 0;
      for (const run of waiting.splice(0)) run();
      return asked.map(({ predicate }) =>
        predicate === undefined ? "all" : Object.keys(ROUTES).filter((name) => predicate({ queryKey: [name, {}] })),
      );
    },
  };
}

test("a burst asks once, a moment later, for what all of it is about", () => {
  const { hear, pass, waiting } = aRefresher();
  hear("token", "webhook", "token", "webhook");
  expect(waiting.length).toBe(1);
  const [routes, ...more] = pass();
  expect(more).toEqual([]);
  expect(routes).toEqual(expect.arrayContaining(["listTokens", "listWebhooks"]));
  expect(routes).not.toContain("zoneOverviews");
});

test("what comes after the moment waits for another one", () => {
  const { hear, pass } = aRefresher();
  hear("audit");
  expect(pass()).toEqual([expect.arrayContaining(["listAudit"])]);
  hear("token");
  const [routes] = pass();
  expect(routes).toContain("listTokens");
  expect(routes).not.toContain("listAudit");
  expect(pass()).toEqual([]);
});

test.each([
  ["reset", ["reset"]],
  ["revision", ["revision"]],
  ["resource", ["resource"]],
  ["one of them after others", ["token", "reset"]],
  ["one of them before others", ["revision", "token", "audit"]],
] as const)("everything is asked for again on %s", (_, kinds) => {
  const { hear, pass } = aRefresher();
  hear(...kinds);
  expect(pass()).toEqual(["all"]);
});

test("the stream's beginning asks for nothing", () => {
  const { hear, pass, waiting } = aRefresher();
  hear("ready", "ready");
  expect([waiting.length, pass()]).toEqual([0, []]);
});

test("every other hint makes some route's answer old", () => {
  const kinds = (Object.keys(HINT_KINDS) as HintKind[]).filter((kind) => kind !== "ready");
  for (const kind of kinds) {
    const { hear, pass } = aRefresher();
    hear(kind);
    const [routes] = pass();
    expect(routes?.length, kind).toBeGreaterThan(0);
  }
});

test.each([
  ["relay", "zoneOverviews"],
  ["join", "zoneOverviews"],
  ["proxy", "dataplaneOverviews"],
  ["delivery", "getRevisionDelivery"],
  ["delivery", "listRevisions"],
  ["snapshot", "getRevision"],
  ["plan", "getPlan"],
] as const)("a hint of a %s refreshes %s", (kind, route) => {
  const { hear, pass } = aRefresher();
  hear(kind);
  expect(pass()[0]).toContain(route);
});
