// Work one after the other: in order, past what fails, and quiet when all has ended.
import { expect, test } from "vitest";
import { openQueue } from "#control/queue.ts";
import { defer } from "#test/control/harness.ts";

test("each begins when the one before it has ended, also badly, and ends as its work does", async () => {
  const queue = openQueue();
  const said: string[] = [];
  const first = defer();
  const one = queue.inTurn(async () => {
    said.push("one begins");
    await first.promise;
    said.push("one ends");
    throw new Error("no");
  });
  const two = queue.inTurn(async () => void said.push("two"));
  expect(queue.isQuiet()).toBe(false);
  first.resolve();
  await expect(one).rejects.toThrow("no");
  await two;
  expect(said).toEqual(["one begins", "one ends", "two"]);
  await queue.settled();
  expect(queue.isQuiet()).toBe(true);
});

test("it is settled once what was put behind meanwhile has ended too", async () => {
  const queue = openQueue();
  let ended = false;
  void queue.inTurn(async () => {
    void queue.inTurn(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      ended = true;
    });
  });
  await queue.settled();
  expect([ended, queue.isQuiet()]).toEqual([true, true]);
});
