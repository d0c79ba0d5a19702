// A secret that was just made: shown now, and never again.
import type { ReactNode } from "react";
import { useSay } from "#console/text/say.ts";
import { CopyLine } from "./copy-line.tsx";
import { Window } from "./window.tsx";

interface ShownOnceProps {
  readonly title: string;
  /** That it is shown once, and what it is for. */
  readonly about: string;
  readonly label: string;
  readonly text: string;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

export function ShownOnce({ title, about, label, text, onClose, children }: ShownOnceProps): ReactNode {
  const say = useSay();
  return (
    <Window title={title} isOpen onClose={onClose}>
      <div className="stack">
        <p>{about}</p>
        <CopyLine label={label} text={text} />
        {children}
        <div className="actions">
          <button type="button" className="button" data-kind="first" onClick={onClose}>
            {say("window.done")}
          </button>
        </div>
      </div>
    </Window>
  );
}
