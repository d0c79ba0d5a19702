// Attempts that were refused: who, why, and what to do, at once.
import type { ReactNode } from "react";
import type { JoinsBody } from "#api/join.ts";
import { Moment } from "#console/part/moment.tsx";
import { Status } from "#console/part/status.tsx";
import { useSpeech } from "#console/text/say.ts";

export function Refusals({ refused }: { readonly refused: readonly JoinsBody["refused"][number][] }): ReactNode {
  const { say, tell } = useSpeech();
  return (
    <div aria-live="polite">
      {refused.length > 0 && (
        <ul className="lines panel part refusals">
          {refused.map(({ what, code, reason, fix, zone, name, lastAt }) => (
            <li key={`${what} ${code} ${zone} ${name} ${reason}`}>
              <Status tone="bad">
                {what === "proxy"
                  ? say("first.refused.proxy", { name: name ?? "" })
                  : zone === null
                    ? say("first.refused.stranger")
                    : say("first.refused.relay", { zone })}
              </Status>
              <span className="soft">
                <Moment at={lastAt} />
              </span>
              <span className="why">{tell(reason)}</span>
              <span className="why soft">{fix === "" ? say("first.refused.fix") : tell(fix)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
