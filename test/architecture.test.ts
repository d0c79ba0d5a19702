// The walls themselves: every floor has its rule, every file its caption, and no golden is left that nothing reads.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

function filesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((path) => !path.startsWith("src/envoy/generated/"));
}

interface Floor {
  readonly zone: string;
  readonly imports: readonly string[];
  readonly packages: readonly string[];
}

/** Without comments. */
const code = (text: string): string => text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, "");
/** Node collects what carries the signal over; src/api/within.ts is the way. */
const COLLECTED = /AbortSignal\.any\(|new Request\([^;]*signal/;

const floors: Record<string, Floor> = JSON.parse(readFileSync(join(root, "tools/floors.json"), "utf8"));
const sources = filesBelow("src").filter((path) => /\.tsx?$/.test(path));
const tests = filesBelow("test").filter((path) => path.endsWith(".ts"));

/** The floor of `src/match/order.ts` is `match`. */
const floorOf = (path: string): string => path.split("/")[1] ?? "";

const REFUSED_NAMES = ["utils", "helpers", "common", "misc", "types", "manager", "service", "index"];

describe("floors", () => {
  test("every folder in src stands in tools/floors.json, and every row has its folder", () => {
    const folders = readdirSync(join(root, "src"));
    expect(folders.sort()).toEqual(Object.keys(floors).sort());
  });

  test("the table has no circle", () => {
    const visiting = new Set<string>();
    const done = new Set<string>();
    const visit = (floor: string): void => {
      if (done.has(floor)) return;
      expect(visiting.has(floor), `circle through ${floor}`).toBe(false);
      visiting.add(floor);
      for (const name of floors[floor]?.imports ?? []) visit(floorOf(`src/${name}`));
      done.add(floor);
    };
    for (const floor of Object.keys(floors)) visit(floor);
    expect(done.size).toBe(Object.keys(floors).length);
  });

  test("every floor has a README of at most 20 lines", () => {
    for (const floor of Object.keys(floors)) {
      const path = join(root, "src", floor, "README.md");
      expect(existsSync(path), `src/${floor}/README.md`).toBe(true);
      const lines = readFileSync(path, "utf8").trimEnd().split("\n").length;
      expect(lines, `src/${floor}/README.md: lines`).toBeLessThanOrEqual(20);
    }
  });
});

describe("files", () => {
  const all = [...sources, ...tests].map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
  const nameOf = (path: string): string => basename(path).replace(/(\.d|\.test|\.property)*\.tsx?$/, "");
  const offenders = (wrong: (file: { path: string; text: string }) => boolean): string[] =>
    all.filter(wrong).map(({ path }) => path);

  test("the first line says what the file is", () => {
    expect(offenders(({ text }) => !text.startsWith("// ") && !text.startsWith("#!"))).toEqual([]);
  });

  test("imports go by #floor/ or #test/, never up", () => {
    expect(offenders(({ text }) => /(from|import\()\s*"\.\.\//.test(text))).toEqual([]);
  });

  test("names are kebab-case and say something", () => {
    const bad = ({ path }: { path: string }): boolean =>
      !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(nameOf(path)) || REFUSED_NAMES.includes(nameOf(path));
    expect(offenders(bad)).toEqual([]);
  });

  test("no signal is handed on by what may be collected before it fires", () => {
    expect(sources.filter((path) => COLLECTED.test(code(readFileSync(join(root, path), "utf8"))))).toEqual([]);
  });

  test("each import of another floor is allowed by the table", () => {
    const wrong: string[] = [];
    for (const path of sources) {
      const allowed = floors[floorOf(path)]?.imports ?? [];
      for (const [, target] of readFileSync(join(root, path), "utf8").matchAll(/from "#([^"]+)"/g)) {
        if (target === undefined || floorOf(`src/${target}`) === floorOf(path)) continue;
        if (!allowed.some((name) => target === name || target.startsWith(`${name}/`)))
          wrong.push(`${path}: #${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("no mention of a machine's own paths", () => {
    const texts = [...sources, ...tests, ...filesBelow("docs"), ...filesBelow("tools"), "README.md"];
    const wrong = texts.filter(
      (path) => existsSync(join(root, path)) && /\/work\/|\/root\//.test(readFileSync(join(root, path), "utf8")),
    );
    expect(wrong.filter((path) => path !== "test/architecture.test.ts")).toEqual([]);
  });
});

describe("what test files share", () => {
  test("hooks stand in files of tests or in functions that these call: a module is loaded once for all of them", () => {
    const shared = tests.filter((path) => !path.endsWith(".test.ts") && path !== "test/support/nothing-left.ts");
    const hooked = (path: string): boolean =>
      /^(before|after)(Each|All)\(/m.test(readFileSync(join(root, path), "utf8"));
    expect(shared.filter(hooked)).toEqual([]);
  });

  test("each long one that is run first is there", () => {
    const order = readFileSync(join(root, "tools/test-order.mjs"), "utf8");
    const long = [...order.matchAll(/^ {2}"(test\/.+)",$/gm)].map(([, path = ""]) => path);
    expect(long.length).toBeGreaterThan(20);
    expect(long.filter((path) => !tests.includes(path))).toEqual([]);
    expect(new Set(long).size).toBe(long.length);
  });
});

describe("goldens", () => {
  const goldens = filesBelow("test").filter((path) => path.includes("/golden/"));
  const texts = new Map(tests.map((path) => [path, readFileSync(join(root, path), "utf8")]));

  /** Whether a file of tests that stands in the folder speaks of all of these. */
  const spokenOf = (folder: string, ...words: readonly string[]): boolean =>
    [...texts].some(([path, text]) => dirname(path) === folder && words.every((word) => text.includes(word)));

  /** Read by a test beside it; where cases are YAML (`policy/mesh-retry.yaml`), by the test above that reads their folder. */
  const isRead = (golden: string): boolean => {
    const [home = "", inside = ""] = golden.split("/golden/");
    if (spokenOf(home, "golden")) return true;
    const cases = `${home}/${inside.split("/")[0]}.yaml`;
    return existsSync(join(root, cases)) && spokenOf(dirname(home), "golden", `"${basename(home)}/"`);
  };

  test("every golden folder is named by a test beside it", () => {
    expect(goldens.length).toBeGreaterThan(100);
    expect([...new Set(goldens.filter((golden) => !isRead(golden)).map(dirname))]).toEqual([]);
  });

  test("a folder that nothing names is found", () => {
    expect(isRead("test/xds/policy/golden/mesh-timeout/any.yaml")).toBe(true);
    expect(isRead("test/xds/policy/golden/mesh-nothing/any.yaml")).toBe(false);
    expect(isRead("test/envoy/golden/any.yaml")).toBe(false);
    expect(isRead("test/match/policy/golden/mesh-timeout/any.yaml")).toBe(false);
  });
});
