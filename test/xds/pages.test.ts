// The pages of docs/policies: each policy has one; what Envoy gets and the fields are made from the tables (`npm run golden`).
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { judgeOf } from "#model/judges.ts";
import { kindOfType, POLICIES } from "#model/kinds.ts";
import { changeOf, kebab, laidOver, standing } from "./case.ts";
import { type FieldShape, shapeOf } from "./field.ts";
import { type Given, WORLDS, type World } from "./world.ts";

const FOLDER = fileURLToPath(new URL("../../docs/policies/", import.meta.url));
const pageOf = (type: string): string => join(FOLDER, `${kebab(type)}.md`);
const types = POLICIES.map(({ type }) => type);
/** Kinds that guard policies: their pages have fields, and nothing that Envoy gets. */
const GUARDS = ["AccessTest"];

describe("docs/policies", () => {
  test("has a page for each policy", () => {
    expect(types.filter((type) => !existsSync(pageOf(type)))).toEqual([]);
  });

  test("has an index with a line for each page", () => {
    const index = readFileSync(join(FOLDER, "README.md"), "utf8");
    const pages = readdirSync(FOLDER).filter((name) => name !== "README.md");
    expect(pages.filter((name) => !new RegExp(`^\\| \\[.+\\]\\(${name}\\) \\| .+ \\|$`, "m").test(index))).toEqual([]);
  });

  test.each(types.filter((type) => existsSync(pageOf(type))))("%s", async (type) => {
    const text = readFileSync(pageOf(type), "utf8");
    expect(text.startsWith(`# ${type}\n`)).toBe(true);
    const made = withSection(withSection(text, "What Envoy gets", envoyPart(text)), "Fields", fieldPart(type));
    await expect(made).toMatchFileSnapshot(pageOf(type));
  });
});

test.each(GUARDS)(
  "%s: its example is valid and changes nothing of Envoy's, and its fields are the table's",
  async (type) => {
    const text = readFileSync(pageOf(type), "utf8");
    expect(text.startsWith(`# ${type}\n`)).toBe(true);
    const given = examplesOf(text);
    expect(given.length).toBeGreaterThan(0);
    for (const one of given)
      expect([one.type, judgeOf({ type }).validate(one as never, { kindOf: kindOfType })]).toEqual([type, []]);
    const after = laidOver({ world: "plain", given });
    expect([after.compiled.faults, changeOf(standing("plain"), after)]).toEqual([[], {}]);
    await expect(withSection(text, "Fields", fieldPart(type))).toMatchFileSnapshot(pageOf(type));
  },
);

test("a page that names a world names one that there is", () => {
  const names = readdirSync(FOLDER).flatMap((name) => worldOf(readFileSync(join(FOLDER, name), "utf8")) ?? []);
  expect(names.filter((name) => !WORLDS.includes(name))).toEqual([]);
});

/** `<!-- world: strict -->` above the example. */
function worldOf(text: string): World | undefined {
  return /<!-- world: (\w+) -->/.exec(text)?.[1] as World | undefined;
}

/** The documents of a page's first example. */
function examplesOf(text: string): readonly Given[] {
  const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  return parseAllDocuments(example).map((document) => document.toJS() as Given);
}

/** What the example changes, as a case does. */
function envoyPart(text: string): string {
  const given = examplesOf(text);
  const world = worldOf(text) ?? "plain";
  const after = laidOver({ world, given });
  expect(after.compiled.faults).toEqual([]);
  const change = changeOf(standing(world), after);
  expect(Object.keys(change as object)).not.toEqual([]);
  const told = stringify(change, { lineWidth: 0, aliasDuplicateObjects: false });
  return `Two proxies, \`web-1\` and \`backend-1\`, before and after the example:\n\n\`\`\`yaml\n${told}\`\`\`\n`;
}

function fieldPart(type: string): string {
  const rows = shapeOf(type).map((field) => `| \`${field.path}\` | ${kindOf(field)} |`);
  return `Below \`spec\`:\n\n| field | value |\n|---|---|\n${rows.join("\n")}\n`;
}

function kindOf({ type, values }: FieldShape): string {
  return values.length === 0 ? type : values.map((value) => `\`${value}\``).join(", ");
}

/** The text with a section's body replaced; a section that is not there comes last. */
function withSection(text: string, title: string, body: string): string {
  const start = text.indexOf(`\n## ${title}\n`);
  if (start === -1) return `${text.trimEnd()}\n\n## ${title}\n\n${body}`;
  const next = text.indexOf("\n## ", start + 1);
  const rest = next === -1 ? "" : text.slice(next);
  return `${text.slice(0, start)}\n## ${title}\n\n${body}${rest}`;
}
