// A webhook's new secret: asked for, then shown once; the one before signs too for a day, so that receivers can follow.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { WebhookBody } from "#api/webhook.ts";
import { api } from "#console/data/api.ts";
import { Moment } from "#console/part/moment.tsx";
import { Press } from "#console/part/press.tsx";
import { ShownOnce } from "#console/part/shown-once.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Window } from "#console/part/window.tsx";
import { useSay } from "#console/text/say.ts";

interface RotateProps {
  readonly org: string;
  readonly hook: WebhookBody;
}

export function Rotate({ org, hook: { id, olderUntil } }: RotateProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const rotate = useMutation({
    mutationFn: () => api.call("rotateWebhook", { params: { organisation: org, id } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["listWebhooks"] }),
  });
  const close = (): void => {
    setAsking(false);
    rotate.reset();
  };
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>
        {say("webhook.rotate")}
      </button>
      {isAsking && rotate.data === undefined && (
        <Window title={say("webhook.rotate")} isOpen onClose={close}>
          <div className="stack">
            <p>{say("webhook.rotate.about")}</p>
            {olderUntil !== null && (
              <p>
                {say("webhook.rotate.older")} <Moment at={olderUntil} />
              </p>
            )}
            {rotate.error !== null && <Trouble error={rotate.error} />}
            <div className="actions">
              <Press
                type="button"
                className="button"
                data-kind="first"
                isOff={rotate.isPending}
                onClick={() => rotate.mutate()}
              >
                {say("webhook.rotate.do")}
              </Press>
              <button type="button" className="button" onClick={close}>
                {say("window.close")}
              </button>
            </div>
          </div>
        </Window>
      )}
      {rotate.data !== undefined && (
        <ShownOnce
          title={say("webhook.rotated.title")}
          about={say("webhook.once")}
          label={say("webhook.secret")}
          text={rotate.data.secret}
          onClose={close}
        />
      )}
    </>
  );
}
