// Signing up: name, address, and a password or a passkey.

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api } from "#console/data/api.ts";
import { hasPasskeys, makePasskey } from "#console/data/passkey.ts";
import { Field } from "#console/part/field.tsx";
import { PasswordField } from "#console/part/password-field.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay, useTell } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";
import { PASSWORD_LENGTH } from "#model/password.ts";
import { faultAt, restOf } from "./field-fault.ts";

interface SignUpFormProps {
  /** Whether this control plane takes passkeys. */
  readonly passkey: boolean;
  readonly password: boolean;
  /** Known already, from an invitation. */
  readonly startEmail: string;
  readonly onOpen: () => void;
}

export function SignUpForm({ passkey, password: byPassword, startEmail, onOpen }: SignUpFormProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const [name, setName] = useState("");
  const [email, setEmail] = useState(startEmail);
  const [password, setPassword] = useState("");
  const [isAsked, setAsked] = useState(false);
  const mayPasskey = passkey && hasPasskeys();
  const [isPasskey, setPasskey] = useState(mayPasskey && !byPassword);
  const open = useMutation({
    async mutationFn() {
      const person = { name: name.trim(), email: email.trim() };
      if (!isPasskey) return void (await api.call("signUp", { body: { ...person, password } }));
      const options = await api.call("passkeySignUpOptions", { body: person });
      await api.call("passkeySignUp", { body: { credential: await makePasskey(options) } });
    },
    onSuccess: onOpen,
  });
  const own = {
    name: name.trim() === "" ? say("sign-up.wrong.name") : undefined,
    email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) ? undefined : say("sign-up.wrong.email"),
    password: isPasskey || password.length >= PASSWORD_LENGTH.least ? undefined : say("password.short"),
  };
  const isTaken = open.error instanceof Fault && open.error.code === "conflict";
  const faultOf = (field: keyof typeof own): string | undefined =>
    (isAsked ? own[field] : undefined) ?? faultAt(open.error, field, tell);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    const wrong = (Object.keys(own) as (keyof typeof own)[]).find((field) => own[field] !== undefined);
    if (wrong === undefined) open.mutate();
    else document.getElementById(wrong)?.focus();
  };
  const { error } = open;
  const isGivenUp = error instanceof DOMException;
  const rest = isTaken || isGivenUp ? null : restOf(error, ["name", "email", "password"]);
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Field
        label={say("account.name")}
        id="name"
        name="name"
        autoComplete="name"
        maxLength={100}
        value={name}
        onChange={setName}
        fault={faultOf("name")}
        autoFocus
        isRequired
      />
      <Field
        label={say("account.email")}
        type="email"
        id="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
        fault={isTaken ? say("sign-up.taken") : faultOf("email")}
        isRequired
      />
      {!isPasskey && (
        <PasswordField
          label={say("password.label")}
          id="password"
          name="password"
          own={[name, email]}
          maxLength={PASSWORD_LENGTH.most}
          value={password}
          onChange={setPassword}
          fault={faultOf("password")}
          isRequired
        />
      )}
      {isPasskey && <p className="soft">{say("passkey.about")}</p>}
      {isGivenUp && <p role="alert">{say("passkey.given-up")}</p>}
      {rest !== null && <Trouble error={rest} />}
      <Press type="submit" className="button" data-kind="first" isOff={open.isPending}>
        {say(isPasskey ? "sign-up.do.passkey" : "sign-up.do")}
      </Press>
      {mayPasskey && byPassword && (
        <button type="button" className="link" onClick={() => setPasskey(!isPasskey)}>
          {say(isPasskey ? "sign-up.use.password" : "sign-up.use.passkey")}
        </button>
      )}
    </form>
  );
}
