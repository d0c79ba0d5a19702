// What a plan does to access tests: those that break first, each with what would decide.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { WireTestState, WireTestTurns } from "#api/access.ts";
import { useSay, useTell } from "#console/text/say.ts";
import { reasonText } from "./reason.ts";
import { Status, type Tone } from "./status.tsx";
import { askedText } from "./test-text.ts";
import { Rule } from "./verdict.tsx";

const TURNS = [
  ["broken", "bad"],
  ["failing", "doubt"],
  ["mended", "good"],
] as const satisfies readonly (readonly [keyof WireTestTurns, Tone])[];

export function TestTurns({ org, tests }: { readonly org: string; readonly tests: WireTestTurns }): ReactNode {
  const say = useSay();
  if (TURNS.every(([list]) => tests[list].length === 0)) return null;
  return (
    <section className="panel part">
      <h3>{say("access.tests")}</h3>
      <ul className="lines">
        {TURNS.flatMap(([list, tone]) =>
          tests[list].map((one) => (
            <li key={`${list} ${one.mesh} ${one.name}`}>
              <Status tone={tone}>{say(`access.test.${list}`)}</Status>
              <TestLink org={org} mesh={one.mesh} name={one.name} />
              <span>
                {askedText(one)} <span className="soft">{say(`access.test.${one.expect}`)}</span>
              </span>
              {!one.after.holds && <Why org={org} mesh={one.mesh} state={one.after} />}
            </li>
          )),
        )}
      </ul>
    </section>
  );
}

export function TestLink({
  org,
  mesh,
  name,
}: {
  readonly org: string;
  readonly mesh: string;
  readonly name: string;
}): ReactNode {
  const params = { org, mesh, plural: "accesstests", name };
  return (
    <Link to="/o/$org/m/$mesh/resources/$plural/$name" params={params}>
      {name}
    </Link>
  );
}

/** How it is, and what decides. */
export function Why({
  org,
  mesh,
  state: { verdict, nobody },
}: {
  readonly org: string;
  readonly mesh: string;
  readonly state: WireTestState;
}): ReactNode {
  const say = useSay();
  const tell = useTell();
  if (verdict === undefined) return <span className="soft">{tell(nobody ?? "")}</span>;
  return (
    <span className="soft">
      {say(`access.${verdict.outcome}`)}:{" "}
      {verdict.rule ? <Rule org={org} mesh={mesh} rule={verdict.rule} /> : reasonText(verdict, say)}
    </span>
  );
}
