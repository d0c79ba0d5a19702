// Who has approved a plan, and the reader's own yes or its withdrawal.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { PlanBody } from "#api/plan.ts";
import { reasonHeader } from "#api/reason.ts";
import { useActor } from "#console/data/actor.ts";
import { api, ask } from "#console/data/api.ts";
import { actorName } from "#console/data/plan.ts";
import { Changing } from "#console/part/changing.tsx";
import { Field } from "#console/part/field.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Press } from "#console/part/press.tsx";
import { Status } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay } from "#console/text/say.ts";

interface ApprovalsProps {
  readonly org: string;
  readonly plan: PlanBody;
  /** It may still be committed. */
  readonly isOpen: boolean;
}

/** Nothing where nobody has to approve it, and nobody has. */
export function Approvals({ org, plan, isOpen }: ApprovalsProps): ReactNode {
  const say = useSay();
  const me = useActor();
  const { approvals, approval, names } = plan;
  if (approval.required === 0 && approvals.length === 0) return null;
  return (
    <section className="panel part">
      <h3>
        {say("plan.approvals")} <span className="soft">{say("plan.approvals.of", { ...approval })}</span>
      </h3>
      {approvals.length > 0 && (
        <ul className="lines">
          {approvals.map(({ actor, time, reason }) => (
            <li key={`${actor} ${time}`}>
              <Status tone="good">{actorName(actor, names)}</Status>
              {reason !== "" && <span>{reason}</span>}
              <span className="soft">
                <Moment at={time} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {isOpen && plan.actor === me && <p className="soft">{say("plan.own")}</p>}
      {isOpen && plan.actor !== me && (
        <Changing org={org} verb="approve-plan">
          <Own org={org} plan={plan} me={me} />
        </Changing>
      )}
    </section>
  );
}

/** The reader's own part in it. */
function Own({ org, plan, me }: Pick<ApprovalsProps, "org" | "plan"> & { readonly me: string | null }): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const [reason, setReason] = useState("");
  const has = plan.approvals.some(({ actor }) => actor === me);
  const params = { organisation: org, id: plan.id };
  const turn = useMutation({
    mutationFn: () =>
      api.call(has ? "withdrawApproval" : "approvePlan", {
        params,
        ...(reason.trim() !== "" && { headers: Object.fromEntries([reasonHeader(reason)]) }),
      }),
    async onSuccess(now) {
      setReason("");
      cache.setQueryData(ask("getPlan", { params }).queryKey, now);
      await cache.invalidateQueries({ queryKey: ["listPlans"] });
    },
  });
  return (
    <form
      className="apply"
      onSubmit={(event) => {
        event.preventDefault();
        turn.mutate();
      }}
    >
      <Field label={say("revision.why")} value={reason} onChange={setReason} maxLength={1000} />
      <Press type="submit" className="button" data-kind={has ? undefined : "first"} isOff={turn.isPending}>
        {say(has ? "plan.withdraw" : "plan.approve")}
      </Press>
      {turn.error !== null && <Trouble error={turn.error} />}
    </form>
  );
}
