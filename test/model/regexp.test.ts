// Regular expressions of users: what a real Envoy's RE2 answers, written down, and what explodes.
import { describe, expect, test } from "vitest";
import { MOST_INSTRUCTIONS, regexpReason } from "#model/regexp.ts";

const TAKEN = [
  "",
  "abc",
  "^/v[0-9]+/users/[^/]+$",
  "(?<n>a)",
  "(?P<n>a)",
  "(?P<1n>a)",
  "\\d+\\b",
  "[[:alpha:]]",
  "(?i)[[:^alpha:]]",
  "a{,3}",
  "a{2",
  "\\_",
  "\\-",
  "\\Qa.b\\E",
  "(?i)abc",
  "(?i)(?s)",
  "(?i-s:a)",
  "\\x{ff}",
  "\\p{Greek}",
  "\\pL{10}",
  "[]a]",
  "[^]a]",
  "[\\pN-z]",
  "[a\\]b]",
  "[\\t-\\r]",
  "[[:]",
  "a{0}",
  "(?U)a+",
  "\\01",
  "a+?",
  "a{2}?",
  "^*",
  "\\b+",
  "(|a)*",
  "\\A\\z",
  "()",
  "é",
  "((((.{10}){10}){10}))",
  "x{1000}x{1000}x{1000}",
  `${"(".repeat(999)}${")".repeat(999)}`,
];

const REFUSED: readonly (readonly [expression: string, reason: string])[] = [
  ["(?=a)", "invalid or unsupported Perl syntax: `(?=`"],
  ["(?!a)", "invalid or unsupported Perl syntax: `(?!`"],
  ["(?<=a)", "invalid or unsupported Perl syntax: `(?<=`"],
  ["(?<!a)", "invalid or unsupported Perl syntax: `(?<!`"],
  ["(?>a)", "invalid or unsupported Perl syntax: `(?>`"],
  ["(?x)a", "invalid or unsupported Perl syntax: `(?x`"],
  ["(?P>n)", "invalid or unsupported Perl syntax: `(?P`"],
  ["(?P<n>a)(?P<n>b)", "duplicate capture group name: `n`"],
  ["(a)\\1", "invalid escape sequence: `\\1`"],
  ["\\8", "invalid escape sequence: `\\8`"],
  ["(?P<n>a)\\k<n>", "invalid escape sequence: `\\k`"],
  ["\\C", "invalid escape sequence: `\\C`"],
  ["\\Z", "invalid escape sequence: `\\Z`"],
  ["\\G", "invalid escape sequence: `\\G`"],
  ["\\e", "invalid escape sequence: `\\e`"],
  ["\\x", "invalid escape sequence: `\\x`"],
  ["\\x4", "invalid escape sequence: `\\x`"],
  ["\\x{100}", "invalid escape sequence: `\\x{100}`"],
  ["\\é", "invalid escape sequence: `\\é`"],
  ["[\\b]", "invalid escape sequence: `\\b`"],
  ["[a-\\d]", "invalid escape sequence: `\\d`"],
  ["[\\Qab\\E]", "invalid escape sequence: `\\Q`"],
  ["\\", "trailing backslash at end of expression: ``"],
  ["\\p{Nope}", "invalid character class range: `\\p{Nope}`"],
  ["\\pX", "invalid character class range: `\\pX`"],
  ["[[:foo:]]", "invalid character class range: `[:foo:]`"],
  ["[a-\\t]", "invalid character class range: `a-\\t`"],
  ["[b-a]", "invalid character class range: `b-a`"],
  ["[a", "missing closing ]: `[a`"],
  ["x[a-", "missing closing ]: `[a-`"],
  ["(?<n>a", "missing closing ): `(?<n>a`"],
  ["a)", "unexpected ): `a)`"],
  ["a**", "invalid nested repetition operator: `**`"],
  ["a?+", "invalid nested repetition operator: `?+`"],
  ["a{2}{3}", "invalid nested repetition operator: `{2}{3}`"],
  ["a|*", "missing argument to repetition operator: `*`"],
  ["*a", "missing argument to repetition operator: `*`"],
  ["{2}", "missing argument to repetition operator: `{2}`"],
  ["(?i)*", "missing argument to repetition operator: `*`"],
  ["a{1001}", "invalid repeat count: `{1001}`"],
  ["a{2,1001}", "invalid repeat count: `{2,1001}`"],
  ["a{1001,}", "invalid repeat count: `{1001,}`"],
  ["a{2,1}", "invalid repeat count: `{2,1}`"],
  ["(a{100}){11}", "invalid repeat count: `{11}`"],
  ["((a{100}){10}){10}", "invalid repeat count: `{10}`"],
];

describe("expressions that Envoy takes", () => {
  test.each(TAKEN)("%s", (expression) => {
    expect(regexpReason(expression)).toBeNull();
  });
});

describe("expressions that Go or Envoy refuses", () => {
  test.each(REFUSED)("%s", (expression, reason) => {
    expect(regexpReason(expression)).toBe(`error parsing regexp: ${reason}`);
  });
});

describe("expressions that explode", () => {
  test("a program beyond the bound is refused, with its size", () => {
    expect(regexpReason("(a{1000}){1}".repeat(10))).toBe(
      `error parsing regexp: expression too large: its program of 10020 instructions exceeds ${MOST_INSTRUCTIONS}`,
    );
    expect(regexpReason("a".repeat(MOST_INSTRUCTIONS))).toBeNull();
    expect(regexpReason("a".repeat(MOST_INSTRUCTIONS + 1))).not.toBeNull();
  });

  test("nesting beyond Go's depth is refused, not run into the stack's end", () => {
    expect(regexpReason("(".repeat(100_000))).toBe(
      `error parsing regexp: expression nests too deeply: \`${"(".repeat(20)}\``,
    );
  });

  test("names of classes that never end are looked for once, not once each", () => {
    const reason = regexpReason(`[${"[:".repeat(100_000)}`);
    expect(reason).toMatch(/^error parsing regexp: missing closing ]: `\[\[:/);
  });

  test("what would take a backtracking engine years costs nothing", () => {
    expect(regexpReason("(a+)+".repeat(200))).toBeNull();
  });
});
