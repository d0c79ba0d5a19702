// Invitations that nobody has accepted yet: sent again, or taken back.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import type { InvitationBody, MadeInvitationBody } from "#api/member.ts";
import { api } from "#console/data/api.ts";
import { useEvery } from "#console/data/every.ts";
import { roleText } from "#console/data/role.ts";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Press } from "#console/part/press.tsx";
import { Status } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay } from "#console/text/say.ts";
import { InvitationLink } from "./invitation-link.tsx";

interface InvitationsProps {
  readonly org: string;
  readonly mayRevoke: boolean;
}

export function Invitations({ org, mayRevoke }: InvitationsProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const answer = useEvery("listInvitations", { params: { organisation: org } });
  const [made, setMade] = useState<MadeInvitationBody | null>(null);
  const again = () => cache.invalidateQueries({ queryKey: ["listInvitations"] });
  const revoke = useMutation({
    mutationFn: (id: string) => api.call("revokeInvitation", { params: { organisation: org, id } }),
    onSettled: again,
  });
  const resend = useMutation({
    mutationFn: ({ email, role }: InvitationBody) =>
      api.call("createInvitation", { params: { organisation: org }, body: { email, role } }),
    onSuccess: setMade,
    onSettled: again,
  });
  const isBusy = revoke.isPending || resend.isPending;
  const columns = useMemo<readonly ListColumn<InvitationBody>[]>(
    () => [
      { id: "email", title: say("email"), by: ({ email }) => email, cell: ({ email }) => <strong>{email}</strong> },
      { id: "role", title: say("member.role"), by: ({ role }) => role, cell: ({ role }) => roleText(role, say) },
      {
        id: "ends",
        title: say("invitation.ends"),
        isWide: true,
        by: ({ expiresAt }) => expiresAt,
        cell: ({ expiresAt, isExpired }) =>
          isExpired ? <Status tone="bad">{say("invitation.expired")}</Status> : <Moment at={expiresAt} />,
      },
      {
        id: "by",
        title: say("revision.who"),
        isWide: true,
        cell: ({ invitedBy }) => <span title={invitedBy.actor}>{invitedBy.name ?? invitedBy.actor}</span>,
      },
      {
        id: "deeds",
        title: say("deeds"),
        cell: (one) =>
          mayRevoke && (
            <span className="actions">
              <Press
                type="button"
                className="button"
                isOff={isBusy}
                aria-label={say("invitation.again.of", { email: one.email })}
                onClick={() => resend.mutate(one)}
              >
                {say("invitation.again")}
              </Press>
              <Press
                type="button"
                className="button"
                isOff={isBusy}
                aria-label={say("invitation.revoke.of", { email: one.email })}
                onClick={() => revoke.mutate(one.id)}
              >
                {say("invitation.revoke")}
              </Press>
            </span>
          ),
      },
    ],
    [say, mayRevoke, isBusy, revoke, resend],
  );
  const error = revoke.error ?? resend.error;
  return (
    <section className="members">
      <h2>{say("invitation.open")}</h2>
      {error !== null && <Trouble error={error} />}
      {answer.error !== null && <Trouble error={answer.error} again={() => void answer.refetch()} />}
      {answer.data !== undefined && (
        <List
          label={say("invitation.open")}
          columns={columns}
          rows={answer.data}
          keyOf={({ id }) => id}
          empty={<p className="soft">{say("invitation.none")}</p>}
        />
      )}
      {made && <InvitationLink made={made} onClose={() => setMade(null)} />}
    </section>
  );
}
