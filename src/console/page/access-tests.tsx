// Access tests of the mesh: what is to stay so, whether it is, and by which rule.
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import type { WireAccessTest } from "#api/access.ts";
import { useEvery } from "#console/data/every.ts";
import { Changing } from "#console/part/changing.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Status } from "#console/part/status.tsx";
import { askedText } from "#console/part/test-text.ts";
import { TestLink, Why } from "#console/part/test-turns.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";

export function AccessTests({ org, mesh }: { readonly org: string; readonly mesh: string }): ReactNode {
  const say = useSay();
  const answer = useEvery("accessTests", { params: { organisation: org }, query: { mesh } });
  const columns = useMemo<readonly ListColumn<WireAccessTest>[]>(
    () => [
      {
        id: "state",
        title: say("access.test.state"),
        by: ({ holds }) => (holds ? 1 : 0),
        cell: ({ holds }) => (
          <Status tone={holds ? "good" : "bad"}>{say(holds ? "access.test.holds" : "access.test.fails")}</Status>
        ),
      },
      {
        id: "asked",
        title: say("access.test.asked"),
        by: askedText,
        cell: (test) => (
          <span title={test.reason}>
            {askedText(test)} <span className="soft">{say(`access.test.${test.expect}`)}</span>
          </span>
        ),
      },
      {
        id: "name",
        title: say("access.test.name"),
        by: ({ name }) => name,
        isWide: true,
        cell: ({ name }) => <TestLink org={org} mesh={mesh} name={name} />,
      },
      {
        id: "why",
        title: say("access.because"),
        isWide: true,
        cell: (test) => <Why org={org} mesh={mesh} state={test} />,
      },
    ],
    [say, org, mesh],
  );
  return (
    <section className="stack">
      <div className="bar">
        <h2>{say("access.tests")}</h2>
        <Changing org={org} mesh={mesh} verb="plan">
          <Link className="button" to="/o/$org/m/$mesh/new" params={{ org, mesh }} search={{ kind: "AccessTest" }}>
            {say("access.test.new")}
          </Link>
        </Changing>
      </div>
      <Waiting answer={answer}>
        {(items) => {
          const failing = items.filter(({ holds }) => !holds).length;
          return (
            <>
              {items.length > 0 && (
                <p role="status">
                  <Status tone={failing === 0 ? "good" : "bad"}>
                    {say("access.tests.count", { count: items.length, holding: items.length - failing })}
                  </Status>
                </p>
              )}
              <List
                label={say("access.tests")}
                columns={columns}
                rows={items}
                keyOf={({ name }) => name}
                empty={
                  <>
                    <h3>{say("access.tests.none")}</h3>
                    <p className="soft">{say("access.tests.about")}</p>
                  </>
                }
              />
            </>
          );
        }}
      </Waiting>
    </section>
  );
}
