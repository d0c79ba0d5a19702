// `--watch`: what is shown of what changes, in a pipe and on a screen; what it goes on over, and what ends it.
import { expect, test } from "vitest";
import { command as tokenList } from "#cli/command/token-list.ts";
import type { Command } from "#cli/command.ts";
import type { Output } from "#cli/output.ts";
import type { Terminal } from "#cli/terminal.ts";
import { watch } from "#cli/watch/watch.ts";
import { type Answer, httpServer } from "./http-server.ts";
import { run } from "./run.ts";
import { screenOf } from "./screen.ts";

const one = {
  id: "a1",
  name: "ci",
  scopes: ["*"],
  createdAt: "2026-01-01T00:00:00Z",
  expiresAt: null,
  revokedAt: null,
};
const two = { ...one, id: "b2", name: "ops" };
const revoked = { ...one, revokedAt: "2026-01-02T00:00:00Z" };

const pageOf = (items: readonly object[]): Answer => ({
  status: 200,
  body: { total: items.length, items, next: null },
});
const problem = (status: number, title: string): Answer => ({
  status,
  body: { type: "/problem", status, title, detail: title, details: title },
});

interface Watched {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly asked: number;
}

function terminalOf(out: string[], err: string[] = []): Terminal {
  return {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    input: async () => "",
    interactive: false,
    colour: false,
  };
}

interface Around {
  readonly output?: Output;
  readonly terminal?: Partial<Terminal>;
}

/** Watches a list of tokens that is answered by one answer after the other; stopped after the last, unless it ends by itself. */
async function watched(answers: readonly Answer[], { output = "table", terminal = {} }: Around = {}): Promise<Watched> {
  const stop = new AbortController();
  let asked = 0;
  const server = await httpServer(({ path }) => {
    if (path.includes("/v1/events")) return problem(404, "there is no stream");
    const answer = answers[Math.min(asked++, answers.length - 1)]!;
    // What the last answer says has been shown when the next question comes.
    if (asked > answers.length) stop.abort();
    return answer;
  });
  const out: string[] = [];
  const err: string[] = [];
  const told = { ...terminalOf(out, err), ...terminal };
  const options = { output, url: `${server.url}/o/demo`, token: "t" };
  const invocation = {
    args: [],
    options,
    terminal: told,
    env: { HOME: "/nonexistent" },
    cwd: "/",
    signal: stop.signal,
  };
  const pace = { soonest: 1, every: 1, told: 1, longest: 5 };
  const code = await watch(tokenList as Command<object>, invocation, { pace });
  return { code, out: out.join(""), err: err.join(""), asked };
}

test("a pipe gets the rows that are found, added, changed and gone, under one heading, and nothing where nothing is new", async () => {
  const looks = [pageOf([one]), pageOf([one]), pageOf([one, two]), pageOf([revoked, two]), pageOf([two])];
  const { code, out, err } = await watched(looks);
  const cells = out.split("\n").map((line) => line.split(/ {2,}/).slice(0, 5));
  expect(cells).toEqual([
    ["CHANGE", "ID", "NAME", "SCOPES", "STATE"],
    ["found", "a1", "ci", "*", "valid"],
    ["added", "b2", "ops", "*", "valid"],
    ["changed", "a1", "ci", "*", "revoked"],
    ["gone", "a1", "ci", "*", "revoked"],
    [""],
  ]);
  expect([code, err]).toEqual([130, ""]);
});

test("a program gets a line of JSON for each change, with the item as the API has it", async () => {
  const { out } = await watched([pageOf([one]), pageOf([revoked]), pageOf([])], { output: "json" });
  const events = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.map(({ change, item }) => [change, item])).toEqual([
    ["found", one],
    ["changed", revoked],
    ["gone", revoked],
  ]);
  for (const { time } of events) expect(new Date(time).toISOString()).toBe(time);
});

test("YAML comes as documents, names as they come", async () => {
  const looks = [pageOf([one]), pageOf([two])];
  const { out } = await watched(looks, { output: "yaml" });
  expect(out.match(/^---\nchange: (\w+)$/gm)).toEqual([
    "---\nchange: found",
    "---\nchange: gone",
    "---\nchange: added",
  ]);
  expect((await watched(looks, { output: "name" })).out).toBe("a1\nb2\n");
});

test("what is absent after it was there is gone, and added when it is back", async () => {
  const gone = problem(404, "Not found");
  const { out, code } = await watched([pageOf([one]), gone, gone, pageOf([one])], { output: "json" });
  const events = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).change);
  expect([events, code]).toEqual([["found", "gone", "added"], 130]);
});

