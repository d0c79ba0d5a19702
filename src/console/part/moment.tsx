// A moment: how long ago, and exactly when for those who point at it. It grows older while one looks.
import { type ReactNode, useEffect, useState } from "react";
import { useSpeech } from "#console/text/say.ts";
import { relative } from "./relative.ts";

export function Moment({ at }: { readonly at: string }): ReactNode {
  const { language } = useSpeech();
  const [now, setNow] = useState(Date.now);
  const moment = Date.parse(at);
  useEffect(() => {
    const every = Math.abs(Date.now() - moment) < 60_000 ? 1_000 : 30_000;
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [moment]);
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long" }).format(moment);
  return (
    <time dateTime={at} title={exact}>
      {relative(moment, now, language)}
    </time>
  );
}
