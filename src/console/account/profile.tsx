// Name and address of the person, and whether the address is confirmed.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import type { PersonBody } from "#api/account.ts";
import { api } from "#console/data/api.ts";
import { Field } from "#console/part/field.tsx";
import { Press } from "#console/part/press.tsx";
import { Status } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { faultAt, restOf } from "#console/sign/field-fault.ts";
import { Unconfirmed } from "#console/sign/unconfirmed.tsx";
import { useSay, useTell } from "#console/text/say.ts";
import { Section } from "./section.tsx";

export function Profile({ user }: { readonly user: PersonBody }): ReactNode {
  const say = useSay();
  const tell = useTell();
  const cache = useQueryClient();
  const [name, setName] = useState(user.name);
  const change = useMutation({
    mutationFn: () => api.call("changeAccount", { body: { name: name.trim() } }),
    async onSuccess(changed) {
      setName(changed.name);
      await cache.invalidateQueries({ queryKey: ["readSession"] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  const rest = restOf(change.error, ["name"]);
  return (
    <Section title={say("account.profile")}>
      <form className="name-row" onSubmit={submit}>
        <Field
          label={say("account.name")}
          name="name"
          autoComplete="name"
          maxLength={100}
          value={name}
          onChange={(next) => {
            setName(next);
            change.reset();
          }}
          fault={faultAt(change.error, "name", tell)}
          isRequired
        />
        <Press
          type="submit"
          className="button"
          isOff={change.isPending || name.trim() === "" || name.trim() === user.name}
        >
          {say("account.save")}
        </Press>
      </form>
      <p role="status">{change.isSuccess && <Status tone="good">{say("account.saved")}</Status>}</p>
      {rest !== null && <Trouble error={rest} />}
      <p className="pair">
        <strong>{say("account.email")}</strong> <span>{user.email}</span>
        <Status tone={user.emailVerified ? "good" : "doubt"}>
          {say(user.emailVerified ? "account.email.confirmed" : "account.email.unconfirmed")}
        </Status>
      </p>
      <Unconfirmed user={user} />
    </Section>
  );
}