test("a control plane that is away is said once, and again when it is back", async () => {
  const looks = [pageOf([one]), problem(503, "closed"), problem(503, "closed"), pageOf([one, two])];
  const { err, out, code } = await watched(looks, { output: "name" });
  expect(err).toMatch(
    /^\d\d:\d\d:\d\d can't reach the control plane, trying again \(closed\)\n\d\d:\d\d:\d\d the control plane answers again\n$/,
  );
  expect([out, code]).toEqual(["a1\nb2\n", 130]);
});

test.each([
  [401, 3],
  [403, 4],
])("an answer of %i in the middle ends it with %i", async (status, code) => {
  await expect(watched([pageOf([one]), problem(status, "no")])).rejects.toMatchObject({ code });
});

test("what is wrong at the first look ends it, also a control plane that is away", async () => {
  await expect(watched([problem(503, "closed")])).rejects.toMatchObject({ code: 9 });
});

test("the control plane says that nothing is new by 304, and the earlier answer stands", async () => {
  const told: (string | undefined)[] = [];
  const stop = new AbortController();
  const server = await httpServer(({ headers, path }) => {
    if (path.includes("/v1/events")) return problem(404, "there is no stream");
    told.push(headers["if-none-match"]);
    if (told.length > 3) stop.abort();
    return headers["if-none-match"] === '"v1"'
      ? { status: 304, body: null }
      : { ...pageOf([one]), headers: { etag: '"v1"' } };
  });
  const out: string[] = [];
  const options = { output: "name" as const, url: `${server.url}/o/demo`, token: "t" };
  await watch(
    tokenList as Command<object>,
    { args: [], options, terminal: terminalOf(out), env: {}, cwd: "/", signal: stop.signal },
    { pace: { soonest: 1, every: 1, told: 1, longest: 5 } },
  );
  expect(told.slice(0, 3)).toEqual([undefined, '"v1"', '"v1"']);
  expect(out.join("")).toBe("a1\n");
});

test.each([60, 200])(
  "on a screen of %i columns the last look stands alone, with the time, below what stood there",
  async (columns) => {
    const screen = screenOf(columns);
    screen.write("$ weft token list -w\n");
    const terminal = { out: screen.write, columns, rows: 10, colour: true };
    const { code } = await watched([pageOf([one, two]), pageOf([revoked])], { terminal });
    const lines = screen.lines();
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe("$ weft token list -w");
    expect(lines[1]).toMatch(/^ID {2}NAME {2}SCOPES {2}STATE/);
    expect(lines[2]).toMatch(/^a1 {2}ci {4}\* {7}revoked/);
    expect(lines[3]).toMatch(/^as of \d\d:\d\d:\d\d · Ctrl-C ends$/);
    expect(code).toBe(130);
  },
);

test("on a screen, a control plane that is away is told beside when the last look was", async () => {
  const screen = screenOf(100);
  await watched([pageOf([one]), problem(503, "closed")], { terminal: { out: screen.write, columns: 100, rows: 10 } });
  const lines = screen.lines();
  expect(lines[1]).toMatch(/^a1/);
  expect(lines[2]).toMatch(/^as of \d\d:\d\d:\d\d · can't reach the control plane, trying again \(closed\)$/);
});

test("what is higher than the screen is cut, so that it never scrolls", async () => {
  const screen = screenOf(80);
  const many = Array.from({ length: 30 }, (_, at) => ({ ...one, id: `t${at}` }));
  await watched([pageOf(many), pageOf(many)], { terminal: { out: screen.write, columns: 80, rows: 10 } });
  const lines = screen.lines();
  expect(lines).toHaveLength(9);
  expect(lines.at(-1)).toMatch(/Ctrl-C ends · 23 more lines do not fit$/);
});

test("Ctrl-C ends it with 130, quietly, and its listeners are gone", async () => {
  const server = await httpServer(() => pageOf([one]));
  const before = process.listenerCount("SIGINT");
  const running = run(["token", "list", "-w", "-o", "name", "--url", `${server.url}/o/demo`, "--token", "t"]);
  await expect.poll(() => server.asked.length).toBeGreaterThan(0);
  await expect.poll(() => process.listenerCount("SIGINT")).toBe(before + 1);
  process.emit("SIGINT");
  const { code, err } = await running;
  expect([code, err]).toEqual([130, ""]);
  expect(process.listenerCount("SIGINT")).toBe(before);
});

test.each([
  [["apply", "-f", "x.yaml"], "weft apply does something each time it runs, and --watch would do it again and again"],
  [["serve"], "weft serve shows nothing that --watch could look at again"],
  [["audit", "retention", "30"], "weft audit retention DAYS sets it, and --watch would set it again and again"],
])("--watch is refused with %j", async (argv, what) => {
  const { code, err, out } = await run([...argv, "--watch"]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(`weft: ${what}\n  fix    leave --watch out`);
});
