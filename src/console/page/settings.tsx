// Settings: what the organisation is called, how long it remembers, what guards its meshes, and how one leaves it.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { api, useAnswer } from "#console/data/api.ts";
import { useGrant } from "#console/data/grant.ts";
import { useMeshes } from "#console/data/mesh.ts";
import { roleText } from "#console/data/role.ts";
import { CopyLine } from "#console/part/copy-line.tsx";
import { Field } from "#console/part/field.tsx";
import { Page } from "#console/part/page.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import { DeleteOrganisation } from "./delete-organisation.tsx";

const MINUTE = 60_000;

export function Settings(): ReactNode {
  const say = useSay();
  const { org } = useParams({ from: "/o/$org/settings" });
  const grant = useGrant(org);
  const { meshes } = useMeshes(org);
  return (
    <Page title={say("nav.settings")}>
      <section className="panel part">
        <h2>{say("settings.name")}</h2>
        <p className="soft">{say("settings.name.about")}</p>
        <CopyLine label={say("settings.address")} text={`${window.location.origin}/o/${org}`} />
        {grant.role !== null && <p>{say("settings.role", { role: roleText(grant.role, say) })}</p>}
      </section>
      <section className="panel part below">
        <h2>{say("settings.audit")}</h2>
        <p className="soft">{say("settings.audit.about")}</p>
        {grant.isKnown &&
          (grant.may("read-audit") ? (
            <Retention org={org} mayChange={grant.may("manage-audit")} />
          ) : (
            <p className="note">{say("settings.admin-only")}</p>
          ))}
      </section>
      <section className="panel part below">
        <h2>{say("settings.guard")}</h2>
        <p className="soft">{say("settings.guard.about")}</p>
        <ul className="lines">
          {meshes.map(({ name }) => (
            <li key={name}>
              <Link to="/o/$org/m/$mesh/resources/$plural" params={{ org, mesh: name, plural: "changecontrols" }}>
                {say("settings.guard.of", { mesh: name })}
              </Link>
            </li>
          ))}
        </ul>
        {meshes.length === 0 && <p>{say("settings.guard.none")}</p>}
      </section>
      <section className="panel part below">
        <h2>{say("settings.danger")}</h2>
        {grant.user === null ? (
          <p className="soft">{say("settings.danger.token")}</p>
        ) : (
          <>
            <p className="soft">{say("settings.danger.about")}</p>
            <Link to="/o/$org/members" params={{ org }} className="button">
              {say("settings.danger.leave")}
            </Link>
          </>
        )}
      </section>
      {grant.isKnown && grant.may("delete-organisation") && (
        <section className="panel part below">
          <h2>{say("settings.delete")}</h2>
          <DeleteOrganisation org={org} />
        </section>
      )}
    </Page>
  );
}

interface RetentionProps {
  readonly org: string;
  readonly mayChange: boolean;
}

function Retention({ org, mayChange }: RetentionProps): ReactNode {
  const answer = useAnswer("auditRetention", { params: { organisation: org } }, MINUTE);
  return (
    <Waiting answer={answer}>
      {({ days }) => <RetentionForm key={days} org={org} days={days} mayChange={mayChange} />}
    </Waiting>
  );
}

function RetentionForm({ org, days, mayChange }: RetentionProps & { readonly days: number }): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const [typed, setTyped] = useState(String(days));
  const keep = useMutation({
    mutationFn: () => api.call("setAuditRetention", { params: { organisation: org }, body: { days: Number(typed) } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["auditRetention"] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    keep.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        label={say("settings.audit.days")}
        inputMode="numeric"
        value={typed}
        onChange={setTyped}
        isDisabled={!mayChange}
        autoComplete="off"
      />
      {keep.error !== null && <Trouble error={keep.error} />}
      <div className="actions">
        <Press
          type="submit"
          className="button"
          isOff={!mayChange || typed === String(days) || !/^\d{1,4}$/.test(typed) || keep.isPending}
        >
          {say("settings.save")}
        </Press>
      </div>
    </form>
  );
}
