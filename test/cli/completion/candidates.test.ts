// What may stand next: commands, options and values, whatever stands before.
import { expect, test } from "vitest";
import { COMMANDS, GROUPS } from "#cli/commands.ts";
import { type Asked, candidatesOf } from "#cli/completion/candidates.ts";
import { GLOBAL_OPTIONS } from "#cli/program.ts";

const VALUES: Readonly<Record<string, readonly string[]>> = { mesh: ["default", "shop"], zone: ["east", "west"] };
const asked: Asked[] = [];

async function next(line: string): Promise<readonly string[] | "files"> {
  asked.length = 0;
  const found = await candidatesOf(line.split(" "), {
    commands: COMMANDS,
    groups: GROUPS,
    globalOptions: GLOBAL_OPTIONS,
    values: async (one) => {
      asked.push(one);
      if (["file", "path"].includes(one.placeholder)) return "files";
      return (VALUES[one.placeholder] ?? []).map((value) => ({ value, help: "" }));
    },
  });
  return found === "files" ? found : found.map(({ value }) => value);
}

test.each([
  ["app", ["apply"]],
  ["zone dr", ["drain"]],
  ["zone drain ", ["east", "west"]],
  ["zone drain w", ["west"]],
  ["zone drain west ", []],
  ["get dataplanes --mesh ", ["default", "shop"]],
  ["get dataplanes --mesh=s", ["--mesh=shop"]],
  ["get -m ", ["default", "shop"]],
  ["get -o js", ["json"]],
  ["get --out", ["--output"]],
  ["apply -f ", "files"],
  ["apply --file=", "files"],
  ["nonsense ", []],
  ["zone nonsense ", []],
  ["demo-pro", []],
] as const)("weft %s", async (line, expected) => {
  expect(await next(line)).toEqual(expected);
});

test("the first word is a command or a group, and hidden ones are not told", async () => {
  const words = await next("");
  expect(words).toEqual(expect.arrayContaining(["up", "get", "zone", "config"]));
  expect(words).not.toContain("demo-program");
});

test("a value is asked for with the arguments and options that stand before it", async () => {
  await next("get dp -m shop --context=ci we");
  expect(asked).toEqual([
    {
      command: "get",
      placeholder: "name",
      args: ["dp"],
      options: new Map([
        ["mesh", "shop"],
        ["context", "ci"],
      ]),
    },
  ]);
});

test("a hidden option is not offered", async () => {
  expect(await next("get --tok")).toEqual(["--token-file"]);
});
