// One plan: who made it and why, whether it still stands, what it would do, and what can be done with it.
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PlanBody } from "#api/plan.ts";
import { useAnswer } from "#console/data/api.ts";
import { actorName, PLAN_TONES, planState } from "#console/data/plan.ts";
import { Applied } from "#console/part/applied.tsx";
import { Difference } from "#console/part/difference.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Needs } from "#console/part/needs.tsx";
import { Outcome } from "#console/part/outcome.tsx";
import { Page } from "#console/part/page.tsx";
import { PlanInMatrix } from "#console/part/plan-in-matrix.tsx";
import { Status } from "#console/part/status.tsx";
import { TestTurns } from "#console/part/test-turns.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay, useTell } from "#console/text/say.ts";
import { Approvals } from "./plan-approvals.tsx";
import { Commit } from "./plan-commit.tsx";

export function Plan(): ReactNode {
  const say = useSay();
  const { org, plan } = useParams({ from: "/o/$org/plans/$plan" });
  const answer = useAnswer("getPlan", { params: { organisation: org, id: plan } });
  return (
    <Page title={say("plan.title", { plan })}>
      <Waiting answer={answer}>{(data) => <Shown key={data.id} org={org} plan={data} />}</Waiting>
    </Page>
  );
}

function Shown({ org, plan }: { readonly org: string; readonly plan: PlanBody }): ReactNode {
  const say = useSay();
  const { changes, warnings, left = [], tests, effect, access, faults, reason, cut } = plan;
  const state = planState(plan, changes.length, Date.now());
  const isOpen = state === "ready" || state === "held";
  return (
    <div className="stack">
      <Made org={org} plan={plan} />
      {reason !== "" && <blockquote>{reason}</blockquote>}
      <div className="health panel" data-tone={PLAN_TONES[state]} aria-live="polite">
        <Status tone={PLAN_TONES[state]}>{say(`plan.told.${state}`)}</Status>
      </div>
      {plan.committed !== null && <Committed org={org} revision={plan.committed} />}
      {state === "stale" && <Stale stale={plan.stale} />}
      {isOpen && <Needs org={org} plan={plan} isHere />}
      <Approvals org={org} plan={plan} isOpen={isOpen} />
      {isOpen && <Commit org={org} plan={plan} />}
      <TestTurns org={org} tests={tests} />
      {warnings.length > 0 && <Warnings warnings={warnings} />}
      {access.length > 0 && <PlanInMatrix org={org} plan={plan} />}
      <Outcome effect={effect} access={access} faults={faults} />
      {cut !== undefined && <p className="soft">{say("plan.cut")}</p>}
      {changes.map((item) => (
        <Difference key={`${item.type} ${item.mesh} ${item.name}`} item={item} />
      ))}
      {left.length > 0 && <Left left={left} />}
    </div>
  );
}

function Made({ org, plan }: { readonly org: string; readonly plan: PlanBody }): ReactNode {
  const say = useSay();
  const { actor, names, createdAt, expiresAt, committed, revision } = plan;
  return (
    <p className="line">
      <strong>{actorName(actor, names)}</strong>
      <Moment at={createdAt} />
      <span className="soft">{say("plan.on")}</span>
      <Link to="/o/$org/activity/$revision" params={{ org, revision: String(revision) }}>
        {say("revision.title", { revision: String(revision) })}
      </Link>
      {committed === null && (
        <span className="soft">
          {say("plan.until")} <Moment at={expiresAt} />
        </span>
      )}
    </p>
  );
}

function Committed({ org, revision }: { readonly org: string; readonly revision: number }): ReactNode {
  const { data } = useAnswer(
    "getRevisionDelivery",
    { params: { organisation: org, revision: String(revision) } },
    2_000,
  );
  return <Applied org={org} revision={revision} delivery={data} />;
}

/** What moved, and what would come out differently. */
function Stale({ stale }: Pick<PlanBody, "stale">): ReactNode {
  const say = useSay();
  const tell = useTell();
  if (stale === null) return null;
  return (
    <section className="panel part">
      <h3>{say("plan.stale")}</h3>
      <p>{tell(stale.reason)}</p>
      <ul className="lines">
        {stale.moved.map(({ field, reason }) => (
          <li key={`${field} ${reason}`}>
            <code>{field}</code> <span>{tell(reason)}</span>
          </li>
        ))}
      </ul>
      <p className="soft">{say("plan.stale.about")}</p>
    </section>
  );
}

function Warnings({ warnings }: Pick<PlanBody, "warnings">): ReactNode {
  const tell = useTell();
  return (
    <ul className="lines">
      {warnings.map(({ type, mesh, name, text }) => (
        <li key={`${type} ${mesh} ${name} ${text}`}>
          <Status tone="doubt">{name}</Status> <span>{tell(text)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Of a rollback: what stays as it is. */
function Left({ left }: { readonly left: NonNullable<PlanBody["left"]> }): ReactNode {
  const say = useSay();
  const tell = useTell();
  return (
    <section className="panel part">
      <h3>{say("plan.left")}</h3>
      <ul className="lines">
        {left.map(({ type, mesh, name, why }) => (
          <li key={`${type} ${mesh} ${name}`}>
            <span>
              {type} <strong>{name}</strong>
            </span>
            <span className="soft">{tell(why)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
