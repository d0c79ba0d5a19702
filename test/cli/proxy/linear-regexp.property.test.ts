// Expressions of RE2 that run in linear time: what they find, by the runtime's own engine where both mean the same, and what they cost.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linearRegexp } from "#cli/proxy/telemetry/linear-regexp.ts";
import { profileFilter } from "#cli/proxy/telemetry/metric-profile.ts";
import type { Family } from "#cli/proxy/telemetry/metric-text.ts";

const PLENTY = 100_000_000;
const find = (expression: string, text: string): boolean | null | undefined =>
  linearRegexp(expression)?.(text, { steps: PLENTY });

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

test("it finds what the runtime's engine finds", () => {
  fc.assert(
    fc.property(expression, text, (said, searched) => {
      expect(find(said, searched), `${said} in ${searched}`).toBe(new RegExp(said).test(searched));
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
  ])("%s", (said, yes, no) => {
    expect(yes.filter((one) => find(said, one) !== true)).toEqual([]);
    expect(no.filter((one) => find(said, one) !== false)).toEqual([]);
  });

  test("what RE2 refuses is none", () => {
    for (const said of ["(a", "a{1001}", "(?=a)", "(a)\\1", "a**"]) expect(linearRegexp(said)).toBeNull();
  });
});

describe("what an expression costs", () => {
  test.each(["^(([a-z_])+)+!", "(a*)*(a*)*!", "(a|a|aa)+!"])("%s: grows with the text alone", (said) => {
    const spent = (length: number): number => {
      const purse = { steps: PLENTY };
      expect(linearRegexp(said)?.("a".repeat(length), purse)).toBe(false);
      return PLENTY - purse.steps;
    };
    expect(spent(2000) / spent(1000)).toBeLessThan(2.01);
  });

  test("is no more than what the purse holds", () => {
    const purse = { steps: 1000 };
    expect(linearRegexp("(?:.?){1000}(?:.?){1000}!")?.("a".repeat(50), purse)).toBeNull();
    expect(purse.steps).toBeGreaterThanOrEqual(-1);
  });

  const family = (name: string): Family =>
    ({ name, type: "counter", help: "", samples: [{ name, labels: [], value: "1" }] }) as unknown as Family;
  const profiled = (match: string) =>
    profileFilter({ profiles: { appendProfiles: [{ name: "All" }], exclude: [{ type: "Regex", match }] } } as never);

  test("holds up no scrape of a proxy, whoever wrote it", () => {
    const names = Array.from({ length: 200 }, (_, at) => `envoy_cluster_upstream_rq_timeout_${"a".repeat(at)}`);
    const filter = profiled("^(([a-z_])+)+!");
    expect(filter(names.map(family)).map(({ name }) => name)).toEqual(names);
  });

  test("what one scrape leaves open, later ones find out", () => {
    const names = Array.from({ length: 20 }, (_, at) => `${"a".repeat(30)}_${at}`);
    const filter = profiled(`${"(?:.?){1000}".repeat(4)}_[0-9]+$`);
    const left = (): number => filter(names.map(family)).length;
    const first = left();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(20);
    expect(left()).toBe(0);
  });
});
