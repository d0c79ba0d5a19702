// An organisation is made: by whoever has none yet, or wants another one.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, Navigate, useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import type { SessionBody } from "#api/session.ts";
import { api, ask, useAnswer } from "#console/data/api.ts";
import { Field } from "#console/part/field.tsx";
import { Press } from "#console/part/press.tsx";
import { Status } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { Alone } from "#console/shell/alone.tsx";
import { Person } from "#console/shell/person.tsx";
import { faultAt, restOf } from "#console/sign/field-fault.ts";
import { brokenRules, NAME_RULES, nameOf } from "#console/sign/organisation-name.ts";
import { Unconfirmed } from "#console/sign/unconfirmed.tsx";
import { useSay, useTell } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";

const HOUR = 3_600_000;

export function NewOrganisation(): ReactNode {
  const say = useSay();
  const session = useAnswer("readSession", {}, HOUR);
  const isSignedOut = session.error instanceof Fault && session.error.code === "unauthenticated";
  if (isSignedOut) return <Navigate to="/sign-in" search={{ from: "/new-organisation" }} replace />;
  return (
    <Alone title={say("new-organisation.title")} person={<Person />}>
      <Waiting answer={session}>{(known) => <NewOrganisationForm session={known} />}</Waiting>
    </Alone>
  );
}

function NewOrganisationForm({ session: { user, organisations } }: { readonly session: SessionBody }): ReactNode {
  const say = useSay();
  const tell = useTell();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: () => api.call("createOrganisation", { body: { name } }),
    async onSuccess() {
      await cache.fetchQuery({ ...ask("readSession", {}), staleTime: 0 });
      await navigate({ to: "/o/$org/start", params: { org: name } });
    },
  });
  const broken = brokenRules(name);
  const isTaken = make.error instanceof Fault && make.error.code === "conflict";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  const rest = isTaken ? null : restOf(make.error, ["name"]);
  if (user === undefined) return <p className="note">{say("new-organisation.token")}</p>;
  return (
    <>
      <Unconfirmed user={user} />
      <form className="stack" onSubmit={submit}>
        <p>{say("new-organisation.what")}</p>
        <Field
          label={say("name")}
          about={say("new-organisation.about", { address: `${window.location.host}/o/${name === "" ? "…" : name}` })}
          id="organisation"
          name="organisation"
          autoComplete="organization"
          spellCheck="false"
          value={name}
          onChange={(typed) => {
            setName(nameOf(typed));
            make.reset();
          }}
          fault={isTaken ? say("new-organisation.taken") : faultAt(make.error, "name", tell)}
          autoFocus
          isRequired
        />
        <ul className="lines">
          {NAME_RULES.map((rule) => (
            <li key={rule}>
              <Status tone={name === "" ? "none" : broken.includes(rule) ? "bad" : "good"}>
                {say(`new-organisation.rule.${rule}`)}
              </Status>
            </li>
          ))}
        </ul>
        {rest !== null && <Trouble error={rest} />}
        <Press
          type="submit"
          className="button"
          data-kind="first"
          isOff={name === "" || broken.length > 0 || make.isPending}
        >
          {say("new-organisation.do")}
        </Press>
      </form>
      {organisations.length > 0 && (
        <ul className="lines">
          {organisations.map(({ name: known }) => (
            <li key={known}>
              <Link to="/o/$org" params={{ org: known }}>
                {known}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
