// The reader's own choices: colours and language.
import { Languages, SunMoon } from "lucide-react";
import type { ReactNode } from "react";
import { Choice } from "#console/part/choice.tsx";
import { LANGUAGES, type Language, useSpeech } from "#console/text/say.ts";
import { applyTheme, THEMES, useTheme } from "./theme.ts";

export function Preferences(): ReactNode {
  const { say, language, choose } = useSpeech();
  const theme = useTheme();
  return (
    <>
      <Choice
        icon={SunMoon}
        label={say("theme.label")}
        chosen={theme}
        options={THEMES.map((one) => ({ id: one, text: say(`theme.${one}`) }))}
        onChoose={applyTheme}
      />
      <Choice
        icon={Languages}
        label={say("language.label")}
        chosen={language}
        options={(Object.keys(LANGUAGES) as Language[]).map((one) => ({ id: one, text: LANGUAGES[one] }))}
        onChoose={choose}
      />
    </>
  );
}
