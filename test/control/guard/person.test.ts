// Whose a token is: by the line of those that made it, whoever has ended meanwhile.
import { describe, expect, test } from "vitest";
import { countedApprovers, type Lineage, mayBeSame } from "#control/guard/person.ts";

const NOW = Date.parse("2026-03-04T05:06:07Z");

/** `root > ann > ann2`: names with `!` have ended, and with `*` are admins. */
function lineage(...lines: readonly string[]): Lineage {
  const rows = new Map(
    lines.flatMap((line) => {
      const names = line.split(" > ");
      return names.map((text, index) => {
        const id = text.replace(/[!*]/g, "");
        const scopes = text.includes("*") ? ["admin"] : ["write"];
        const mintedBy = names[index - 1]?.replace(/[!*]/g, "") ?? null;
        const revokedAt = text.includes("!") ? "2026-01-01T00:00:00.000Z" : null;
        return [id, { id, mintedBy, scopes, expiresAt: null, revokedAt }] as const;
      });
    }),
  );
  return { rows, now: NOW };
}

const same = (tree: Lineage, one: string, other: string): boolean => mayBeSame(tree, `token:${one}`, `token:${other}`);

describe("one person or two", () => {
  const team = lineage("root* > ann* > ann2 > ann3", "root* > ann* > ann4", "root* > bob", "root* > carol* > dave");
  test.each([
    ["what the founding token made", "ann", "bob", false],
    ["what a person made, and the person", "ann2", "ann", true],
    ["two that one person made", "ann2", "ann4", true],
    ["what two people made", "ann3", "dave", false],
    ["the founding token and a person", "root", "bob", true],
    ["the founding token and what a person made", "dave", "root", true],
    ["one and itself", "bob", "bob", true],
    ["one of whom nothing is known, and another", "stranger", "bob", false],
    ["two of whom nothing is known", "stranger", "other", false],
  ])("%s", (_, one, other, wanted) => {
    expect(same(team, one, other)).toBe(wanted);
    expect(same(team, other, one)).toBe(wanted);
  });

  test("once the founding token has ended, admins that it made stand in its place, and nobody else does", () => {
    const after = lineage("root*! > ann* > ann2", "root*! > ann* > ann3", "root*! > bob > bob2", "root*! > bob > bob3");
    expect(same(after, "ann2", "ann3")).toBe(false);
    expect(same(after, "ann", "ann2")).toBe(true);
    expect(same(after, "bob2", "bob3")).toBe(true);
    const expired = lineage("root* > ann* > ann2", "root* > ann* > ann3");
    const rows = new Map(expired.rows).set("root", {
      ...{ id: "root", mintedBy: null, scopes: ["admin"], revokedAt: null },
      expiresAt: new Date(NOW).toISOString(),
    });
    expect(same({ rows, now: NOW }, "ann2", "ann3")).toBe(false);
    expect(same({ rows, now: NOW - 1 }, "ann2", "ann3")).toBe(true);
  });

  test("tokens of before lines were kept are each a person", () => {
    const old = lineage("one*", "two*", "two* > three");
    expect([same(old, "one", "two"), same(old, "one", "three"), same(old, "two", "three")]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

test("approvers count once a person, without the author and without who stands above another", () => {
  const team = lineage("root* > ann* > ann2", "root* > bob > bob2", "root* > carol");
  const counted = (author: string, ...approvers: readonly string[]): number =>
    countedApprovers(
      team,
      `token:${author}`,
      approvers.map((one) => `token:${one}`),
    ).length;
  expect(counted("ann", "ann", "ann2")).toBe(0);
  expect(counted("ann2", "bob", "bob2", "carol", "root")).toBe(2);
  expect(counted("carol", "bob2", "ann", "ann2")).toBe(2);
  expect(counted("root", "bob", "carol", "ann")).toBe(0);
  expect(counted("stranger", "root", "bob", "carol")).toBe(2);
  expect(counted("stranger", "root")).toBe(1);
});

test("what a member makes is that member, and of members nobody is founding", () => {
  const row = (id: string, mintedBy: string) =>
    [id, { id, mintedBy, scopes: ["admin"], expiresAt: null, revokedAt: null }] as const;
  const rows = new Map([row("a1", "user:ann"), row("a2", "a1"), row("a3", "user:ann"), row("b1", "user:bob")]);
  const members: Lineage = { rows, now: NOW };
  const person = (one: string, other: string): boolean => {
    expect(mayBeSame(members, one, other)).toBe(mayBeSame(members, other, one));
    return mayBeSame(members, one, other);
  };
  for (const one of ["token:a1", "token:a2", "token:a3"]) {
    expect([one, person(one, "user:ann"), person(one, "user:bob"), person(one, "token:b1")]).toEqual([
      ...[one, true, false, false],
    ]);
  }
  expect(person("user:ann", "user:bob")).toBe(false);
  expect(countedApprovers(members, "token:a2", ["user:ann", "token:b1", "user:bob"])).toHaveLength(1);
});
