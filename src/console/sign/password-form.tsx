// Signing in by email and password.

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api } from "#console/data/api.ts";
import { Field } from "#console/part/field.tsx";
import { PasswordField } from "#console/part/password-field.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay, useTell } from "#console/text/say.ts";
import { faultAt, restOf } from "./field-fault.ts";
import { isRefused } from "./refused.ts";

interface PasswordFormProps {
  /** Browsers offer passkeys in the field of the address. */
  readonly hasPasskeys: boolean;
  readonly onOpen: (secondFactor: boolean) => void;
  /** Between the password and the button. */
  readonly children?: ReactNode;
}

export function PasswordForm({ hasPasskeys, onOpen, children }: PasswordFormProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const open = useMutation({
    mutationFn: () => api.call("signIn", { body: { email: email.trim(), password } }),
    onSuccess: ({ secondFactor }) => onOpen(secondFactor),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    open.mutate();
  };
  const isWrong = isRefused(open.error);
  const rest = isWrong ? null : restOf(open.error, ["email", "password"]);
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        label={say("account.email")}
        type="email"
        id="email"
        name="email"
        autoComplete={hasPasskeys ? "username webauthn" : "username"}
        value={email}
        onChange={setEmail}
        fault={faultAt(open.error, "email", tell)}
        autoFocus
        isRequired
      />
      <PasswordField
        label={say("password.label")}
        id="password"
        name="password"
        value={password}
        onChange={setPassword}
        fault={isWrong ? say("sign-in.wrong") : faultAt(open.error, "password", tell)}
        isRequired
      />
      {rest !== null && <Trouble error={rest} />}
      <Press
        type="submit"
        className="button"
        data-kind="first"
        isOff={email.trim() === "" || password === "" || open.isPending}
      >
        {say("sign-in.title")}
      </Press>
      {children}
    </form>
  );
}
