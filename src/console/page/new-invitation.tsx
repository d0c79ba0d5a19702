// A new invitation: whom, and as what; then its link.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api } from "#console/data/api.ts";
import { roleAbout } from "#console/data/role.ts";
import { Field } from "#console/part/field.tsx";
import { Press } from "#console/part/press.tsx";
import { RoleChoice } from "#console/part/role-choice.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Window } from "#console/part/window.tsx";
import { useSay } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";
import { InvitationLink } from "./invitation-link.tsx";

interface NewInvitationProps {
  readonly org: string;
  readonly mayOwn: boolean;
  readonly onClose: () => void;
}

export function NewInvitation({ org, mayOwn, onClose }: NewInvitationProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("viewer");
  const make = useMutation({
    mutationFn: () =>
      api.call("createInvitation", { params: { organisation: org }, body: { email: email.trim(), role } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["listInvitations"] }),
  });
  if (make.data !== undefined) return <InvitationLink made={make.data} onClose={onClose} />;
  const wrong = make.error instanceof Fault ? make.error.violations.find(({ field }) => field === "email") : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Window title={say("invitation.add")} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <Field
          label={say("email")}
          about={say("invitation.email.about")}
          type="email"
          autoComplete="off"
          value={email}
          onChange={(typed) => {
            setEmail(typed);
            make.reset();
          }}
          fault={wrong?.reason}
          autoFocus
          isRequired
        />
        <div className="field">
          <span aria-hidden>{say("member.role")}</span>
          <RoleChoice org={org} label={say("member.role")} role={role} mayOwn={mayOwn} onChoose={setRole} />
          <span className="soft">{roleAbout(role, say)}</span>
        </div>
        {make.error !== null && wrong === undefined && <Trouble error={make.error} />}
        <div className="actions">
          <Press type="submit" className="button" data-kind="first" isOff={email.trim() === "" || make.isPending}>
            {say("invitation.add.do")}
          </Press>
        </div>
      </form>
    </Window>
  );
}
