// A new webhook: where to, and of what; then its secret, once.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api } from "#console/data/api.ts";
import { Choices } from "#console/part/choices.tsx";
import { Field } from "#console/part/field.tsx";
import { Press } from "#console/part/press.tsx";
import { ShownOnce } from "#console/part/shown-once.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Window } from "#console/part/window.tsx";
import { type TextKey, useSay } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";
import { SUBSCRIBABLE, type WebhookEvent } from "#model/webhook/event.ts";

interface NewWebhookProps {
  readonly org: string;
  readonly onClose: () => void;
}

export function NewWebhook({ org, onClose }: NewWebhookProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const [url, setUrl] = useState("");
  const [description, setDescription] = useState("");
  const [chosen, setChosen] = useState<readonly WebhookEvent[]>(["revision.rejected", "zone.offline"]);
  const create = useMutation({
    mutationFn: () =>
      api.call("createWebhook", {
        params: { organisation: org },
        body: { url: url.trim(), events: [...chosen], ...(description !== "" && { description }) },
      }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["listWebhooks"] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate();
  };
  if (create.data !== undefined) {
    return (
      <ShownOnce
        title={say("webhook.made.title")}
        about={say("webhook.once")}
        label={say("webhook.secret")}
        text={create.data.secret}
        onClose={onClose}
      />
    );
  }
  const fault =
    create.error instanceof Fault ? create.error.violations.find(({ field }) => field === "url")?.reason : undefined;
  return (
    <Window title={say("webhook.add")} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <Field
          label={say("webhook.url")}
          about={say("webhook.url.about")}
          value={url}
          onChange={setUrl}
          fault={fault}
          type="url"
          autoFocus
          isRequired
        />
        <Field label={say("webhook.description")} value={description} onChange={setDescription} maxLength={1000} />
        <Choices
          title={say("webhook.events")}
          names={SUBSCRIBABLE}
          chosen={chosen}
          aboutOf={(event) => say(`webhook.event.${event.replace(".", "-")}` as TextKey)}
          onChoose={setChosen}
        />
        {create.error !== null && fault === undefined && <Trouble error={create.error} />}
        <div className="actions">
          <Press
            type="submit"
            className="button"
            data-kind="first"
            isOff={url.trim() === "" || chosen.length === 0 || create.isPending}
          >
            {say("webhook.add.do")}
          </Press>
        </div>
      </form>
    </Window>
  );
}
