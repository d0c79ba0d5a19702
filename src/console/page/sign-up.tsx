// Sign-up: a person's account, and on to the organisation.
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ask } from "#console/data/api.ts";
import { Waiting } from "#console/part/waiting.tsx";
import { Alone } from "#console/shell/alone.tsx";
import { ProviderButtons } from "#console/sign/provider-buttons.tsx";
import { SignUpForm } from "#console/sign/sign-up-form.tsx";
import { useArrive } from "#console/sign/use-arrive.ts";
import { useSay } from "#console/text/say.ts";

export function SignUp(): ReactNode {
  const say = useSay();
  const { from, email = "" } = useSearch({ from: "/sign-up" });
  const arrive = useArrive(from);
  // Where sign-up is closed, who is invited still may.
  const isInvited = from?.startsWith("/invitation") === true;
  const answer = useQuery({ ...ask("accountWays", {}), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Alone title={say("sign-up.title")}>
      <Waiting answer={answer}>
        {({ signUp, password, passkey, providers }) =>
          signUp || isInvited ? (
            <div className="ways">
              {(password || passkey) && (
                <SignUpForm {...{ password, passkey }} startEmail={email} onOpen={() => void arrive()} />
              )}
              {(password || passkey) && providers.length > 0 && <p className="or">{say("sign-in.or")}</p>}
              <ProviderButtons providers={providers} from={from} isAbove={false} />
            </div>
          ) : (
            <p className="note">{say("sign-up.closed")}</p>
          )
        }
      </Waiting>
      <p className="aside">
        <span className="soft">{say("sign-up.known")}</span>
        <Link to="/sign-in" search={from === undefined ? {} : { from }}>
          {say("sign-in.title")}
        </Link>
      </p>
    </Alone>
  );
}
