// What was sent to one webhook, and what it answered.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import type { WebhookDeliveryBody } from "#api/webhook.ts";
import { api } from "#console/data/api.ts";
import { useEvery } from "#console/data/every.ts";
import { useFilters } from "#console/data/filter.ts";
import { useOlder } from "#console/data/older.ts";
import { ChoiceFilter, Filters } from "#console/part/filters.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { More } from "#console/part/more.tsx";
import { Page } from "#console/part/page.tsx";
import { Press } from "#console/part/press.tsx";
import { Status, type Tone } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay, useTell } from "#console/text/say.ts";
import { Rotate } from "./rotate-webhook.tsx";

const SIZE = 50;
const STATES = ["pending", "delivered", "dead", "dropped"] as const;
const TONES: Readonly<Record<WebhookDeliveryBody["state"], Tone>> = {
  pending: "doubt",
  delivered: "good",
  dead: "bad",
  dropped: "none",
};

export function WebhookPage(): ReactNode {
  const say = useSay();
  const tell = useTell();
  const { org, id } = useParams({ from: "/o/$org/webhooks/$id" });
  const [{ state }, set] = useFilters<"state">();
  const hook = useEvery("listWebhooks", { params: { organisation: org } }).data?.find((one) => one.id === id);
  const answer = useOlder(
    "webhookDeliveries",
    { params: { organisation: org, id }, query: state === undefined ? {} : { state } },
    SIZE,
  );
  const cache = useQueryClient();
  const again = useMutation({
    mutationFn: (event: string) => api.call("replayWebhook", { params: { organisation: org, id }, body: { event } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["webhookDeliveries"] }),
  });
  const { mutate: replay, isPending } = again;
  const rows = useMemo(() => answer.data?.pages.flatMap(({ items }) => items) ?? [], [answer.data]);
  const columns = useMemo<readonly ListColumn<WebhookDeliveryBody>[]>(
    () => [
      { id: "type", title: say("webhook.event"), cell: ({ type }) => <code>{type}</code> },
      {
        id: "state",
        title: say("state"),
        cell: (row) => <Status tone={TONES[row.state]}>{say(`webhook.state.${row.state}`)}</Status>,
      },
      {
        id: "answer",
        title: say("webhook.answer"),
        cell: ({ status, problem }) =>
          [status, problem === null ? null : tell(problem)].filter((text) => text !== null).join(" "),
      },
      { id: "attempts", title: say("webhook.attempts"), isWide: true, cell: ({ attempts }) => attempts },
      { id: "next", title: say("webhook.next"), isWide: true, cell: ({ nextAt }) => nextAt && <Moment at={nextAt} /> },
      { id: "when", title: say("when"), cell: ({ time }) => <Moment at={time} /> },
      {
        id: "deeds",
        title: say("deeds"),
        cell: ({ event, type, state: was }) =>
          was !== "pending" && (
            <Press
              type="button"
              className="button"
              aria-label={say("webhook.replay.what", { type })}
              isOff={isPending}
              onClick={() => replay(event)}
            >
              {say("webhook.replay")}
            </Press>
          ),
      },
    ],
    [say, tell, replay, isPending],
  );
  return (
    <Page
      title={hook?.url ?? say("webhook.deliveries")}
      actions={hook !== undefined && <Rotate org={org} hook={hook} />}
    >
      <p className="trail">
        <Link to="/o/$org/webhooks" params={{ org }}>
          {say("nav.webhooks")}
        </Link>
      </p>
      {hook?.disabledAt != null && (
        <p>
          <Status tone="bad">{say("webhook.disabled.why", { why: tell(hook.disabledWhy ?? "") })}</Status>
        </p>
      )}
      {again.error !== null && <Trouble error={again.error} />}
      <Filters>
        <ChoiceFilter
          label={say("state")}
          value={state}
          options={STATES.map((one) => ({ id: one, text: say(`webhook.state.${one}`) }))}
          onChange={(value) => set("state", value)}
        />
      </Filters>
      <Waiting answer={answer}>
        {() => (
          <>
            <List
              label={say("webhook.deliveries")}
              columns={columns}
              rows={rows}
              keyOf={({ event }) => event}
              empty={
                <>
                  <h2>{say(state === undefined ? "webhook.deliveries.none" : "filter.none")}</h2>
                  <p className="soft">{say("webhook.deliveries.about")}</p>
                </>
              }
            />
            <More answer={answer} />
          </>
        )}
      </Waiting>
    </Page>
  );
}
