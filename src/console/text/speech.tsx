// The language of the page: chosen by the reader, remembered, told to the document.
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { remember, remembered } from "#console/data/memory.ts";
import { LANGUAGES, type Language, loadSay, loadTell, preferredLanguage, type Say, SpeechContext } from "./say.ts";
import { asTold, type Tell } from "./told.ts";

/** Shows nothing until the texts are there: a page without words is no page. */
export function SpeechOf({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, choose] = useState<Language>(() => {
    const kept = remembered("language");
    return kept !== null && Object.hasOwn(LANGUAGES, kept)
      ? (kept as Language)
      : preferredLanguage(navigator.languages);
  });
  const [spoken, setSpoken] = useState<{ readonly language: Language; readonly say: Say } | null>(null);
  const [told, setTold] = useState<{ readonly language: Language; readonly tell: Tell } | null>(null);
  useEffect(() => {
    let live = true;
    // Pages need not wait for them: until they are there, the control plane speaks English.
    loadTell(language).then(
      (tell) => live && setTold({ language, tell }),
      () => {},
    );
    loadSay(language).then((say) => {
      if (!live) return;
      document.documentElement.lang = language === "zh" ? "zh-Hans" : language;
      setSpoken({ language, say });
    });
    return () => {
      live = false;
    };
  }, [language]);
  const speech = useMemo(
    () =>
      spoken && {
        ...spoken,
        tell: told?.language === spoken.language ? told.tell : asTold,
        choose: (next: Language) => {
          remember("language", next);
          choose(next);
        },
      },
    [spoken, told],
  );
  return speech && <SpeechContext value={speech}>{children}</SpeechContext>;
}
