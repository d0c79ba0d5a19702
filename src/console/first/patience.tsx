// What helps where nothing comes: said after a while, for what never reaches the control plane is told nowhere else.
import { type ReactNode, useEffect, useState } from "react";
import { type TextKey, useSay } from "#console/text/say.ts";

const PATIENCE = 15_000;

export function Patience({ hints }: { readonly hints: readonly TextKey[] }): ReactNode {
  const say = useSay();
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div aria-live="polite">
      {isLong && (
        <section className="panel part hints">
          <h3>{say("first.long")}</h3>
          <ul>
            {hints.map((hint) => (
              <li key={hint}>{say(hint)}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
