// The guide of what commands print: its commands as they stand there, and each of its words that the code knows.
import { expect, test } from "vitest";
import { COMMANDS } from "#cli/commands.ts";
import { OUTPUTS } from "#cli/output.ts";
import { textOf } from "#test/documents.ts";
import { cliBundle } from "./bundle.ts";
import { followGuide } from "./guide.ts";
import { planeOfFile } from "./plane.ts";

const PATH = "docs/guides/output.md";
const cli = cliBundle();
const plane = planeOfFile();

test("every command of the guide does what the guide says", async () => {
  await plane.signUp("printed");
  const [shown, named] = (await followGuide({ path: PATH, plane, organisation: "printed", cli: cli() })) as [
    string,
    string,
  ];
  expect(shown).toMatch(/^NAME +TARGET +TO +FROM +RULES +EFFECT +AGE +MODIFIED +CREATED +ORIGIN +ZONE +LABELS +KRI$/m);
  expect(shown).toMatch(/^MeshTimeout\/default\/slow$/m);
  expect(named).toMatch(/^REVISION +AGE +WHO +CHANGE +REASON$/m);
  expect(named).toMatch(/^deleted MeshTimeout slow in mesh default\ndeleted MeshRetry often in mesh default$/m);
});

test("it names each form, and no command that there is not", () => {
  const text = textOf(PATH);
  for (const form of OUTPUTS) expect(text).toContain(`\`${form}\``);
  const paths = COMMANDS.map(({ path }) => path);
  const named = [...text.matchAll(/`weft ([a-z-]+(?: [a-z-]+)?)/g)].map(([, words = ""]) => words);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((words) => !paths.includes(words) && !paths.includes(words.split(" ")[0]!))).toEqual([]);
});
