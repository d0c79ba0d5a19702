// What is doubtful about a resource, as lint finds it: conflicts with others, what shadows it, what it can never reach.
import type { ReactNode } from "react";
import { useAnswer } from "#console/data/api.ts";
import { Status, type Tone } from "#console/part/status.tsx";
import { useSay, useTell } from "#console/text/say.ts";

const TONES: Readonly<Record<string, Tone>> = { error: "bad", warning: "doubt", info: "none" };

interface DoubtsProps {
  readonly org: string;
  readonly mesh: string;
  /** Of the kind. */
  readonly type: string;
  readonly name: string;
}

/** Nothing where nothing is doubtful. */
export function Doubts({ org, mesh, type, name }: DoubtsProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const { data } = useAnswer("lint", { params: { organisation: org }, query: { mesh } }, 60_000);
  const own = (data?.items ?? []).filter((one) => one.type === type && one.name === name);
  if (own.length === 0) return null;
  return (
    <section className="panel part">
      <h2>{say("resource.doubts")}</h2>
      <ul className="lines">
        {own.map(({ code, severity, field, what, why, fix }) => (
          <li key={`${code} ${field} ${what}`} className="stack">
            <Status tone={TONES[severity] ?? "none"}>{tell(what)}</Status>
            {field !== "" && <code>{field}</code>}
            <span className="soft">{tell(why)}</span>
            <span>{tell(fix)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
