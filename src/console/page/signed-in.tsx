// Where a provider leads back to that was opened beside a page: that page goes on, and this one may close.
import { type ReactNode, useEffect } from "react";
import { Alone } from "#console/shell/alone.tsx";
import { tellOpened } from "#console/sign/use-arrive.ts";
import { useSay } from "#console/text/say.ts";

export function SignedIn(): ReactNode {
  const say = useSay();
  // It cannot close itself: a page that was elsewhere in between counts as opened by nobody (COOP).
  useEffect(tellOpened, []);
  return (
    <Alone title={say("signed-in.title")}>
      <p>{say("signed-in.about")}</p>
    </Alone>
  );
}
