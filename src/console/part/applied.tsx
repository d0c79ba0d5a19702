// After the apply: how far the revision has come, live, and the way back.
import { Link } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { RevisionDeliveryBody } from "#api/weft.ts";
import { useSay } from "#console/text/say.ts";
import { Delivery } from "./delivery.tsx";
import { Status } from "./status.tsx";
import { Undo } from "./undo.tsx";

interface AppliedProps {
  readonly org: string;
  readonly revision: number;
  readonly delivery: RevisionDeliveryBody | undefined;
}

export function Applied({ org, revision, delivery }: AppliedProps): ReactNode {
  const say = useSay();
  const [isUndoing, setUndoing] = useState(false);
  return (
    <section className="stack" aria-live="polite">
      <div className="bar">
        <Status tone="good">{say("editor.applied")}</Status>
        <Link to="/o/$org/activity/$revision" params={{ org, revision: String(revision) }}>
          {say("revision.title", { revision })}
        </Link>
        <button type="button" className="button" onClick={() => setUndoing(true)}>
          <Undo2 aria-hidden size={16} />
          {say("revision.undo")}
        </button>
      </div>
      {delivery !== undefined && <Delivery delivery={delivery} />}
      {isUndoing && <Undo org={org} revision={revision} onClose={() => setUndoing(false)} />}
    </section>
  );
}
