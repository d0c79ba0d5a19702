// Every case of every policy: what it changes, whole and sound; and that no field of a policy is without one.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { POLICIES } from "#model/kinds.ts";
import { inconsistencies } from "#snapshot/consistency.ts";
import { CASES, casesOf, changeOf, goldenOf, kebab, laidOver, SUBJECTS, standing } from "./case.ts";
import { fieldsIn, fieldsOf } from "./field.ts";

const OUTSIDE = {
  clusters: new Set<string>(["ads_cluster", "access_log_sink"]),
  roots: new Set<string>(),
  secret: (mesh: string, name: string) => name === `identity_cert:secret:${mesh}`,
};

describe.each(SUBJECTS)("%s", (subject) => {
  const cases = casesOf(subject);

  test.each(cases.map((one) => [one.shows, one] as const))("%s", async (_, one) => {
    const after = laidOver(one);
    const change = changeOf(standing(one.world ?? "plain"), after);
    const text = `# ${one.shows}\n${stringify(change, { lineWidth: 0, aliasDuplicateObjects: false })}`;
    await expect(text).toMatchFileSnapshot(goldenOf(subject, one));
    expect(inconsistencies(after.compiled.snapshot, OUTSIDE)).toEqual([]);
  });

  test("each has a name of its own, and no golden is left over", () => {
    const files = cases.map((one) => goldenOf(subject, one));
    expect(new Set(files).size).toBe(files.length);
    const folder = join(CASES, "golden", subject);
    const there = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
    expect(there.filter((file) => !files.includes(file))).toEqual([]);
  });
});

describe("every field of", () => {
  test.each(POLICIES.map(({ type }) => type))("%s has a case", (type) => {
    const shown = new Set(casesOf(kebab(type)).flatMap(({ given }) => given.flatMap((one) => fieldsIn(type, one))));
    expect(fieldsOf(type).filter((field) => !shown.has(field))).toEqual([]);
  });
});
