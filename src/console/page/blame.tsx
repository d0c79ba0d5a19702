// Who wrote which field of a resource last: asked for when it is opened.
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { BlameBody } from "#api/history.ts";
import { useAnswer } from "#console/data/api.ts";
import type { ResourcePlace } from "#console/data/resource-place.ts";
import { Moment } from "#console/part/moment.tsx";
import { actorOf } from "#console/part/summary.ts";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay, useTell } from "#console/text/say.ts";

type Field = BlameBody["fields"][number];

export function Blame({ org, mesh, plural, name }: ResourcePlace): ReactNode {
  const say = useSay();
  const [isOpen, setOpen] = useState(false);
  const params = { organisation: org, mesh, plural, name };
  const answer = useAnswer(mesh === "" ? "blameGlobal" : "blame", { params }, 30_000, isOpen);
  return (
    <details className="panel part fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{say("resource.blame")}</h2>
      </summary>
      {isOpen && (
        <Waiting answer={answer}>
          {({ fields }) => (
            <ul className="lines apart">
              {fields.map((field) => (
                <li key={field.path}>
                  <code>{field.path}</code>
                  {field.withheld !== true && <code className="soft">{JSON.stringify(field.value)}</code>}
                  <Writer org={org} field={field} />
                </li>
              ))}
            </ul>
          )}
        </Waiting>
      )}
    </details>
  );
}

function Writer({
  org,
  field: { revision, actor, token, user, time, reason },
}: {
  readonly org: string;
  readonly field: Field;
}): ReactNode {
  const say = useSay();
  const tell = useTell();
  if (revision === null) return <span className="soft">{tell(reason)}</span>;
  return (
    <span className="soft">
      <Link to="/o/$org/activity/$revision" params={{ org, revision: String(revision) }}>
        {say("revision.title", { revision: String(revision) })}
      </Link>{" "}
      {actorOf({ actor: actor ?? "", token, ...(user && { user }) })} {time !== null && <Moment at={time} />}
    </span>
  );
}
