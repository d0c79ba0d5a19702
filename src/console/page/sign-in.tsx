// Sign-in: back to where one was going.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { Alone } from "#console/shell/alone.tsx";
import { givenToken } from "#console/sign/given-token.ts";
import { SignInWays } from "#console/sign/sign-in-ways.tsx";
import { useArrive } from "#console/sign/use-arrive.ts";
import { useSay } from "#console/text/say.ts";

/** Why a provider may not lead in, as the control plane says it in the address. */
const REFUSALS = ["denied", "expired", "provider", "email", "taken", "closed"] as const;

export function SignIn(): ReactNode {
  const say = useSay();
  const { from, left, refused } = useSearch({ from: "/sign-in" });
  const arrive = useArrive(from);
  const navigate = useNavigate();
  const [given] = useState(() => givenToken(window.location));
  // It is not to stay in the address.
  useEffect(() => {
    if (given !== null) void navigate({ to: "/sign-in", search: true, hash: "", replace: true });
  }, [given, navigate]);
  return (
    <Alone title={say("sign-in.title")}>
      {left === true && (
        <p className="note" role="status">
          {say("sign-in.left")}
        </p>
      )}
      {refused !== undefined && (
        <p className="note" role="alert">
          {say(`sign-in.refused.${REFUSALS.find((one) => one === refused) ?? "provider"}`)}
        </p>
      )}
      <SignInWays from={from} given={given} isAbove={false} onOpen={(session) => void arrive(session)} />
    </Alone>
  );
}
