// What goes wrong with values and texts: a table of each, and how a value that was good is spoilt.
import type { Random } from "#test/random.ts";

/** None of them may look like what an answer must never hold (judge.ts): an answer may repeat what was sent. */
export const TEXTS: readonly string[] = [
  "",
  " ",
  "\0",
  "a\0b",
  "\r\nx-evil: 1",
  "\u202eevil",
  "\ufeff",
  "\ud800",
  "e\u0301\u0301\u0301",
  "İıẞﬁ",
  "😀".repeat(80),
  "../../../../etc/shadow",
  "..\\..\\x",
  "%2e%2e%2f",
  "%00",
  "%",
  "*",
  "' OR '1'='1",
  "x'); DROP TABLE t;--",
  "<script>alert(1)</script>",
  `\${7*7}{{7*7}}#{7*7}`,
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "null",
  "NaN",
  "-0",
  "1e999",
  "9".repeat(400),
  "A".repeat(70_000),
  "a.".repeat(300),
  "a-".repeat(64),
  "2026-13-45T99:99:99Z",
  "99999999999999999999h",
  "-1s",
  "http://169.254.169.254/latest",
  "https://[::ffff:127.0.0.1]/",
  "javascript:alert(1)",
  "999.999.999.999",
  "0.0.0.0/0",
  "(a+)+$",
  `${"a".repeat(60)}!`,
  "kri_mt_default___t_",
  "weft_api_a_b_c",
  "[".repeat(5000),
  "- ".repeat(2000),
  `a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]`,
];

export const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  -(2 ** 63),
  [],
  {},
  [[]],
  { "": "" },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  Array.from({ length: 3000 }, (_, index) => index),
  Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, index])),
];

interface Slot {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function slotsOf(value: unknown, found: Slot[] = []): Slot[] {
  if (typeof value !== "object" || value === null || found.length > 500) return found;
  for (const key of Object.keys(value)) {
    const holder = value as Record<string, unknown>;
    found.push({ holder, key });
    slotsOf(holder[key], found);
  }
  return found;
}

type Spoil = (slot: Slot, random: Random) => void;

const put = (holder: Slot["holder"], key: string, value: unknown): void => {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
};

/** One change at one place. */
const SPOILS: readonly Spoil[] = [
  ({ holder, key }, random) => put(holder, key, random.one(TEXTS)),
  ({ holder, key }, random) => put(holder, key, structuredClone(random.one(VALUES))),
  ({ holder, key }) => {
    delete holder[key];
  },
  ({ holder, key }, random) => put(holder, random.one(TEXTS.slice(0, 29)), holder[key]),
  ({ holder, key }) => put(holder, key, [holder[key]]),
  ({ holder, key }) => put(holder, key, { [key]: holder[key] }),
  ({ holder, key }, random) => {
    for (let depth = random.between(10, 70); depth > 0; depth--) put(holder, key, [holder[key]]);
  },
  ({ holder, key }) => put(holder, key, textOf(holder[key])),
];

/** A value put there before may have no prototype, and then no text of its own. */
function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A copy of the value with one to three things wrong. */
export function spoilValue(value: unknown, random: Random): unknown {
  const whole = { value: structuredClone(value) } as Record<string, unknown>;
  for (let count = random.between(1, 3); count > 0; count--) {
    const slots = slotsOf(whole);
    if (slots.length === 0) break;
    random.one(SPOILS)(random.one(slots.length > 1 && random.next() < 0.95 ? slots.slice(1) : slots), random);
  }
  return whole.value;
}

const BOMB = `a: &a [x,x,x,x]\n${["b", "c", "d", "e", "f", "g", "h"]
  .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[at]}`).join(",")}]`)
  .join("\n")}\n`;

const NUMBERS: readonly string[] = [
  ...["1e400", "-1e400", "1e-400", "-0", "9".repeat(400), `0.${"1".repeat(400)}`, "1E+99999", "01", "0x10", "1."],
  ...["+1", ".5", "NaN", "1_000", "18446744073709551616", "9007199254740993"],
];

type SpoilText = (text: string, random: Random) => string | Uint8Array;

const TEXT_SPOILS: readonly SpoilText[] = [
  (text, random) => text.slice(0, random.between(0, text.length)),
  (text) => `${text}${text}`,
  (text) => `{"name":"twice","type":7,${text.slice(1)}`,
  (text) => `{"__proto__":{"polluted":true},${text.slice(1)}`,
  (text) => `\ufeff${text}`,
  (text) => text.replaceAll('"', "'"),
  (text) => `// why\n${text}`,
  (text) => text.replace(/"[^"]*"/, '"\\ud800\\u0000\\uffff"'),
  (text) => text.replace(/:/, ":-Infinity,"),
  // Numbers as they stand in text: no value of a program has them.
  (text, random) => text.replace(/:\s*(?:-?\d[\d.]*|true|false|null)/, `:${random.one(NUMBERS)}`),
  (text, random) => `{"size":${random.one(NUMBERS)},${text.slice(1)}`,
  (text, random) => "[".repeat(random.between(60, 20_000)) + text,
  (text, random) => '{"a":'.repeat(random.between(60, 5000)) + text,
  (text) => text + " ".repeat(200_000),
  (text) => new Uint8Array(Buffer.from(text, "utf16le")),
  (text, random) => {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) bytes[random.between(0, bytes.length - 1)] = random.one([0, 0xff, 0xc0, 0x80, 0x22]);
    return new Uint8Array(bytes);
  },
  () => BOMB,
  () => "--- !!js/function >\n  function () {}\n",
  () => "",
  (text) => `{"pad":"${"x".repeat(1_100_000)}",${text.slice(1)}`,
];

/** The text with one thing wrong. */
export function spoilText(text: string, random: Random): string | Uint8Array {
  return random.one(TEXT_SPOILS)(text, random);
}
