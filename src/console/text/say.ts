// Texts in the reader's language: message files, compiled at build, filled in by ICU's rules.
import { type Messages, setupI18n } from "@lingui/core";
import { createContext, use } from "react";
import type english from "./en.json";
import { asTold, type Sentences, type Tell, teller } from "./told.ts";

export type TextKey = keyof typeof english;
export type TextValues = Readonly<Record<string, string | number | Date>>;
/** The text of a key with its values, in the reader's language. */
export type Say = (key: TextKey, values?: TextValues) => string;

/** Languages there are, each by its own name. */
export const LANGUAGES = { en: "English", zh: "简体中文" } as const;
export type Language = keyof typeof LANGUAGES;

const FILES: Readonly<Record<Language, () => Promise<{ readonly default: unknown }>>> = {
  en: () => import("./en.json"),
  zh: () => import("./zh.json"),
};

/** What the control plane says in English, where a language has it. */
const TOLD: Readonly<Partial<Record<Language, () => Promise<{ readonly default: unknown }>>>> = {
  zh: () => import("./told.zh.json"),
};

/** The first of the browser's languages that there is; English where there is none. */
export function preferredLanguage(asked: readonly string[]): Language {
  const known = asked.map((tag) => tag.toLowerCase().split("-")[0] ?? "").find((tag) => Object.hasOwn(LANGUAGES, tag));
  return (known as Language | undefined) ?? "en";
}

/** Loads a language's texts. */
export async function loadSay(language: Language): Promise<Say> {
  const messages = (await FILES[language]()).default as Messages;
  const i18n = setupI18n({ locale: language, messages: { [language]: messages } });
  return (key, values) => i18n._(key, values as Record<string, unknown>);
}

/** Loads a language's sentences for what the control plane says. */
export async function loadTell(language: Language): Promise<Tell> {
  const load = TOLD[language];
  return load === undefined ? asTold : teller((await load()).default as Sentences);
}

export interface Speech {
  readonly language: Language;
  readonly say: Say;
  /** The control plane's own words, in the reader's language. */
  readonly tell: Tell;
  choose(language: Language): void;
}

export const SpeechContext = createContext<Speech | null>(null);

export function useSpeech(): Speech {
  const speech = use(SpeechContext);
  if (speech === null) throw new Error("There is no language above this part of the page");
  return speech;
}

/** The function that says texts. */
export function useSay(): Say {
  return useSpeech().say;
}

/** The function that says what the control plane told in English. */
export function useTell(): Tell {
  return useSpeech().tell;
}
