// An invitation's link: what it offers, to whom, and the way in; or why it is none.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { OfferBody } from "#api/member.ts";
import type { SessionBody } from "#api/session.ts";
import { api, ask, useAnswer } from "#console/data/api.ts";
import { roleAbout, roleText } from "#console/data/role.ts";
import { Moment } from "#console/part/moment.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { Alone } from "#console/shell/alone.tsx";
import { Person } from "#console/shell/person.tsx";
import { Unconfirmed } from "#console/sign/unconfirmed.tsx";
import { useSay } from "#console/text/say.ts";

const MINUTE = 60_000;
/** How often it is looked whether the address has been confirmed meanwhile. */
const SOON = 5_000;

export function Invitation(): ReactNode {
  const say = useSay();
  const { token = "" } = useSearch({ from: "/invitation" });
  const offer = useAnswer("readInvitation", { params: { token: token === "" ? "none" : token } }, MINUTE);
  const session = useAnswer("readSession", {}, SOON);
  return (
    <Alone title={say("invitation.title")} {...(session.data !== undefined && { person: <Person /> })}>
      <Waiting answer={offer}>
        {(offered) =>
          offered.state === "open" ? (
            <Open offer={offered} token={token} session={session.error === null ? session.data : undefined} />
          ) : (
            <>
              <p className="note">{say(`invitation.state.${offered.state}`, { org: offered.organisation })}</p>
              <Link to="/">{say("lost.home")}</Link>
            </>
          )
        }
      </Waiting>
    </Alone>
  );
}

interface OpenProps {
  readonly offer: OfferBody;
  readonly token: string;
  readonly session: SessionBody | undefined;
}

function Open({ offer, token, session }: OpenProps): ReactNode {
  const say = useSay();
  const { organisation, role, email, invitedBy, expiresAt } = offer;
  const org = <strong>{organisation}</strong>;
  return (
    <>
      <p>
        {invitedBy === null ? say("invitation.offer") : say("invitation.offer.by", { name: invitedBy })} {org}
      </p>
      <dl className="facts">
        <div>
          <dt>{say("member.role")}</dt>
          <dd>
            {roleText(role, say)} <span className="soft">{roleAbout(role, say)}</span>
          </dd>
        </div>
        <div>
          <dt>{say("email")}</dt>
          <dd>{email}</dd>
        </div>
        <div>
          <dt>{say("invitation.ends")}</dt>
          <dd>
            <Moment at={expiresAt} />
          </dd>
        </div>
      </dl>
      {session?.user === undefined ? (
        <WayIn email={email} token={token} hasToken={session !== undefined} />
      ) : (
        <Acceptance offer={offer} token={token} user={session.user} />
      )}
    </>
  );
}

interface WayInProps {
  readonly email: string;
  readonly token: string;
  /** The browser is signed in with an API token, which is no person. */
  readonly hasToken: boolean;
}

function WayIn({ email, token, hasToken }: WayInProps): ReactNode {
  const say = useSay();
  const from = `/invitation?token=${token}`;
  return (
    <>
      <p className="note">{say(hasToken ? "invitation.with-token" : "invitation.sign-in", { email })}</p>
      <div className="actions">
        <Link to="/sign-up" search={{ from, email }} className="button" data-kind="first">
          {say("sign-up.title")}
        </Link>
        <Link to="/sign-in" search={{ from }} className="button">
          {say("sign-in.title")}
        </Link>
      </div>
    </>
  );
}

interface AcceptanceProps {
  readonly offer: OfferBody;
  readonly token: string;
  readonly user: NonNullable<SessionBody["user"]>;
}

function Acceptance({ offer, token, user }: AcceptanceProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { organisation, email } = offer;
  const accept = useMutation({
    mutationFn: () => api.call("acceptInvitation", { params: { token } }),
    async onSuccess() {
      await cache.fetchQuery({ ...ask("readSession", {}), staleTime: 0 });
      await navigate({ to: "/o/$org", params: { org: organisation } });
    },
  });
  if (user.email !== email) {
    return <p className="note">{say("invitation.other", { email, own: user.email })}</p>;
  }
  return (
    <>
      <Unconfirmed user={user} />
      {accept.error !== null && <Trouble error={accept.error} />}
      <Press
        type="button"
        className="button"
        data-kind="first"
        isOff={!user.emailVerified || accept.isPending}
        onClick={() => accept.mutate()}
      >
        {say("invitation.accept", { org: organisation })}
      </Press>
    </>
  );
}
