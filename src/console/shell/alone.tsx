// A page of no organisation: one card, with the reader's choices above it.
import { type ReactNode, useEffect } from "react";
import mark from "#console/style/mark.svg";
import "#console/style/alone.css";
import { Preferences } from "./preferences.tsx";

interface AloneProps {
  readonly title: string;
  /** What is beside the choices, where somebody is signed in. */
  readonly person?: ReactNode;
  readonly children: ReactNode;
}

export function Alone({ title, person, children }: AloneProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Weft`;
  }, [title]);
  return (
    <div className="alone">
      <header className="alone-top">
        <Preferences />
        {person}
      </header>
      <main className="panel card stack">
        <img src={mark} alt="" width={36} height={36} />
        <h1 tabIndex={-1}>{title}</h1>
        {children}
      </main>
    </div>
  );
}
