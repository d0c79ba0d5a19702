// Past the guard rails, in an emergency: who has the scope says why, and that is kept in history and audit.

import { type ReactNode, useState } from "react";
import type { PlanBody } from "#api/plan.ts";
import { useSay } from "#console/text/say.ts";
import { Field } from "./field.tsx";
import { Press } from "./press.tsx";

interface OverrideProps {
  readonly plan: PlanBody;
  readonly isPending: boolean;
  readonly onOverride: (why: string) => void;
}

/** Nothing where no guard rail holds the plan. */
export function Override({ plan, isPending, onOverride }: OverrideProps): ReactNode {
  const say = useSay();
  const [why, setWhy] = useState("");
  if (plan.needs.length === 0 || plan.stale !== null || plan.committed !== null) return null;
  return (
    <details className="fold">
      <summary>{say("plan.override")}</summary>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (why.trim() !== "") onOverride(why.trim());
        }}
      >
        <p className="soft">{say("plan.override.about")}</p>
        <Field label={say("plan.override.why")} value={why} onChange={setWhy} maxLength={1000} />
        <div className="actions">
          <Press type="submit" className="button" data-kind="grave" isOff={why.trim() === "" || isPending}>
            {say("plan.override.commit")}
          </Press>
        </div>
      </form>
    </details>
  );
}
