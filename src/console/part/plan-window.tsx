// A change before it is made: its plan, then the commit of exactly that plan; the new revision can be undone.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { overrideHeader } from "#api/override.ts";
import type { PlanBody } from "#api/plan.ts";
import type { ChangeBody } from "#api/weft.ts";
import { api, ask } from "#console/data/api.ts";
import { useSay } from "#console/text/say.ts";
import { Needs } from "./needs.tsx";
import { Outcome } from "./outcome.tsx";
import { Override } from "./override.tsx";
import { Press } from "./press.tsx";
import { TestTurns } from "./test-turns.tsx";
import { Trouble } from "./trouble.tsx";
import { Waiting } from "./waiting.tsx";
import { Window } from "./window.tsx";

interface PlanWindowProps {
  readonly org: string;
  readonly title: string;
  /** What is planned, in a sentence. */
  readonly about: (plan: PlanBody) => string;
  readonly change: Omit<ChangeBody, "planId">;
  /** What the button that commits says. */
  readonly deed: string;
  readonly isGrave?: boolean;
  /** The page stays: else the revision that was made is shown. */
  readonly stays?: boolean;
  readonly onClose: () => void;
}

export function PlanWindow({
  org,
  title,
  about,
  change,
  deed,
  isGrave,
  stays = false,
  onClose,
}: PlanWindowProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const params = { organisation: org };
  const [reason, setReason] = useState("");
  // One plan for as long as the window is open, whatever the news: what was read is what is committed.
  const plan = useQuery({
    ...ask("createPlan", { params, body: change }),
    ...{ staleTime: "static" as const, gcTime: 0 },
  });
  const commit = useMutation({
    mutationFn: ({ planId, override }: { readonly planId: string; readonly override: string }) =>
      api.call("createChange", {
        params,
        body: { planId, ...(reason !== "" && { reason }) },
        ...(override !== "" && { headers: Object.fromEntries([overrideHeader(override)]) }),
      }),
    async onSuccess({ revision: made }) {
      onClose();
      // First away from the page: what it showed may be what is gone.
      if (!stays) await navigate({ to: "/o/$org/activity/$revision", params: { org, revision: String(made) } });
      await cache.invalidateQueries();
    },
  });
  const trouble = commit.error ?? plan.error;
  const planAgain = (): void => {
    commit.reset();
    void plan.refetch();
  };
  return (
    <Window title={title} isOpen onClose={onClose}>
      <Waiting answer={plan}>
        {(data) => (
          <div className="stack">
            <p>{about(data)}</p>
            <Outcome effect={data.effect} access={data.access} faults={data.faults} />
            <TestTurns org={org} tests={data.tests} />
            <Needs org={org} plan={data} />
            <label className="field">
              <span>{say("revision.why")}</span>
              <input value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} />
            </label>
            <Override
              plan={data}
              isPending={commit.isPending}
              onOverride={(override) => commit.mutate({ planId: data.id, override })}
            />
            {trouble !== null && <Trouble error={trouble} again={planAgain} />}
            <div className="actions">
              <Press
                type="button"
                className="button"
                data-kind={isGrave ? "grave" : "first"}
                isOff={commit.isPending || trouble !== null || plan.isFetching || data.needs.length > 0}
                onClick={() => commit.mutate({ planId: data.id, override: "" })}
              >
                {deed}
              </Press>
              <button type="button" className="button" onClick={onClose}>
                {say("window.close")}
              </button>
            </div>
          </div>
        )}
      </Waiting>
    </Window>
  );
}
