// Plans: changes that were looked at and wait: who made them, what they would do, and how they stand.
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import type { PlanListBody } from "#api/plan.ts";
import { useAnswer } from "#console/data/api.ts";
import { useFilters } from "#console/data/filter.ts";
import { actorName, PLAN_STATES, PLAN_TONES, planState } from "#console/data/plan.ts";
import { ChoiceFilter, Filters, TextFilter } from "#console/part/filters.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { Status } from "#console/part/status.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";

type Item = PlanListBody["items"][number];

const stateOf = (item: Item): ReturnType<typeof planState> => planState(item, item.changes, Date.now());

export function Plans(): ReactNode {
  const say = useSay();
  const { org } = useParams({ from: "/o/$org/plans" });
  const [filters, set] = useFilters<"name" | "state">();
  const answer = useAnswer("listPlans", { params: { organisation: org } });
  const rows = useMemo(() => {
    const { items = [], names = {} } = answer.data ?? {};
    const word = (filters.name ?? "").toLowerCase();
    return items.filter(
      (one) =>
        `${one.id} ${one.reason} ${actorName(one.actor, names)}`.toLowerCase().includes(word) &&
        (filters.state === undefined || stateOf(one) === filters.state),
    );
  }, [answer.data, filters]);
  const columns = useMemo<readonly ListColumn<Item>[]>(() => {
    const names = answer.data?.names ?? {};
    return [
      {
        id: "plan",
        title: say("plan"),
        cell: ({ id }) => (
          <Link to="/o/$org/plans/$plan" params={{ org, plan: id }}>
            <code>{id}</code>
          </Link>
        ),
      },
      {
        id: "state",
        title: say("state"),
        by: stateOf,
        cell: (one) => <Status tone={PLAN_TONES[stateOf(one)]}>{say(`plan.state.${stateOf(one)}`)}</Status>,
      },
      {
        id: "approvals",
        title: say("plan.approvals"),
        cell: ({ approval: { given, required } }) => required > 0 && say("plan.approvals.of", { given, required }),
      },
      { id: "who", title: say("revision.who"), isWide: true, cell: ({ actor }) => actorName(actor, names) },
      { id: "why", title: say("revision.why"), isWide: true, cell: ({ reason }) => reason },
      {
        id: "resources",
        title: say("nav.resources"),
        isWide: true,
        by: ({ changes }) => changes,
        cell: ({ changes }) => say("figure", { figure: changes }),
      },
      {
        id: "proxies",
        title: say("nav.proxies"),
        isWide: true,
        by: ({ proxies }) => proxies,
        cell: ({ proxies }) => say("figure", { figure: proxies }),
      },
      {
        id: "when",
        title: say("when"),
        by: ({ createdAt }) => createdAt,
        cell: ({ createdAt }) => <Moment at={createdAt} />,
      },
    ];
  }, [say, org, answer.data]);
  return (
    <Page title={say("nav.plans")}>
      <Filters>
        <TextFilter label={say("plan.filter")} value={filters.name} onChange={(value) => set("name", value)} />
        <ChoiceFilter
          label={say("state")}
          value={filters.state}
          options={PLAN_STATES.map((id) => ({ id, text: say(`plan.state.${id}`) }))}
          onChange={(value) => set("state", value)}
        />
      </Filters>
      <Waiting answer={answer}>
        {({ items }) => (
          <List
            label={say("nav.plans")}
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            empty={
              items.length > 0 ? (
                <h2>{say("filter.none")}</h2>
              ) : (
                <>
                  <h2>{say("plan.none")}</h2>
                  <p className="soft">{say("plan.about")}</p>
                  <code>weft plan -f FILE</code>
                </>
              )
            }
          />
        )}
      </Waiting>
    </Page>
  );
}
