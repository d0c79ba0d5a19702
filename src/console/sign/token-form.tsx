// Signing in by an API token, which the browser keeps where no script can read it.

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { SessionBody } from "#api/session.ts";
import { api } from "#console/data/api.ts";
import { Field } from "#console/part/field.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay } from "#console/text/say.ts";
import type { GivenToken } from "./given-token.ts";
import { isRefused } from "./refused.ts";

interface TokenFormProps {
  readonly given?: GivenToken | null;
  readonly onOpen: (session: SessionBody) => void;
}

export function TokenForm({ given = null, onOpen }: TokenFormProps): ReactNode {
  const say = useSay();
  const [token, setToken] = useState(given?.token ?? "");
  const open = useMutation({
    mutationFn: () => api.call("openSession", { body: { token: token.trim() } }),
    onSuccess: onOpen,
  });
  const wasSent = useRef(false);
  const { mutate } = open;
  useEffect(() => {
    if (given?.isOwn !== true || wasSent.current) return;
    wasSent.current = true;
    mutate();
  }, [given, mutate]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    open.mutate();
  };
  const isWrong = isRefused(open.error);
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        label={say("sign-in.token")}
        about={say("sign-in.token.about")}
        type="password"
        id="token"
        name="token"
        autoComplete="off"
        value={token}
        onChange={setToken}
        fault={isWrong ? open.error?.message : undefined}
        autoFocus
        isRequired
      />
      {open.error !== null && !isWrong && <Trouble error={open.error} />}
      <Press type="submit" className="button" data-kind="first" isOff={token.trim() === "" || open.isPending}>
        {say("sign-in.title")}
      </Press>
    </form>
  );
}
