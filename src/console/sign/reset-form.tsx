// The new password, by the token of a mail.

import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { api } from "#console/data/api.ts";
import { PasswordField } from "#console/part/password-field.tsx";
import { Press } from "#console/part/press.tsx";
import { Status } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay, useTell } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";
import { PASSWORD_LENGTH } from "#model/password.ts";
import { faultAt } from "./field-fault.ts";

/** What is said of a token that is none, used or too old. */
const SPENT: readonly string[] = ["invalid", "absent", "malformed", "unauthenticated"];

export function ResetForm({ token }: { readonly token: string }): ReactNode {
  const say = useSay();
  const tell = useTell();
  const [password, setPassword] = useState("");
  const [isAsked, setAsked] = useState(false);
  const change = useMutation({
    mutationFn: () => api.call("confirmReset", { body: { token, password } }),
  });
  const isShort = password.length < PASSWORD_LENGTH.least;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (!isShort) change.mutate();
  };
  const fault = isAsked && isShort ? say("password.short") : faultAt(change.error, "password", tell);
  const isSpent = fault === undefined && change.error instanceof Fault && SPENT.includes(change.error.code);
  if (change.isSuccess) {
    return (
      <>
        <Status tone="good">{say("reset.done")}</Status>
        <Link to="/sign-in">{say("sign-in.title")}</Link>
      </>
    );
  }
  if (isSpent) {
    return (
      <>
        <Status tone="doubt">{say("reset.spent")}</Status>
        <Link to="/reset">{say("reset.once-more")}</Link>
      </>
    );
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <PasswordField
        label={say("password.new")}
        id="password"
        name="password"
        own={[]}
        maxLength={PASSWORD_LENGTH.most}
        value={password}
        onChange={setPassword}
        fault={fault}
        autoFocus
        isRequired
      />
      {change.error !== null && fault === undefined && <Trouble error={change.error} />}
      <p className="soft">{say("reset.ends")}</p>
      <Press type="submit" className="button" data-kind="first" isOff={change.isPending}>
        {say("reset.new.do")}
      </Press>
    </form>
  );
}
