// An address that its person has not confirmed yet: what to do, and the mail once more.

import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { PersonBody } from "#api/account.ts";
import { api, useAnswer } from "#console/data/api.ts";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay } from "#console/text/say.ts";

const HOUR = 3_600_000;

export function Unconfirmed({ user }: { readonly user: PersonBody }): ReactNode {
  const say = useSay();
  const ways = useAnswer("accountWays", {}, HOUR);
  const again = useMutation({ mutationFn: () => api.call("sendVerification", {}) });
  if (user.emailVerified || ways.data === undefined) return null;
  return (
    <div className="note stack" role="status">
      <p>{say(ways.data.mail ? "verify.wait" : "verify.wait.log", { email: user.email })}</p>
      {again.error !== null && <Trouble error={again.error} />}
      <Press type="button" className="link" isOff={again.isPending || again.isSuccess} onClick={() => again.mutate()}>
        {say(again.isSuccess ? "verify.sent" : "verify.again")}
      </Press>
    </div>
  );
}
