// Whether calls get through, by what, and what else spoke of it.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { WireRule, WireVerdict } from "#api/access.ts";
import { kindOfType, useKinds } from "#console/data/kind.ts";
import { useSay } from "#console/text/say.ts";
import { reasonText } from "./reason.ts";
import { Status, type Tone } from "./status.tsx";

export const OUTCOMES = ["allowed", "denied", "open", "requests", "mixed", "none"] as const;

export const OUTCOME_TONES: Readonly<Record<WireVerdict["outcome"], Tone>> = {
  allowed: "good",
  denied: "bad",
  open: "doubt",
  requests: "doubt",
  mixed: "doubt",
  none: "none",
};

interface VerdictProps {
  readonly org: string;
  readonly mesh: string;
  readonly verdict: WireVerdict;
}

export function Verdict({ org, mesh, verdict }: VerdictProps): ReactNode {
  const say = useSay();
  const { outcome, rule, shadowed = [], requests = [], otherwise, plaintext, parts = [] } = verdict;
  return (
    <div className="stack">
      <p className="line">
        <Status tone={OUTCOME_TONES[outcome]}>{say(`access.${outcome}`)}</Status>
        <span>{reasonText(verdict, say)}</span>
        {rule && <Rule org={org} mesh={mesh} rule={rule} />}
      </p>
      {plaintext && <Status tone="doubt">{say("access.plaintext")}</Status>}
      {requests.length > 0 && (
        <ul className="lines">
          {requests.map(({ action, match, rule: one }) => (
            <li key={`${one.kri} ${one.field}`}>
              <Status tone={action === "allow" ? "good" : "bad"}>{say(`access.request.${action}`)}</Status>
              <code>{JSON.stringify(match)}</code>
              <Rule org={org} mesh={mesh} rule={one} />
            </li>
          ))}
          {otherwise && (
            <li>
              <Status tone={OUTCOME_TONES[otherwise]}>{say(`access.${otherwise}`)}</Status>
              <span className="soft">{say("access.otherwise")}</span>
            </li>
          )}
        </ul>
      )}
      {parts.map((part) => (
        <Verdict key={JSON.stringify(part)} org={org} mesh={mesh} verdict={part} />
      ))}
      {shadowed.length > 0 && (
        <details className="fold">
          <summary>{say("access.shadowed", { count: shadowed.length })}</summary>
          <ul className="lines">
            {shadowed.map((one) => (
              <li key={`${one.kri} ${one.field}`}>
                <Rule org={org} mesh={mesh} rule={one} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** A rule by its resource and where it stands in it. */
export function Rule({
  org,
  mesh,
  rule,
}: {
  readonly org: string;
  readonly mesh: string;
  readonly rule: WireRule;
}): ReactNode {
  const plural = kindOfType(useKinds(org), rule.type)?.path;
  const name = `${rule.type} ${rule.name}`;
  return (
    <span>
      {plural === undefined ? (
        name
      ) : (
        <Link to="/o/$org/m/$mesh/resources/$plural/$name" params={{ org, mesh, plural, name: rule.name }}>
          {name}
        </Link>
      )}{" "}
      <code>{rule.field}</code>
    </span>
  );
}
