// Signing in again above the page, when the session has ended: what was typed stays, and calls that waited go on.
import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { SessionBody } from "#api/session.ts";
import { api, ask, keeper } from "#console/data/api.ts";
import { Window } from "#console/part/window.tsx";
import { useSay } from "#console/text/say.ts";
import { arrival } from "./arrival.ts";
import { SignInWays } from "./sign-in-ways.tsx";
import { hearOpened } from "./use-arrive.ts";

const OWN_SESSION = ask("readSession", {});

export function SignInAgain(): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const { org } = useParams({ strict: false });
  const open = async (given?: SessionBody): Promise<void> => {
    const before = cache.getQueryData(OWN_SESSION.queryKey)?.user;
    const session = given ?? (await api.call("readSession", {}));
    const mayStay = org === undefined || session.organisations.some(({ name }) => name === org);
    if (mayStay && (before === undefined || before.id === session.user?.id)) {
      cache.setQueryData(OWN_SESSION.queryKey, session);
      keeper.settle(true);
      void cache.invalidateQueries();
      return;
    }
    // Somebody else: what the one before saw is not theirs.
    keeper.forget();
    cache.clear();
    if (mayStay) window.location.reload();
    else window.location.assign(`/console${arrival(session, undefined, null)}`);
  };
  const [isByToken] = useState(() => cache.getQueryData(OWN_SESSION.queryKey)?.token !== undefined);
  const [isProof] = useState(keeper.isProof);
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => hearOpened(() => void latest.current().catch(() => {})), []);
  return (
    <Window title={say(isProof ? "sign-in.proof" : "sign-in.again")} isOpen onClose={() => keeper.settle(false)}>
      <div className="stack">
        <p>{say(isProof ? "sign-in.proof.about" : "sign-in.again.about")}</p>
        <SignInWays isAbove isByToken={isByToken} onOpen={(session) => void open(session)} />
      </div>
    </Window>
  );
}
