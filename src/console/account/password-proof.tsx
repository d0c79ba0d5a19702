// The password once more, before what a stolen session must not do.

import { type FormEvent, type ReactNode, useState } from "react";
import { PasswordField } from "#console/part/password-field.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { faultAt, restOf } from "#console/sign/field-fault.ts";
import { useSay, useTell } from "#console/text/say.ts";

interface PasswordProofProps {
  readonly about: string;
  readonly deed: string;
  /** What is done cannot be wished for lightly. */
  readonly isGrave?: boolean;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly onGive: (password: string) => void;
}

export function PasswordProof({ about, deed, isGrave, error, isPending, onGive }: PasswordProofProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // The button stays as it is meanwhile: one that is disabled loses the keyboard, and Escape with it.
    if (!isPending) onGive(password);
  };
  const rest = restOf(error, ["password"]);
  return (
    <form className="stack" onSubmit={submit}>
      <p>{about}</p>
      <PasswordField
        label={say("password.label")}
        name="password"
        value={password}
        onChange={setPassword}
        fault={faultAt(error, "password", tell)}
        autoFocus
        isRequired
      />
      {rest !== null && <Trouble error={rest} />}
      <div className="actions">
        <Press
          type="submit"
          className="button"
          data-kind={isGrave === true ? "grave" : "first"}
          isOff={password === ""}
        >
          {deed}
        </Press>
      </div>
    </form>
  );
}
