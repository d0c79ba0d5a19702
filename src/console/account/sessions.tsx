// Browsers in which the person is signed in; each can be signed out from here.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { agentName } from "#console/data/agent.ts";
import { api } from "#console/data/api.ts";
import { useEvery } from "#console/data/every.ts";
import { Moment } from "#console/part/moment.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import { Section } from "./section.tsx";

export function Sessions(): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const answer = useEvery("listSessions", {});
  const refresh = (): Promise<void> => cache.invalidateQueries({ queryKey: ["listSessions"] });
  const end = useMutation({
    mutationFn: (session: string) => api.call("endSession", { params: { session } }),
    onSettled: refresh,
  });
  const endOthers = useMutation({ mutationFn: () => api.call("endOtherSessions", {}), onSettled: refresh });
  const error = end.error ?? endOthers.error;
  return (
    <Section title={say("account.sessions")} about={say("account.sessions.about")}>
      <Waiting answer={answer}>
        {(sessions) => (
          <>
            <ul className="lines apart">
              {sessions.map(({ id, agent, address, lastSeenAt, createdAt, current }) => {
                const name = agent === null ? say("account.session.unknown") : agentName(agent);
                return (
                  <li key={id}>
                    <span className="grow">
                      <strong title={agent ?? ""}>{name}</strong>{" "}
                      {current && <span className="tag">{say("account.session.this")}</span>}
                      <span className="soft facts-line">
                        {address !== null && <span className="mono">{address}</span>}
                        <span>
                          {say("account.session.seen")} <Moment at={lastSeenAt} />
                        </span>
                        <span>
                          {say("account.session.since")} <Moment at={createdAt} />
                        </span>
                      </span>
                    </span>
                    {!current && (
                      <Press
                        type="button"
                        className="button"
                        aria-label={say("account.session.end.title", { name })}
                        isOff={end.isPending}
                        onClick={() => end.mutate(id)}
                      >
                        {say("account.session.end")}
                      </Press>
                    )}
                  </li>
                );
              })}
            </ul>
            {sessions.length > 1 && (
              <div className="actions">
                <Press type="button" className="button" isOff={endOthers.isPending} onClick={() => endOthers.mutate()}>
                  {say("account.session.end.others")}
                </Press>
              </div>
            )}
          </>
        )}
      </Waiting>
      {error !== null && <Trouble error={error} />}
    </Section>
  );
}
