// All that is missing or unknown on a command line is told at once.
import { expect, test } from "vitest";
import { run } from "./run.ts";

const LINES: readonly (readonly [argv: readonly string[], why: readonly string[]])[] = [
  [
    ["organisation", "create"],
    [
      "missing required argument 'name'",
      "required option '--control-plane <url>' not specified",
      "required option '--operator-secret-file <file>' not specified",
    ],
  ],
  [
    ["organisation", "create", "acme", "--operator-secret-fil", "x", "--ot", "y"],
    [
      "unknown option '--operator-secret-fil'; did you mean --operator-secret-file?",
      "unknown option '--ot'; did you mean --out?",
      "required option '--control-plane <url>' not specified",
      "required option '--operator-secret-file <file>' not specified",
    ],
  ],
  [["reach"], ["missing required argument 'from'", "missing required argument 'to'"]],
  [
    ["zone", "revoke-relay", "--no-input"],
    ["missing required argument 'zone'", "missing required argument 'relay'"],
  ],
  [
    ["webhook", "create", "--even=zone.offline"],
    [
      "unknown option '--even'; did you mean --event?",
      "missing required argument 'url'",
      "required option '-e, --event <event>' not specified",
    ],
  ],
  [
    ["proxy", "run"],
    [
      "required option '--relay <url>' not specified",
      "--token-file is missing: weft dataplane-token create --name NAME --out FILE makes one",
      "it is not said which dataplane to run: pass --dataplane-file FILE, or --mesh and --name of one that is stored",
    ],
  ],
  [
    ["proxy", "run", "--relay", "https://h:1", "--type", "egress"],
    [
      "--token-file is missing: weft zone-token create --zone ZONE --scope egress --out FILE makes one",
      "it is not said which egress to run: pass --dataplane-file FILE, or --name of one that is stored",
    ],
  ],
  [["get", "--outpt", "json"], ["unknown option '--outpt'; did you mean --output?"]],
];

test.each(LINES)("weft %j", async (argv, why) => {
  const ran = await run(argv);
  expect([ran.code, ran.out]).toEqual([2, ""]);
  if (why.length > 1) {
    const told = why.map((line, at) => `  ${at === 0 ? "why  " : "     "}  ${line}\n`).join("");
    expect(ran.err).toContain(`weft: ${why.length} things are wrong with this command line\n${told}  fix    weft `);
  } else expect(ran.err).toMatch(/^weft: unknown option '--outpt'\n {2}fix {4}Did you mean --output\?\n$/);
});

test("a token in the environment is one, is named where it is none, and loses against a file", async () => {
  const line = ["proxy", "run", "--relay", "https://127.0.0.1:1", "--name", "web-1"];
  const err = async (argv: readonly string[], token: string) =>
    (await run(argv, { env: { WEFT_DATAPLANE_TOKEN: token } })).err;
  expect(await err(line, "")).toContain("--token-file is missing");
  expect(await err(line, "two words")).toMatch(/^weft: WEFT_DATAPLANE_TOKEN holds more than a token\n/);
  expect(await err(line.slice(0, 4), "token")).toMatch(/^weft: it is not said which dataplane to run\n/);
  expect(await err([...line, "--token-file", "/nowhere"], "token")).toContain("/nowhere");
});
