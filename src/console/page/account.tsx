// One's own account: who one is, every way in, where one is signed in, and who tried.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PersonBody } from "#api/account.ts";
import { Farewell } from "#console/account/farewell.tsx";
import { Logins } from "#console/account/logins.tsx";
import { Passkeys } from "#console/account/passkeys.tsx";
import { Password } from "#console/account/password.tsx";
import { Profile } from "#console/account/profile.tsx";
import { SecondFactor } from "#console/account/second-factor.tsx";
import { Sessions } from "#console/account/sessions.tsx";
import { SignIns } from "#console/account/sign-ins.tsx";
import { useAnswer } from "#console/data/api.ts";
import { Page } from "#console/part/page.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import "#console/style/account.css";
import "#console/style/alone.css";
import { useSay } from "#console/text/say.ts";

const HOUR = 3_600_000;

export function Account(): ReactNode {
  const say = useSay();
  const session = useAnswer("readSession", {}, HOUR);
  const back = (
    <Link to="/" className="button">
      {say("account.back")}
    </Link>
  );
  return (
    <Page title={say("account.title")} actions={back}>
      <Waiting answer={session}>
        {({ user }) =>
          user === undefined ? <p className="panel part">{say("account.token")}</p> : <Own user={user} />
        }
      </Waiting>
    </Page>
  );
}

function Own({ user }: { readonly user: PersonBody }): ReactNode {
  const ways = useAnswer("accountWays", {}, HOUR);
  const logins = useAnswer("listLogins", {}, 60_000);
  return (
    <div className="account">
      <Profile user={user} />
      <Waiting answer={logins}>
        {({ password, items }) => (
          <>
            <Password user={user} isSet={password} />
            <SecondFactor user={user} hasPassword={password} />
            <Passkeys isOffered={ways.data?.passkey ?? true} />
            <Logins providers={ways.data?.providers ?? []} logins={items} />
          </>
        )}
      </Waiting>
      <Sessions />
      <SignIns providers={ways.data?.providers ?? []} />
      <Farewell user={user} />
    </div>
  );
}
