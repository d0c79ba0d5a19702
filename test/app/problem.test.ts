// What of a failed request is told in the log, and how loudly.
import { expect, test } from "vitest";
import { answerProblem } from "#app/problem.ts";
import { Fault } from "#model/fault.ts";

test.each([
  ["a mistake of the caller is not logged", new Fault("absent", "no"), 404, []],
  [
    "what is refused for a while on purpose is no error",
    new Fault("unavailable", "later", { retryAfter: 60 }),
    503,
    ["info"],
  ],
  ["what failed elsewhere is one", new Fault("unavailable", "later", { cause: new Error("gone") }), 503, ["error"]],
  ["what nobody foresaw is one, and its text stays in the log", new TypeError("secret"), 500, ["error"]],
] as const)("%s", async (_, thrown, status, levels) => {
  const told: string[] = [];
  const answer = answerProblem(thrown, "request-1", (level) => told.push(level));
  expect([answer.status, told]).toEqual([status, levels]);
  expect(await answer.text()).not.toContain("secret");
});
