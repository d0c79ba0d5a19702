// One name to give, in a window.

import { type FormEvent, type ReactNode, useState } from "react";
import { Field } from "#console/part/field.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { faultAt, restOf } from "#console/sign/field-fault.ts";
import { useSay, useTell } from "#console/text/say.ts";

interface NameFormProps {
  readonly start: string;
  readonly about?: string;
  readonly deed: string;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly onName: (name: string) => void;
}

export function NameForm({ start, about, deed, error, isPending, onName }: NameFormProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const [name, setName] = useState(start);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // The button stays as it is meanwhile: one that is disabled loses the keyboard, and Escape with it.
    if (!isPending) onName(name.trim());
  };
  const rest = restOf(error, ["name"]);
  return (
    <form className="stack" onSubmit={submit}>
      {about !== undefined && <p>{about}</p>}
      <Field
        label={say("name")}
        name="name"
        autoComplete="off"
        maxLength={100}
        value={name}
        onChange={setName}
        fault={faultAt(error, "name", tell)}
        autoFocus
        isRequired
      />
      {rest !== null && <Trouble error={rest} />}
      <div className="actions">
        <Press type="submit" className="button" data-kind="first" isOff={name.trim() === ""}>
          {deed}
        </Press>
      </div>
    </form>
  );
}
