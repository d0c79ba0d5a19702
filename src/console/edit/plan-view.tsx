// What the plan says: what guard rails want, what to know, what it does.
import type { ReactNode } from "react";
import type { PlanBody } from "#api/plan.ts";
import { Needs } from "#console/part/needs.tsx";
import { Outcome } from "#console/part/outcome.tsx";
import { PlanInMatrix } from "#console/part/plan-in-matrix.tsx";
import { Status } from "#console/part/status.tsx";
import { TestTurns } from "#console/part/test-turns.tsx";
import { useSay, useTell } from "#console/text/say.ts";

interface PlanViewProps {
  readonly org: string;
  readonly plan: PlanBody;
  readonly isNew: boolean;
}

export function PlanView({ org, plan, isNew }: PlanViewProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const { warnings, changes, tests, effect, access, faults } = plan;
  const replaces = isNew && changes.some(({ change }) => change === "updated");
  return (
    <div className="stack">
      {replaces && <Status tone="doubt">{say("editor.exists")}</Status>}
      {changes.length === 0 && <p className="soft">{say("editor.same")}</p>}
      <TestTurns org={org} tests={tests} />
      <Needs org={org} plan={plan} />
      {warnings.length > 0 && (
        <ul className="lines">
          {warnings.map(({ type, name, text }) => (
            <li key={`${type} ${name} ${text}`}>
              <Status tone="doubt">{name}</Status> <span>{tell(text)}</span>
            </li>
          ))}
        </ul>
      )}
      {changes.length > 0 && access.length > 0 && <PlanInMatrix org={org} plan={plan} isBeside />}
      {changes.length > 0 && <Outcome effect={effect} access={access} faults={faults} />}
    </div>
  );
}
