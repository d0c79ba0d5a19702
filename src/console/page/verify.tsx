// Where a mail leads that asks whether an address is its person's: they say so by a button, signed in to that very account.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PersonBody } from "#api/account.ts";
import { api, ask, useAnswer } from "#console/data/api.ts";
import { Press } from "#console/part/press.tsx";
import { Status } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Alone } from "#console/shell/alone.tsx";
import { Person } from "#console/shell/person.tsx";
import { Unconfirmed } from "#console/sign/unconfirmed.tsx";
import { useSay } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";

const HOUR = 3_600_000;

export function Verify(): ReactNode {
  const say = useSay();
  const { token } = useSearch({ from: "/verify" });
  const session = useAnswer("readSession", {}, HOUR);
  const user = session.data?.user;
  return (
    <Alone title={say("verify.title")} {...(session.data !== undefined && { person: <Person /> })}>
      {user !== undefined && <Confirmation user={user} token={token} />}
      {user === undefined && !session.isPending && <WayIn token={token} />}
    </Alone>
  );
}

function WayIn({ token }: { readonly token: string | undefined }): ReactNode {
  const say = useSay();
  return (
    <>
      <p className="note">{say("verify.sign-in")}</p>
      <Link
        to="/sign-in"
        search={{ from: token === undefined ? "/verify" : `/verify?token=${encodeURIComponent(token)}` }}
        className="button"
        data-kind="first"
      >
        {say("sign-in.title")}
      </Link>
    </>
  );
}

interface ConfirmationProps {
  readonly user: PersonBody;
  readonly token: string | undefined;
}

/** Nothing is sent before the button is pressed: programs that look through mails open their links, and run their scripts. */
function Confirmation({ user, token }: ConfirmationProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const confirm = useMutation({
    mutationFn: () => api.call("confirmVerification", { body: { token: token ?? "" } }),
    onSuccess: () => cache.invalidateQueries(ask("readSession", {})),
  });
  const isSpent = confirm.error instanceof Fault && confirm.error.code === "invalid";
  if (user.emailVerified || confirm.isSuccess) {
    return (
      <>
        <Status tone="good">{say("verify.done")}</Status>
        <Link to="/">{say("verify.on")}</Link>
      </>
    );
  }
  return (
    <>
      {isSpent && <Status tone="doubt">{say("verify.spent")}</Status>}
      {confirm.error !== null && !isSpent && <Trouble error={confirm.error} />}
      {token === undefined || isSpent ? (
        <Unconfirmed user={user} />
      ) : (
        <>
          <p>{say("verify.ask", { email: user.email })}</p>
          <Press
            type="button"
            className="button"
            data-kind="first"
            isOff={confirm.isPending}
            onClick={() => confirm.mutate()}
          >
            {say("verify.do")}
          </Press>
        </>
      )}
      <Link to="/">{say("verify.on")}</Link>
    </>
  );
}
