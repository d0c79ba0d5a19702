// What if: a plan whose access the matrix shows; nothing of it is committed.

import { type UseQueryResult, useMutation, useQueries, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { PlanBody } from "#api/plan.ts";
import { api, ask } from "#console/data/api.ts";
import { Press } from "#console/part/press.tsx";
import { Status } from "#console/part/status.tsx";
import { TestTurns } from "#console/part/test-turns.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay } from "#console/text/say.ts";

/** Policies whose end is looked at: those that decide who may call whom. */
const DECIDING = [
  ["MeshTrafficPermission", "meshtrafficpermissions"],
  ["TrafficPermission", "traffic-permissions"],
  ["MeshTLS", "meshtlses"],
  ["MeshHTTPRoute", "meshhttproutes"],
] as const;

/** The plan of the address. */
export function usePlanLooked(org: string, id: string | undefined): UseQueryResult<PlanBody, Error> {
  return useQuery({
    ...ask("getPlan", { params: { organisation: org, id: id ?? "" } }),
    enabled: id !== undefined,
    placeholderData: () => undefined,
  });
}

interface WhatIfProps {
  readonly org: string;
  readonly mesh: string;
  readonly plan: string | undefined;
  readonly looked: UseQueryResult<PlanBody, Error>;
  readonly onPlan: (id: string) => void;
}

export function WhatIf({ org, mesh, plan, looked, onPlan }: WhatIfProps): ReactNode {
  const say = useSay();
  return (
    <section className="panel part stack">
      <h2>{say("access.what-if")}</h2>
      {plan === undefined ? (
        <Choose org={org} mesh={mesh} onPlan={onPlan} />
      ) : (
        <>
          {looked.error !== null && <Trouble error={looked.error} />}
          {looked.data !== undefined && <Looked org={org} mesh={mesh} plan={looked.data} />}
          <div className="actions">
            <button type="button" className="button" onClick={() => onPlan("")}>
              {say("access.what-if.end")}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

/** What the plan does to this mesh, in words; the cells are marked below. */
function Looked({
  org,
  mesh,
  plan,
}: {
  readonly org: string;
  readonly mesh: string;
  readonly plan: PlanBody;
}): ReactNode {
  const say = useSay();
  const changes = plan.access.filter((one) => one.mesh === mesh);
  const left = plan.cut?.access ?? 0;
  return (
    <div className="stack" aria-live="polite">
      <ul className="lines">
        {plan.changes.map(({ type, name, change }) => (
          <li key={`${type} ${name}`}>
            <Status tone={change === "deleted" ? "doubt" : "none"}>{say(`resource.${change}`)}</Status>
            <span>
              {type} <strong>{name}</strong>
            </span>
          </li>
        ))}
      </ul>
      <p>{say("access.what-if.changes", { count: changes.length })}</p>
      {left > 0 && <p className="soft">{say("access.what-if.cut", { count: left })}</p>}
      <TestTurns org={org} tests={plan.tests} />
    </div>
  );
}

interface ChooseProps {
  readonly org: string;
  readonly mesh: string;
  readonly onPlan: (id: string) => void;
}

function Choose({ org, mesh, onPlan }: ChooseProps): ReactNode {
  const say = useSay();
  const [chosen, setChosen] = useState("");
  const answers = useQueries({
    queries: DECIDING.map(([, plural]) =>
      ask("list", { params: { organisation: org, mesh, plural }, query: { size: "1000" } }),
    ),
  });
  const lists = DECIDING.map(([type], at) => ({
    type,
    names: (answers[at]?.data?.items ?? []).map(({ name }) => String(name)),
  }));
  const plan = useMutation({
    mutationFn: () => {
      const [type = "", ...name] = chosen.split("/");
      const gone = { type, mesh, name: name.join("/") };
      return api.call("createPlan", { params: { organisation: org }, body: { delete: [gone] } });
    },
    onSuccess: ({ id }) => onPlan(id),
  });
  return (
    <>
      <p className="soft">{say("access.what-if.about")}</p>
      <form
        className="question"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen !== "") plan.mutate();
        }}
      >
        <label className="field">
          <span>{say("access.what-if.gone")}</span>
          <select className="select" value={chosen} onChange={({ target }) => setChosen(target.value)}>
            <option value="">{say("access.what-if.choose")}</option>
            {lists.map(({ type, names }) =>
              names.length === 0 ? null : (
                <optgroup key={type} label={type}>
                  {names.map((name) => (
                    <option key={name} value={`${type}/${name}`}>
                      {name}
                    </option>
                  ))}
                </optgroup>
              ),
            )}
          </select>
        </label>
        <Press type="submit" className="button" isOff={chosen === "" || plan.isPending}>
          {say("access.what-if.show")}
        </Press>
      </form>
      {plan.error !== null && <Trouble error={plan.error} />}
    </>
  );
}
