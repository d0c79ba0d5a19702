// Leaving with an edit that is not applied: it may stay as a draft, or go.
import { useBlocker } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { Window } from "#console/part/window.tsx";
import { useSay } from "#console/text/say.ts";

interface LeaveProps {
  readonly isDirty: boolean;
  readonly onDiscard: () => Promise<void>;
}

export function Leave({ isDirty, onDiscard }: LeaveProps): ReactNode {
  const say = useSay();
  const now = useRef(isDirty);
  now.current = isDirty;
  const blocker = useBlocker({
    // Who is signed out comes back to the draft; nobody is kept from signing in.
    shouldBlockFn: ({ current, next }) =>
      now.current && current.pathname !== next.pathname && !next.pathname.endsWith("/sign-in"),
    // What a reload or the browser's end interrupts is there again afterwards.
    enableBeforeUnload: false,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  const { proceed, reset } = blocker;
  return (
    <Window title={say("editor.leave")} isOpen onClose={reset}>
      <div className="stack">
        <p>{say("editor.leave.what")}</p>
        <div className="actions">
          <button type="button" className="button" data-kind="first" onClick={reset}>
            {say("editor.leave.stay")}
          </button>
          <button type="button" className="button" onClick={proceed}>
            {say("editor.leave.keep")}
          </button>
          <button type="button" className="button" onClick={() => void onDiscard().then(proceed)}>
            {say("editor.leave.discard")}
          </button>
        </div>
      </div>
    </Window>
  );
}
