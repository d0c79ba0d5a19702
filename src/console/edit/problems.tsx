// Problems as a list: each leads to its place in the text.
import type { ReactNode } from "react";
import { Status } from "#console/part/status.tsx";
import { useSay } from "#console/text/say.ts";
import type { Mark } from "./code.tsx";
import type { Span } from "./tree.ts";

interface ProblemsProps {
  readonly marks: readonly Mark[];
  readonly text: string;
  readonly onShow: (span: Span) => void;
}

export function Problems({ marks, text, onShow }: ProblemsProps): ReactNode {
  const say = useSay();
  return (
    <section className="panel part" aria-label={say("editor.problems")}>
      <h3>{say("editor.problems")}</h3>
      {marks.length === 0 ? (
        <Status tone="good">{say("editor.problems.none")}</Status>
      ) : (
        <ul className="lines code-problems">
          {marks.map(({ span, severity, text: reason }) => (
            <li key={`${span[0]} ${reason}`}>
              <button type="button" onClick={() => onShow(span)}>
                <Status tone={severity === "error" ? "bad" : "doubt"}>
                  {say("editor.line", { line: lineOf(text, span[0]) })}
                </Status>
                <span>{reason}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Counted from one. */
function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
