// Expressions of RE2 that run in linear time: what they find, by the runtime's own engine where both mean the same, and what they cost.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linearSearch } from "#cli/proxy/telemetry/linear-regexp.ts";
import { profileFilter } from "#cli/proxy/telemetry/metric-profile.ts";
import type { Family } from "#cli/proxy/telemetry/metric-text.ts";

const plenty = (): boolean => true;
const find = async (expressions: readonly string[], text: string): Promise<boolean | null> =>
  (await linearSearch(expressions))(text, plenty);

/** Expressions that RE2 and JavaScript read alike, small enough for one that goes back and forth. */
const { expression } = fc.letrec<{ expression: string; sequence: string; repeated: string; atom: string }>((tie) => ({
  expression: fc.array(tie("sequence"), { minLength: 1, maxLength: 2 }).map((parts) => parts.join("|")),
  sequence: fc.array(tie("repeated"), { maxLength: 3 }).map((parts) => parts.join("")),
  repeated: fc
    .tuple(tie("atom"), fc.constantFrom("", "", "", "*", "+", "?", "*?", "{2}", "{0,2}", "{1,}"))
    .map((parts) => parts.join("")),
  atom: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("a", "b", "_", ".", "[ab]", "[^a]", "[a-c_]", "\\d", "\\W", "[\\d_]", "\\x61", "\\."),
    tie("expression").map((inside) => `(${inside})`),
    tie("expression").map((inside) => `(?:${inside})`),
    fc.constantFrom("^", "$", "\\b", "\\B").map((edge) => `(?:${edge})`),
  ),
}));
const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "_", ".", "1", "\n"), maxLength: 8 });

test("it finds what the runtime's engine finds with one of them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(expression, { minLength: 1, maxLength: 3 }), text, async (said, searched) => {
      const wanted = said.some((one) => new RegExp(one).test(searched));
      expect(await find(said, searched), `${said.join(" or ")} in ${searched}`).toBe(wanted);
    }),
    { numRuns: 2000 },
  );
});

describe("what JavaScript writes otherwise", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["(?P<name>envoy)_(?<rest>x)", ["envoy_x"], ["envoy"]],
    ["(?i)^envoy_[a-c]+$", ["ENVOY_ABC", "envoy_abc"], ["envoy_d"]],
    ["(?i:A)b", ["ab", "Ab"], ["aB"]],
    ["(?i)a(?-i)b", ["Ab"], ["AB"]],
    ["a(?i)b|c", ["aB", "C"], ["Ab"]],
    ["(a(?i)b)c", ["aBc"], ["aBC"]],
    ["(?i)[k-s]", ["ſ", "\u212a"], ["t"]],
    ["(?s)a.b", ["a\nb"], ["ab"]],
    ["(?m)^b$", ["a\nb\nc"], ["ab"]],
    ["\\Ab\\z", ["b"], ["a\nb", "b\n"]],
    ["^[[:alpha:]_]+$", ["ab_"], ["a1"]],
    ["^[[:^digit:]]+$", ["ab_"], ["a1"]],
    ["^[]a]+$", ["]a"], ["b"]],
    ["^[^]a]$", ["b"], ["]", "a"]],
    ["^[a-]+$", ["a-"], ["b"]],
    ["^\\Qa.b*\\E+$", ["a.b*", "a.b**"], ["aab"]],
    ["^\\pL\\p{Lu}\\PN$", ["aAa"], ["aaa", "aA1"]],
    ["^\\p{Greek}\\P{^Greek}$", ["αβ"], ["αb"]],
    ["^\\s$", [" ", "\t"], ["\u00a0", "\v"]],
    ["^\\x{61}\\141\\a\\v$", ["aa\u0007\u000b"], ["aa"]],
    ["^(?U)a+?$", ["aaa"], ["b"]],
    ["^é{2}$", ["éé"], ["é"]],
    ["", ["", "a"], []],
    ["(a*)*b", ["aab"], ["aa"]],
    ["^(a|){3}$", ["", "aaa"], ["aaaa"]],
  ])("%s", async (said, yes, no) => {
    const search = await linearSearch([said]);
    expect(yes.filter((one) => search(one, plenty) !== true)).toEqual([]);
    expect(no.filter((one) => search(one, plenty) !== false)).toEqual([]);
  });

  test.each(["(a", "a{1001}", "(?=a)", "(a)\\1", "a**", `${"(".repeat(900)}a${")*".repeat(900)}`])(
    "what RE2 refuses is found nowhere, and spoils nothing beside it: %s",
    async (said) => {
      expect(await find([said], "aaaa")).toBe(false);
      expect(await find([said, "b"], "ab")).toBe(true);
    },
  );
});

describe("what expressions cost", () => {
  // Each but the last costs an engine that goes back and forth years.
  test.each([
    "(a|a)*[!#]",
    "([ab]+[ab]+)+[!#]",
    "^(([a-z_])+)+[!#]",
    "(a*)*(a*)*[!#]",
    "(.*){1,1000}[!#]",
    "((([ab]?){10}){10}){10}[!#]",
    "[ab]*a[ab]{900}[!#]",
    `(?i)${"\\pL?".repeat(1000)}[!#]`,
  ])("%s: a long text is searched", async (said) => {
    expect(await find([said], "ab".repeat(1000))).toBe(false);
    expect(await find([said], `${"ab".repeat(600)}b!`)).toBe(true);
  });

  test("nothing is searched with an empty purse, and what was searched is remembered", async () => {
    const search = await linearSearch(Array.from({ length: 5 }, (_, at) => `a{1000}a{1000}${at}`.repeat(4)));
    let left = 0;
    const purse = (): boolean => left-- > 0;
    expect(search("b", purse)).toBeNull();
    left = 2;
    expect(search("b", purse)).toBeNull();
    left = 2;
    expect(search("b", purse)).toBeNull();
    left = 1;
    expect(search("b", purse)).toBe(false);
    left = 0;
    expect(search("b", purse)).toBe(false);
  });

  const family = (name: string): Family =>
    ({ name, type: "counter", help: "", samples: [{ name, labels: [], value: "1" }] }) as unknown as Family;
  const without = (match: string, spentMs?: () => number): ReturnType<typeof profileFilter> =>
    profileFilter(
      { profiles: { appendProfiles: [{ name: "All" }], exclude: [{ type: "Regex", match }] } },
      ...(spentMs === undefined ? [] : [spentMs]),
    );

  test("they hold up no scrape of a proxy, whoever wrote them", async () => {
    const names = Array.from({ length: 200 }, (_, at) => `envoy_cluster_upstream_rq_timeout_${"a".repeat(at)}`);
    const filter = await without("^(([a-z_])+)+!");
    expect(filter(names.map(family)).map(({ name }) => name)).toEqual(names);
  });

  test("what one scrape leaves open, later ones find out", async () => {
    const names = Array.from({ length: 20 }, (_, at) => `${"a".repeat(30)}_${at}`);
    let spent = 0;
    const filter = await without("_[0-9]+$", () => (spent += 29));
    const left = (): number => filter(names.map(family)).length;
    // The clock is looked at once before the first name and once for each: 10 of them fit into 300 ms.
    expect([left(), left(), left()]).toEqual([10, 0, 0]);
  });
});
