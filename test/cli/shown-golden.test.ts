// What each list looks like: in a pipe, on a narrow and on a wide screen, in colour, with all columns, and as names.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ANSWERS, NOW } from "./answers.ts";
import { httpServer } from "./http-server.ts";
import { type RunOptions, run } from "./run.ts";

beforeAll(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOW }));
afterAll(() => void vi.useRealTimers());

const FORMS: readonly (readonly [what: string, argv: readonly string[], options: RunOptions])[] = [
  ["table in a pipe", [], {}],
  ["table on a screen of 60 columns, NO_COLOR", [], { columns: 60 }],
  ["table on a screen of 200 columns, in colour", [], { columns: 200, colour: true }],
  ["wide, on a screen of 60 columns", ["-o", "wide"], { columns: 60 }],
  ["name", ["-o", "name"], {}],
];

/** With the path whose answer programs get as it is; null = put together from several. */
const COMMANDS: readonly (readonly [command: string, path: string | null])[] = [
  ["token list", "/v1/tokens"],
  ["webhook list", "/v1/webhooks"],
  ["webhook deliveries h3v7pq2mzx4abcde", "/v1/webhooks/h/deliveries"],
  ["plan list", "/v1/plans"],
  ["history", "/v1/revisions"],
  ["rollout list", "/v1/deliveries"],
  ["rollout status 12", "/v1/revisions/12/delivery"],
  ["zone list", null],
  ["certificate list", "/v1/certificates"],
  ["certificate issuers", "/v1/issuers"],
  ["audit list", "/v1/audit"],
  ["access", "/v1/access"],
  ["get dataplanes -m shop", "/dataplanes"],
  ["get meshretry -m shop", "/meshretries"],
];

const answerAt = (path: string): object | undefined => ANSWERS.find(([end]) => end.test(path))?.[1];

test.each(COMMANDS)("weft %s", async (command, answered) => {
  const server = await httpServer(({ path }) => {
    const body = answerAt(path.replace(/\?.*/, ""));
    return body === undefined ? { status: 404, body: {} } : { status: 200, body };
  });
  const to = ["--url", `${server.url}/o/demo`, "--token", "t"];
  if (answered !== null) {
    const { next: _, ...body } = answerAt(answered) as { readonly next?: unknown };
    const { total: __, ...shown } = JSON.parse((await run([...command.split(" "), "-o", "json", ...to])).out);
    expect(body).toMatchObject(shown);
    expect({ total: 0, ...shown }).toMatchObject({ ...body, ...("total" in body && { total: 0 }) });
  }
  const told: string[] = [];
  for (const [what, argv, options] of FORMS) {
    const ran = await run([...command.split(" "), ...argv, ...to], options);
    expect(ran.code, ran.err).toBe(0);
    const lines = ran.out.split("\n");
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
    told.push(`# ${what}\n${ran.out.replaceAll("\u001b", "␛")}${ran.err}`);
  }
  const name = command.split(" ").slice(0, 2).join("-");
  await expect(told.join("\n")).toMatchFileSnapshot(`golden/shown/${name}.txt`);
});

test("NO_COLOR, TERM=dumb, --no-color and a pipe are without colours", async () => {
  const { processTerminal } = await import("#cli/terminal.ts");
  const { isTTY } = process.stdout;
  const colourOf = (env: NodeJS.ProcessEnv, isScreen: boolean, colour = true): boolean => {
    process.stdout.isTTY = isScreen;
    return processTerminal(env, { colour, input: true }).colour;
  };
  try {
    expect(colourOf({}, true)).toBe(true);
    expect(colourOf({}, false)).toBe(false);
    expect(colourOf({ NO_COLOR: "1" }, true)).toBe(false);
    expect(colourOf({ TERM: "dumb" }, true)).toBe(false);
    expect(colourOf({}, true, false)).toBe(false);
  } finally {
    process.stdout.isTTY = isTTY;
  }
});
