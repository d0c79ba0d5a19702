// Before and after each file of the unit suite: files share their processes, and none leaves behind what a later one would meet.
import { getRequestListener } from "@hono/node-server";
import { afterAll, vi } from "vitest";

// The first control plane or relay of a process gives it this package's Request and Response for good: so all files have them.
getRequestListener(() => new Response());

/** Milliseconds that what was closed may take to be gone: other ends of sockets hear of it later, and clients of gRPC wait 15 s. */
const LONGEST = 20_000;

const before = { shared: shared(), names: new Set(Object.getOwnPropertyNames(globalThis)), open: open() };

afterAll(async () => {
  const left: string[] = [];
  if (vi.isFakeTimers()) left.push("fake timers");
  vi.useRealTimers();
  const after = shared();
  for (const name of new Set([...before.shared.keys(), ...after.keys()])) {
    const isMade = name.startsWith("the global ") && !before.shared.has(name);
    if (!isMade && !Object.is(before.shared.get(name), after.get(name))) left.push(name);
  }
  const added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.names.has(name));
  left.push(...added.filter((name) => !name.startsWith("__")).map((name) => `the global ${name}`));
  const deadline = performance.now() + LONGEST;
  while (opened().length > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  left.push(...opened());
  if (left.length > 0)
    throw new Error(`this file changed, opened or started what it did not take back: ${left.join(", ")}`);
});

/** What all files of a process share, by its name. */
function shared(): ReadonlyMap<string, unknown> {
  const all = new Map<string, unknown>();
  for (const event of process.eventNames()) {
    // What a module does at the process's end is its own affair, once for all files.
    if (event !== "exit") all.set(`a listener of the process to ${String(event)}`, process.listenerCount(event));
  }
  for (const [name, value] of Object.entries(process.env)) all.set(`the variable ${name}`, value);
  all.set("the working directory", process.cwd());
  all.set("the exit code", process.exitCode);
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
    // Many are made when they are first asked for.
    if (value !== undefined && !name.startsWith("__")) all.set(`the global ${name}`, value);
  }
  for (const [name, value] of Object.entries(console)) all.set(`console.${name}`, value);
  return all;
}

/** What keeps the process alive: servers, sockets, children, timers; how many of each. */
function open(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function opened(): readonly string[] {
  return [...open()].flatMap(([name, count]) => {
    const more = count - (before.open.get(name) ?? 0);
    return more > 0 ? [`${more} of ${name}`] : [];
  });
}
