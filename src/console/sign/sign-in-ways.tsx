// All ways to sign in that this control plane offers, and the second step of those that have one.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { SessionBody } from "#api/session.ts";
import { ask } from "#console/data/api.ts";
import { hasPasskeys } from "#console/data/passkey.ts";
import { useSay } from "#console/text/say.ts";
import { CodeForm } from "./code-form.tsx";
import type { GivenToken } from "./given-token.ts";
import { PasskeyButton } from "./passkey-button.tsx";
import { PasswordForm } from "./password-form.tsx";
import { ProviderButtons } from "./provider-buttons.tsx";
import { TokenForm } from "./token-form.tsx";

interface SignInWaysProps {
  readonly from?: string | undefined;
  /** A token that came with the address. */
  readonly given?: GivenToken | null;
  /** The reader came with an API token before. */
  readonly isByToken?: boolean;
  /** Above a page that must stay: nothing leads away from it. */
  readonly isAbove: boolean;
  /** Without a session: it has opened, and can be read. */
  readonly onOpen: (session?: SessionBody) => void;
}

export function SignInWays({
  from,
  given = null,
  isByToken = given !== null,
  isAbove,
  onOpen,
}: SignInWaysProps): ReactNode {
  const say = useSay();
  const ways = useQuery({ ...ask("accountWays", {}), staleTime: Number.POSITIVE_INFINITY, retry: 1 });
  const [step, setStep] = useState<"ways" | "token" | "code">(isByToken ? "token" : "ways");
  if (ways.isPending) return <div className="ways" data-still />;
  const { password = false, passkey = false, signUp = false, providers = [] } = ways.data ?? {};
  const hasPasskey = passkey && hasPasskeys();
  const done = (): void => onOpen();
  if (step === "code") return <CodeForm onOpen={done} onBack={() => setStep("ways")} />;
  // Who cannot sign in as a person still can with a token: that needs nothing of accounts.
  const isTokenAlone = !password && !hasPasskey && providers.length === 0;
  if (isTokenAlone || step === "token") {
    return (
      <>
        <TokenForm given={given} onOpen={onOpen} />
        {!isTokenAlone && (
          <button type="button" className="link" onClick={() => setStep("ways")}>
            {say("sign-in.other")}
          </button>
        )}
      </>
    );
  }
  return (
    <div className="ways">
      {password && (
        <PasswordForm hasPasskeys={hasPasskey} onOpen={(second) => (second ? setStep("code") : done())}>
          {!isAbove && <Link to="/reset">{say("reset.forgot")}</Link>}
        </PasswordForm>
      )}
      {password && (hasPasskey || providers.length > 0) && <p className="or">{say("sign-in.or")}</p>}
      {hasPasskey && <PasskeyButton onOpen={done} />}
      <ProviderButtons providers={providers} from={from} isAbove={isAbove} />
      <button type="button" className="button" onClick={() => setStep("token")}>
        {say("sign-in.by-token")}
      </button>
      {signUp && !isAbove && (
        <p className="aside">
          <span className="soft">{say("sign-up.new")}</span>
          <Link to="/sign-up" search={from === undefined ? {} : { from }}>
            {say("sign-up.title")}
          </Link>
        </p>
      )}
    </div>
  );
}
