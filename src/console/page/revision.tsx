// One revision: what it changed, what that did, how far it has come, and the way back.
import { useParams } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useAnswer } from "#console/data/api.ts";
import { Changing } from "#console/part/changing.tsx";
import { Delivery } from "#console/part/delivery.tsx";
import { Difference } from "#console/part/difference.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Outcome } from "#console/part/outcome.tsx";
import { Page } from "#console/part/page.tsx";
import { actorOf, summaryOf } from "#console/part/summary.ts";
import { Undo } from "#console/part/undo.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";

export function Revision(): ReactNode {
  const { org, revision } = useParams({ from: "/o/$org/activity/$revision" });
  // Of another one nothing is shown as this one's, however long the answer takes.
  return <One key={`${org} ${revision}`} org={org} revision={revision} />;
}

function One({ org, revision }: { readonly org: string; readonly revision: string }): ReactNode {
  const say = useSay();
  const params = { organisation: org, revision };
  const answer = useAnswer("getRevision", { params });
  const delivery = useAnswer("getRevisionDelivery", { params }, 2_000);
  const before = String(Number(revision) - 1);
  const diff = useAnswer("diff", { params: { organisation: org }, query: { from: before, to: revision } });
  const [isUndoing, setUndoing] = useState(false);
  const undo = (
    <Changing org={org}>
      <button type="button" className="button" onClick={() => setUndoing(true)}>
        <Undo2 aria-hidden size={16} />
        {say("revision.undo")}
      </button>
    </Changing>
  );
  return (
    <Page title={say("revision.title", { revision })} actions={answer.data && undo}>
      <Waiting answer={answer}>
        {(data) => (
          <div className="stack">
            <p>
              {summaryOf(data, say)} · <strong>{actorOf(data)}</strong> · <Moment at={data.time} />
            </p>
            {data.reason !== "" && <blockquote>{data.reason}</blockquote>}
            {delivery.data && <Delivery delivery={delivery.data} />}
            {diff.data?.items.map((item) => (
              <Difference key={`${item.type} ${item.mesh} ${item.name}`} item={item} />
            ))}
            {data.effect && data.access && data.faults && (
              <Outcome effect={data.effect} access={data.access} faults={data.faults} />
            )}
          </div>
        )}
      </Waiting>
      {isUndoing && <Undo org={org} revision={Number(revision)} onClose={() => setUndoing(false)} />}
    </Page>
  );
}
