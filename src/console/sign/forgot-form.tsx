// Asking for the mail that leads to a new password. The answer is the same whether the address is known or not.

import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { api, useAnswer } from "#console/data/api.ts";
import { Field } from "#console/part/field.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay, useTell } from "#console/text/say.ts";
import { faultAt, restOf } from "./field-fault.ts";

const HOUR = 3_600_000;

export function ForgotForm(): ReactNode {
  const say = useSay();
  const tell = useTell();
  const ways = useAnswer("accountWays", {}, HOUR);
  const [email, setEmail] = useState("");
  const send = useMutation({ mutationFn: () => api.call("requestReset", { body: { email: email.trim() } }) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send.mutate();
  };
  const rest = restOf(send.error, ["email"]);
  const back = <Link to="/sign-in">{say("reset.back")}</Link>;
  if (send.isSuccess) {
    return (
      <>
        <p className="note" role="status">
          {say(ways.data?.mail === false ? "reset.sent.log" : "reset.sent", { email: email.trim() })}
        </p>
        {back}
      </>
    );
  }
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        label={say("account.email")}
        about={say("reset.about")}
        type="email"
        id="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
        fault={faultAt(send.error, "email", tell)}
        autoFocus
        isRequired
      />
      {rest !== null && <Trouble error={rest} />}
      <Press type="submit" className="button" data-kind="first" isOff={email.trim() === "" || send.isPending}>
        {say("reset.do")}
      </Press>
      {back}
    </form>
  );
}
