// Where a mail leads that asks whether an address is its person's.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, ask, useAnswer } from "#console/data/api.ts";
import { Status } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Alone } from "#console/shell/alone.tsx";
import { Unconfirmed } from "#console/sign/unconfirmed.tsx";
import { useSay } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";

const HOUR = 3_600_000;
/** What is said of a token that is none, used or too old. */
const SPENT: readonly string[] = ["invalid", "absent", "malformed", "unauthenticated"];

export function Verify(): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const { token } = useSearch({ from: "/verify" });
  const session = useAnswer("readSession", {}, HOUR);
  // A query, for a token holds once, and a page may be drawn twice.
  const done = useQuery({
    queryKey: ["confirmVerification", token],
    async queryFn() {
      await api.call("confirmVerification", { body: { token: token ?? "" } });
      await cache.invalidateQueries(ask("readSession", {}));
      return true;
    },
    enabled: token !== undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const isSpent = done.error instanceof Fault && SPENT.includes(done.error.code);
  const user = session.data?.user;
  return (
    <Alone title={say("verify.title")}>
      {done.data === true && <Status tone="good">{say("verify.done")}</Status>}
      {isSpent && <Status tone="doubt">{say("verify.spent")}</Status>}
      {done.error !== null && !isSpent && <Trouble error={done.error} again={() => void done.refetch()} />}
      {done.data !== true && user !== undefined && <Unconfirmed user={user} />}
      {!session.isPending && <Link to="/">{say(user === undefined ? "sign-in.title" : "verify.on")}</Link>}
    </Alone>
  );
}
