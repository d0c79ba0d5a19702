// What went wrong, for the person who sees it: what, why, what to do, and a way on.
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { keeper } from "#console/data/api.ts";
import { type TextKey, useSay, useTell } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";

/** What to do about each fault that a reader can do something about. */
const ADVICE: Readonly<Partial<Record<Fault["code"], TextKey>>> = {
  forbidden: "trouble.forbidden",
  absent: "trouble.absent",
  "too-many": "trouble.too-many",
  unavailable: "trouble.unavailable",
  internal: "trouble.internal",
};

export function Trouble({ error, again }: { readonly error: Error; readonly again?: () => void }): ReactNode {
  const say = useSay();
  const tell = useTell();
  const router = useRouter();
  const code = error instanceof Fault ? error.code : "internal";
  const isSignedOut = code === "unauthenticated";
  // Who had a session signs in above the page; who had none, before it.
  const isAway = isSignedOut && !keeper.wasOpen();
  useEffect(() => {
    if (isAway) router.navigate({ to: "/sign-in", search: { from: router.state.location.href }, replace: true });
  }, [isAway, router]);
  if (isAway) return null;
  if (isSignedOut) {
    return (
      <section className="trouble" role="alert">
        <h2>{say("trouble.signed-out")}</h2>
        <button type="button" className="button" onClick={keeper.ask}>
          {say("sign-in.title")}
        </button>
      </section>
    );
  }
  const advice = ADVICE[code];
  return (
    <section className="trouble" role="alert">
      <h2>{error instanceof Fault ? tell(error.message) : say("trouble.page")}</h2>
      {advice !== undefined && <p>{say(advice)}</p>}
      {error instanceof Fault && error.violations.length > 0 && (
        <ul>
          {error.violations.map(({ field, reason }) => (
            <li key={`${field} ${reason}`}>
              <code>{field}</code> {tell(reason)}
            </li>
          ))}
        </ul>
      )}
      {again && (
        <button type="button" className="button" onClick={again}>
          {say("trouble.again")}
        </button>
      )}
    </section>
  );
}
