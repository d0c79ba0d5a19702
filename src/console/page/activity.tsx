// Activity: every revision, newest first: what changed, who by, why, and how far it has come.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import type { RevisionBody } from "#api/history.ts";
import { api, useAnswer } from "#console/data/api.ts";
import { DELIVERY_TONES } from "#console/part/delivery.tsx";
import { DeliveryChart } from "#console/part/delivery-chart.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { Press } from "#console/part/press.tsx";
import { Status } from "#console/part/status.tsx";
import { actorOf, summaryOf } from "#console/part/summary.ts";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";

const SIZE = "50";
/** Revisions whose deliveries are asked for: as many as the control plane lists. */
const RECENT = "100";

export function Activity(): ReactNode {
  const say = useSay();
  const { org } = useParams({ from: "/o/$org" });
  const params = { organisation: org };
  const answer = useInfiniteQuery({
    queryKey: ["listRevisions", params],
    queryFn: ({ pageParam, signal }) =>
      api.call("listRevisions", { params, query: { size: SIZE, ...pageParam }, signal }),
    initialPageParam: {} as Readonly<Record<string, string>>,
    getNextPageParam: ({ next }) => (next === null ? undefined : Object.fromEntries(new URLSearchParams(next))),
    refetchInterval: 10_000,
  });
  const deliveries = useAnswer("listRevisionDeliveries", { params, query: { size: RECENT } });
  const rows = useMemo(() => answer.data?.pages.flatMap(({ items }) => items) ?? [], [answer.data]);
  const columns = useMemo<readonly ListColumn<RevisionBody>[]>(() => {
    const states = new Map(deliveries.data?.items.map(({ revision, state }) => [revision, state]));
    return [
      {
        id: "revision",
        title: say("revision"),
        cell: ({ revision }) => (
          <Link to="/o/$org/activity/$revision" params={{ org, revision: String(revision) }}>
            {revision}
          </Link>
        ),
      },
      { id: "what", title: say("revision.what"), cell: (row) => summaryOf(row, say) },
      { id: "who", title: say("revision.who"), isWide: true, cell: actorOf },
      { id: "why", title: say("revision.why"), isWide: true, cell: ({ reason }) => reason },
      {
        id: "delivery",
        title: say("delivery.title"),
        cell: ({ revision }) => {
          const state = states.get(revision);
          return state && <Status tone={DELIVERY_TONES[state]}>{say(`delivery.${state}`)}</Status>;
        },
      },
      { id: "when", title: say("when"), cell: ({ time }) => <Moment at={time} /> },
    ];
  }, [say, org, deliveries.data]);
  return (
    <Page
      title={say("nav.activity")}
      actions={
        <Link className="button" to="/o/$org/plans" params={{ org }}>
          {say("nav.plans")}
        </Link>
      }
    >
      <Waiting answer={answer}>
        {() => (
          <div className="stack">
            <DeliveryChart org={org} size={RECENT} />
            <List
              label={say("nav.activity")}
              columns={columns}
              rows={rows}
              keyOf={({ revision }) => String(revision)}
              empty={
                <>
                  <h2>{say("revision.none")}</h2>
                  <p className="soft">{say("revision.about")}</p>
                </>
              }
            />
            {answer.hasNextPage && (
              <Press
                type="button"
                className="button more"
                isOff={answer.isFetchingNextPage}
                onClick={() => void answer.fetchNextPage()}
              >
                {say("more")}
              </Press>
            )}
          </div>
        )}
      </Waiting>
    </Page>
  );
}
