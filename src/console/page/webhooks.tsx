// Webhooks: who is told of what, whether it gets through, and a way to try it.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import type { WebhookBody } from "#api/webhook.ts";
import { api } from "#console/data/api.ts";
import { useEvery } from "#console/data/every.ts";
import { Certain } from "#console/part/certain.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { Press } from "#console/part/press.tsx";
import { Status } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay, useTell } from "#console/text/say.ts";
import { NewWebhook } from "./new-webhook.tsx";

export function Webhooks(): ReactNode {
  const say = useSay();
  const tell = useTell();
  const { org } = useParams({ from: "/o/$org/webhooks" });
  const params = { organisation: org };
  const navigate = useNavigate();
  const answer = useEvery("listWebhooks", { params });
  const [isAdding, setAdding] = useState(false);
  const [deleted, setDeleted] = useState<WebhookBody | null>(null);
  const trial = useMutation({
    mutationFn: (id: string) => api.call("testWebhook", { params: { ...params, id } }),
    onSuccess: (_, id) => navigate({ to: "/o/$org/webhooks/$id", params: { org, id } }),
  });
  const { mutate: attempt, isPending } = trial;
  const columns = useMemo<readonly ListColumn<WebhookBody>[]>(
    () => [
      {
        id: "url",
        title: say("webhook.url"),
        by: ({ url }) => url,
        cell: ({ id, url, description }) => (
          <>
            <Link to="/o/$org/webhooks/$id" params={{ org, id }}>
              {url}
            </Link>{" "}
            <span className="soft">{description}</span>
          </>
        ),
      },
      {
        id: "state",
        title: say("state"),
        cell: ({ disabledAt, disabledWhy }) =>
          disabledAt === null ? (
            <Status tone="good">{say("webhook.enabled")}</Status>
          ) : (
            <Status tone="bad">
              <span title={tell(disabledWhy ?? "")}>{say("webhook.disabled")}</span>
            </Status>
          ),
      },
      { id: "events", title: say("webhook.events"), isWide: true, cell: ({ events }) => events.join(", ") },
      {
        id: "made",
        title: say("token.made"),
        isWide: true,
        by: ({ createdAt }) => createdAt,
        cell: ({ createdAt }) => <Moment at={createdAt} />,
      },
      {
        id: "deeds",
        title: say("deeds"),
        cell: (hook) => (
          <span className="actions">
            <Press
              type="button"
              className="button"
              aria-label={say("webhook.test.what", { url: hook.url })}
              isOff={isPending}
              onClick={() => attempt(hook.id)}
            >
              {say("webhook.test")}
            </Press>
            <button
              type="button"
              className="button"
              aria-label={say("resource.delete.title", { what: hook.url })}
              onClick={() => setDeleted(hook)}
            >
              {say("resource.delete")}
            </button>
          </span>
        ),
      },
    ],
    [say, tell, org, attempt, isPending],
  );
  const add = (
    <button type="button" className="button" data-kind="first" onClick={() => setAdding(true)}>
      <Plus aria-hidden size={16} />
      {say("webhook.add")}
    </button>
  );
  return (
    <Page title={say("nav.webhooks")} actions={add}>
      {trial.error !== null && <Trouble error={trial.error} />}
      <Waiting answer={answer}>
        {(rows) => (
          <List
            label={say("nav.webhooks")}
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            empty={
              <>
                <h2>{say("webhook.none")}</h2>
                <p className="soft">{say("webhook.what")}</p>
                {add}
              </>
            }
          />
        )}
      </Waiting>
      {isAdding && <NewWebhook org={org} onClose={() => setAdding(false)} />}
      {deleted && <Delete org={org} hook={deleted} onClose={() => setDeleted(null)} />}
    </Page>
  );
}

interface DeleteProps {
  readonly org: string;
  readonly hook: WebhookBody;
  readonly onClose: () => void;
}

function Delete({ org, hook: { id, url }, onClose }: DeleteProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.call("deleteWebhook", { params: { organisation: org, id } }),
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: ["listWebhooks"] });
      onClose();
    },
  });
  return (
    <Certain
      title={say("resource.delete.title", { what: url })}
      about={say("webhook.delete.about")}
      name={url}
      deed={say("resource.delete")}
      error={remove.error}
      isPending={remove.isPending}
      onDo={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
