// Who may call whom: a question that stands in the address, everybody with everybody, now or after a plan, and what is to stay so.
import { useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useAnswer } from "#console/data/api.ts";
import { useFilters } from "#console/data/filter.ts";
import type { Cell } from "#console/part/access-cells.ts";
import { Page } from "#console/part/page.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import { AccessMatrix } from "./access-matrix.tsx";
import { AccessQuestion, type QuestionField, questionKey } from "./access-question.tsx";
import { AccessTests } from "./access-tests.tsx";
import { usePlanLooked, WhatIf } from "./access-what-if.tsx";

export function Access(): ReactNode {
  const say = useSay();
  const navigate = useNavigate();
  const { org, mesh } = useParams({ from: "/o/$org/m/$mesh/access" });
  const [question, set] = useFilters<QuestionField | "outcome" | "name" | "view" | "plan">();
  const answer = useAnswer("accessMatrix", { params: { organisation: org }, query: { mesh } }, 30_000);
  const looked = usePlanLooked(org, question.plan);
  const changes = useMemo(() => looked.data?.access.filter((one) => one.mesh === mesh) ?? null, [looked.data, mesh]);
  const choose = ({ from, to, port }: Cell): void => {
    // Whoever has no certificate can be asked about no further.
    if (from === "*") return;
    const { outcome, name, view, plan } = question;
    const kept = Object.entries({ outcome, name, view, plan }).filter(([, text]) => text !== undefined);
    const search = { ...Object.fromEntries(kept), from, to, ...(port !== undefined && { port }) };
    void navigate({ to: "/o/$org/m/$mesh/access", params: { org, mesh }, search });
  };
  return (
    <Page title={say("nav.access")}>
      <Waiting answer={answer}>
        {(matrix) => (
          <div className="stack">
            <AccessQuestion
              key={questionKey(question)}
              org={org}
              mesh={mesh}
              question={question}
              names={[...matrix.from, ...matrix.to.map(({ service }) => service)]}
            />
            <WhatIf org={org} mesh={mesh} plan={question.plan} looked={looked} onPlan={(id) => set("plan", id)} />
            <AccessMatrix {...{ org, mesh, matrix, changes }} filters={question} onFilter={set} onChoose={choose} />
            <AccessTests org={org} mesh={mesh} />
          </div>
        )}
      </Waiting>
    </Page>
  );
}
