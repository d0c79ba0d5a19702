// One of the first steps: what it does, what is to be done, whether it is done, and how to undo it.
import { CircleCheck, CircleDashed, CircleDot, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { Step as StepName, StepState } from "#console/data/first-steps.ts";
import { type TextValues, useSay } from "#console/text/say.ts";

const SHAPES: Readonly<Record<StepState, LucideIcon>> = { done: CircleCheck, next: CircleDot, later: CircleDashed };

interface StepProps {
  readonly name: StepName;
  readonly state: StepState;
  /** What stands, once it is done. */
  readonly done: ReactNode;
  /** What texts are filled in with. */
  readonly values: TextValues;
  readonly children?: ReactNode;
}

export function Step({ name, state, done, values, children }: StepProps): ReactNode {
  const say = useSay();
  const Shape = SHAPES[state];
  return (
    <li className="panel step" data-state={state} data-step={name} aria-current={state === "next" ? "step" : undefined}>
      <h2 className="step-head" tabIndex={-1}>
        <Shape aria-hidden size={18} />
        {say(`first.${name}`)} <span className="tag">{say(`first.state.${state}`)}</span>
      </h2>
      {state === "done" ? <p>{done}</p> : <p className="soft">{say(`first.what.${name}`)}</p>}
      {state === "next" && children}
      {state !== "later" && <p className="soft">{say(`first.undo.${name}`, values)}</p>}
    </li>
  );
}
