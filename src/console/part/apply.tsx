// Applying a plan: exactly it. Where somebody loses access, the resource's name has to be typed first.

import { type ReactNode, useState } from "react";
import type { PlanBody } from "#api/plan.ts";
import { useSay } from "#console/text/say.ts";
import { Field } from "./field.tsx";
import { Press } from "./press.tsx";
import { Status } from "./status.tsx";
import { turnOf } from "./turn.ts";
import { Window } from "./window.tsx";

interface ApplyProps {
  /** Null while there is none of what is written. */
  readonly plan: PlanBody | null;
  readonly name: string;
  readonly isPending: boolean;
  readonly onApply: (reason: string) => void;
}

export function Apply({ plan, name, isPending, onApply }: ApplyProps): ReactNode {
  const say = useSay();
  const [reason, setReason] = useState("");
  const [isAsking, setAsking] = useState(false);
  const losers = (plan?.access ?? []).filter((one) => turnOf(one) === "lost");
  const mayApply = plan?.ready === true && plan.changes.length > 0 && !isPending;
  const apply = (): void => (losers.length > 0 ? setAsking(true) : onApply(reason));
  return (
    <div className="apply">
      <Field label={say("revision.why")} value={reason} onChange={setReason} maxLength={1000} />
      <Press type="button" className="button" data-kind="first" isOff={!mayApply} onClick={apply}>
        {say("editor.apply")}
      </Press>
      {isAsking && (
        <Window title={say("editor.lose.title", { count: losers.length })} isOpen onClose={() => setAsking(false)}>
          <Confirm
            name={name}
            onConfirm={() => {
              setAsking(false);
              onApply(reason);
            }}
          >
            <ul className="lines">
              {losers.map(({ mesh, from, to, port }) => (
                <li key={`${mesh} ${from} ${to} ${port ?? ""}`}>
                  <Status tone="bad">{say("outcome.access.lost")}</Status>
                  <span>
                    <strong>{from}</strong> → <strong>{to}</strong> <span className="soft">({mesh})</span>
                  </span>
                </li>
              ))}
            </ul>
          </Confirm>
        </Window>
      )}
    </div>
  );
}

interface ConfirmProps {
  readonly name: string;
  readonly onConfirm: () => void;
  readonly children: ReactNode;
}

function Confirm({ name, onConfirm, children }: ConfirmProps): ReactNode {
  const say = useSay();
  const [typed, setTyped] = useState("");
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === name) onConfirm();
      }}
    >
      {children}
      <Field label={say("editor.lose.type", { name })} value={typed} onChange={setTyped} autoComplete="off" autoFocus />
      <div className="actions">
        <Press type="submit" className="button" data-kind="first" isOff={typed !== name}>
          {say("editor.lose.apply")}
        </Press>
      </div>
    </form>
  );
}
