// Instead of the pages of an organisation that is to be deleted: until when it can be restored, and by whom.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api } from "#console/data/api.ts";
import { useGrant } from "#console/data/grant.ts";
import { Certain } from "#console/part/certain.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { Press } from "#console/part/press.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay } from "#console/text/say.ts";

interface EndedProps {
  readonly org: string;
  readonly ending: { readonly at: string; readonly purgeAt: string };
}

export function Ended({ org, ending }: EndedProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const grant = useGrant(org);
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const refresh = (): Promise<void> => cache.invalidateQueries();
  const params = { organisation: org };
  const restore = useMutation({ mutationFn: () => api.call("restoreOrganisation", { params }), onSuccess: refresh });
  const remove = useMutation({
    mutationFn: () => api.call("endOrganisation", { params, body: { name: org, now: true } }),
    async onSuccess() {
      // A moment later nothing is here.
      await navigate({ to: "/account" });
      await refresh();
    },
  });
  const isLate = Date.parse(ending.purgeAt) <= Date.now();
  const back = (
    <Link to="/account" className="button">
      {say("account.title")}
    </Link>
  );
  return (
    <Page title={say("ended.title", { name: org })} actions={back}>
      <section className="panel part">
        <p>
          {say("ended.since")} <Moment at={ending.at} />
        </p>
        <p>
          {say(isLate ? "ended.removed" : "ended.until")} {!isLate && <Moment at={ending.purgeAt} />}
        </p>
        <p className="soft">{say(isLate ? "ended.late" : "ended.about")}</p>
        {restore.error !== null && <Trouble error={restore.error} />}
        {!isLate &&
          (grant.may("delete-organisation") ? (
            <div className="actions">
              <Press
                type="button"
                className="button"
                data-kind="first"
                isOff={restore.isPending}
                onClick={() => restore.mutate()}
              >
                {say("ended.restore")}
              </Press>
              <button type="button" className="button" onClick={() => setAsking(true)}>
                {say("ended.now")}
              </button>
            </div>
          ) : (
            <p className="note">{say("ended.owners")}</p>
          ))}
      </section>
      {isAsking && (
        <Certain
          title={say("ended.now")}
          about={say("ended.now.about")}
          name={org}
          deed={say("ended.now")}
          error={remove.error}
          isPending={remove.isPending}
          onDo={remove.mutate}
          onClose={() => setAsking(false)}
        />
      )}
    </Page>
  );
}
