// The console's texts: every text in every language, with the same places to fill in, each of them used, none missing.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { describe, expect, test } from "vitest";
import { LANGUAGES, preferredLanguage } from "#console/text/say.ts";

const folder = fileURLToPath(new URL("../../src/console", import.meta.url));
const textsOf = (language: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(join(folder, "text", `${language}.json`), "utf8"));
const ENGLISH = textsOf("en");
const OTHERS = Object.keys(LANGUAGES).filter((language) => language !== "en");

type Token = string | readonly [name: string, format?: string, choices?: Readonly<Record<string, Part>>];
type Part = string | readonly Token[];

/** Every place of a message, in its choices too. */
function places(part: Part | undefined): readonly Exclude<Token, string>[] {
  if (part === undefined || typeof part === "string") return [];
  return part
    .filter((token) => typeof token !== "string")
    .flatMap((token) => [
      token,
      ...(typeof token[2] === "object" ? Object.values(token[2]).flatMap((choice) => places(choice)) : []),
    ]);
}

/** `count:number`, `name:`; each once. A number may choose a plural in one language, and only be shown in another. */
const placesOf = (text: string): readonly string[] =>
  [
    ...new Set(
      places(compileMessage(text) as Part).map(
        ([name, format = ""]) => `${name}:${format.replace("plural", "number")}`,
      ),
    ),
  ].sort();

describe.each(OTHERS)("%s", (language) => {
  const texts = textsOf(language);

  test("has the texts that English has, in the same order", () => {
    expect(Object.keys(texts)).toEqual(Object.keys(ENGLISH));
  });

  test("fills the same places in", () => {
    for (const [key, text] of Object.entries(texts)) {
      expect([key, placesOf(text)]).toEqual([key, placesOf(ENGLISH[key] ?? "")]);
    }
  });

  test("leaves no text in English", () => {
    const words = (text = ""): string => text.replaceAll(/\{[^{}]*\}/g, "");
    const same = Object.keys(texts).filter((key) => texts[key] === ENGLISH[key] && /[a-z]{3}/i.test(words(texts[key])));
    expect(same).toEqual([]);
  });
});

describe.each(Object.keys(LANGUAGES))("%s", (language) => {
  const texts = textsOf(language);

  test("keys are sorted, and no text is empty", () => {
    expect(Object.keys(texts)).toEqual(Object.keys(texts).sort());
    for (const [key, text] of Object.entries(texts)) expect(text.trim(), key).not.toBe("");
  });

  test("has only the plurals that the language chooses between", () => {
    const chosen = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, text] of Object.entries(texts)) {
      for (const [, format, choices] of places(compileMessage(text) as Part)) {
        if (format !== "plural") continue;
        const said = Object.keys(choices ?? {}).filter((choice) => choice !== "offset" && !/^=?\d+$/.test(choice));
        expect([key, said.filter((choice) => !(chosen as readonly string[]).includes(choice))]).toEqual([key, []]);
        expect(said, key).toContain("other");
      }
    }
  });

  test.each([0, 1, 2, 12_345])("each is whole when filled in, with %d of everything", (count) => {
    const messages = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, compileMessage(text)]));
    const i18n = setupI18n({ locale: language, messages: { [language]: messages } });
    for (const [key, text] of Object.entries(texts)) {
      const kinds = new Map<string, string>();
      for (const [name, format = ""] of places(compileMessage(text) as Part))
        kinds.set(name, format || (kinds.get(name) ?? ""));
      const values = Object.fromEntries(
        [...kinds].map(([name, format]) => [name, format === "" ? `<${name}>` : count]),
      );
      const said = i18n._(key, values);
      expect(said, key).not.toMatch(/[{}#]|undefined|NaN|plural|, number/);
      for (const [name, format] of kinds) {
        if (format === "" && !/plural/.test(text)) expect(said, key).toContain(`<${name}>`);
      }
    }
  });
});

describe("the pages", () => {
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("\n");
  const literals = new Set([...sources.matchAll(/"([\w.-]+)"/g)].map(([, text]) => text ?? ""));
  /** `zone.state.${…}` as the keys that it may be. */
  const patterns = [...sources.matchAll(/`([a-z][\w-]*\.[\w.-]*\$\{[^`]*\})`/g)].map(
    ([, text = ""]) =>
      [text, new RegExp(`^${text.replaceAll(".", "\\.").replaceAll(/\$\{[^}]*\}/g, "[\\w-]+")}$`)] as const,
  );

  test("use every text", () => {
    const unused = Object.keys(ENGLISH).filter(
      (key) => !literals.has(key) && !patterns.some(([, pattern]) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  test("say none that is not there", () => {
    const said = [...sources.matchAll(/say\(\s*(?:[\w.!=\s]+\?\s*)?"([^"]+)"(?:\s*:\s*"([^"]+)")?/g)].flatMap(
      ([, one, other]) => [one, other].filter((key) => key !== undefined),
    );
    expect(said.length).toBeGreaterThan(50);
    expect(said.filter((key) => !Object.hasOwn(ENGLISH, key))).toEqual([]);
    for (const [text, pattern] of patterns) {
      expect(Object.keys(ENGLISH).filter((key) => pattern.test(key)).length, text).toBeGreaterThan(1);
    }
  });

  test("have no words of their own between their tags", () => {
    const words = [...sources.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)*)[.!?]?\s*<\//g)].map(([, text]) => text);
    // The product's own name is the same everywhere.
    expect(words.filter((text) => text !== "Weft")).toEqual([]);
  });
});

test.each([
  [["zh-CN", "en"], "zh"],
  [["zh-Hant-TW"], "zh"],
  [["ZH"], "zh"],
  [["de-DE", "en-GB", "zh"], "en"],
  [["de", "zh"], "zh"],
  [["de"], "en"],
  [["constructor", "__proto__"], "en"],
  [["", "-"], "en"],
  [[], "en"],
])("a browser that asks for %j reads %s", (asked, language) => {
  expect(preferredLanguage(asked)).toBe(language);
});
