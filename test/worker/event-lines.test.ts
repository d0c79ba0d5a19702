// The lines by which the writer's object hands events on: each whole, pings between them, and nothing left when its reader is gone.
import { expect, test } from "vitest";
import type { Listener } from "#control/event/hub.ts";
import { Fault } from "#model/fault.ts";
import { eventLines } from "#worker/event-lines.ts";

function aHub() {
  const listeners = new Set<Listener>();
  const listen = async (_: string, __: string | null, listener: Listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { listeners, events: { listen } };
}

test("events and pings are lines, and its end closes them", async () => {
  const { events, listeners } = aHub();
  const reader = (await eventLines(events, "acme", null, 5)).body?.pipeThrough(new TextDecoderStream()).getReader();
  for (const listener of listeners) listener.take({ id: "a-1", hint: { kind: "audit" } });
  let text = "";
  while (!text.endsWith("\n\n\n")) text += (await reader?.read())?.value ?? "";
  expect(text).toMatch(/^\{"id":"a-1","hint":\{"kind":"audit"\}\}\n\n+$/);
  for (const listener of [...listeners]) listener.end();
  while ((await reader?.read())?.done === false);
  expect(listeners.size).toBe(0);
});

test("a reader that is gone is noticed", async () => {
  const { events, listeners } = aHub();
  const { body } = await eventLines(events, "acme", null, 5);
  await body?.cancel();
  expect(listeners.size).toBe(0);
});

test("what is refused is told as it is", async () => {
  const listen = async () => {
    throw new Fault("too-many", "full", { retryAfter: 30 });
  };
  const answer = await eventLines({ listen }, "acme", null);
  expect([answer.status, await answer.json()]).toMatchObject([
    409,
    { kind: "fault", code: "too-many", retryAfter: 30 },
  ]);
});
