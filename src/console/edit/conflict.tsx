// Two people, one resource: what the other made of it and what was written here, side by side, and a way on from either.
import type { ReactNode } from "react";
import { useSay } from "#console/text/say.ts";
import { sideBySide } from "./lines.ts";

interface ConflictProps {
  readonly theirs: string;
  readonly mine: string;
  readonly onTheirs: () => void;
  readonly onMine: () => void;
}

export function Conflict({ theirs, mine, onTheirs, onMine }: ConflictProps): ReactNode {
  const say = useSay();
  return (
    <section className="panel part conflict" role="alert">
      <h3>{say("editor.conflict")}</h3>
      <p>{say("editor.conflict.what")}</p>
      <div className="list">
        <table className="sides">
          <thead>
            <tr>
              <th scope="col">{say("editor.conflict.theirs")}</th>
              <th scope="col">{say("editor.conflict.mine")}</th>
            </tr>
          </thead>
          <tbody>
            {sideBySide(theirs, mine)
              .slice(0, MOST)
              .map(({ left, right, isSame }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else, and never move.
                <tr key={index} data-same={isSame}>
                  <td>{left === null || isSame ? left : <del>{left || " "}</del>}</td>
                  <td>{right === null || isSame ? right : <ins>{right || " "}</ins>}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
      <div className="actions">
        <button type="button" className="button" data-kind="first" onClick={onMine}>
          {say("editor.conflict.keep")}
        </button>
        <button type="button" className="button" onClick={onTheirs}>
          {say("editor.conflict.take")}
        </button>
      </div>
    </section>
  );
}

/** More lines are drawn for nobody. */
const MOST = 2_000;
