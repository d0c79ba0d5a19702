// What cannot be undone is asked for by name.

import { type FormEvent, type ReactNode, useState } from "react";
import { useSay } from "#console/text/say.ts";
import { Field } from "./field.tsx";
import { Press } from "./press.tsx";
import { Trouble } from "./trouble.tsx";
import { Window } from "./window.tsx";

interface CertainProps {
  readonly title: string;
  readonly about: string;
  /** What must be typed. */
  readonly name: string;
  readonly deed: string;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly onDo: () => void;
  readonly onClose: () => void;
  /** Above the field. */
  readonly children?: ReactNode;
}

export function Certain({
  title,
  about,
  name,
  deed,
  error,
  isPending,
  onDo,
  onClose,
  children,
}: CertainProps): ReactNode {
  const say = useSay();
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onDo();
  };
  return (
    <Window title={title} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>{about}</p>
        {children}
        <Field label={say("certain", { name })} value={typed} onChange={setTyped} autoComplete="off" autoFocus />
        {error !== null && <Trouble error={error} />}
        <div className="actions">
          <Press type="submit" className="button" data-kind="grave" isOff={typed.trim() !== name || isPending}>
            {deed}
          </Press>
          <button type="button" className="button" onClick={onClose}>
            {say("window.close")}
          </button>
        </div>
      </form>
    </Window>
  );
}
