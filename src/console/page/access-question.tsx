// May A reach B: the question, the answer with the rule that decides, and every way that such calls take.

import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import type { WirePath } from "#api/access.ts";
import { useAnswer } from "#console/data/api.ts";
import type { Filters } from "#console/data/filter.ts";
import { Press } from "#console/part/press.tsx";
import { Rule, Verdict } from "#console/part/verdict.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import { AccessDeeds } from "./access-deeds.tsx";

const FIELDS = ["from", "to", "port", "method", "path"] as const;
export type QuestionField = (typeof FIELDS)[number];
type Question = Filters<QuestionField>;

/** The same for the same question, whatever else the address says. */
export function questionKey(question: Question): string {
  return JSON.stringify(FIELDS.map((field) => question[field] ?? ""));
}

interface AccessQuestionProps {
  readonly org: string;
  readonly mesh: string;
  readonly question: Question;
  /** Of services there are, to choose from. */
  readonly names: readonly string[];
}

export function AccessQuestion({ org, mesh, question, names: services }: AccessQuestionProps): ReactNode {
  const say = useSay();
  const navigate = useNavigate();
  const names = useId();
  const [asked, setAsked] = useState(question);
  const known = [...new Set(services)].filter((name) => name !== "*").sort();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const given = FIELDS.map((field) => [field, (asked[field] ?? "").trim()] as const).filter(
      ([, text]) => text !== "",
    );
    const others = Object.entries(question).filter(([key]) => !FIELDS.some((field) => field === key));
    const search = Object.fromEntries([...others, ...given]);
    void navigate({ to: "/o/$org/m/$mesh/access", params: { org, mesh }, search });
  };
  const isWhole = (asked.from ?? "").trim() !== "" && (asked.to ?? "").trim() !== "";
  return (
    <section className="panel part">
      <h2>{say("access.question")}</h2>
      <form className="question" onSubmit={submit}>
        {FIELDS.map((field) => (
          <label key={field} className="field">
            <span>{say(`access.${field}`)}</span>
            <input
              name={field}
              value={asked[field] ?? ""}
              required={field === "from" || field === "to"}
              list={field === "from" || field === "to" ? names : undefined}
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => setAsked({ ...asked, [field]: target.value })}
            />
          </label>
        ))}
        <datalist id={names}>
          {known.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Press type="submit" className="button" data-kind="first" isOff={!isWhole}>
          {say("access.ask")}
        </Press>
      </form>
      {question.from === undefined || question.to === undefined ? (
        <p className="soft">{say("access.question.about")}</p>
      ) : (
        <Reply org={org} mesh={mesh} from={question.from} to={question.to} question={question} />
      )}
    </section>
  );
}

interface ReplyProps {
  readonly org: string;
  readonly mesh: string;
  readonly from: string;
  readonly to: string;
  readonly question: Question;
}

function Reply({ org, mesh, from, to, question: { port, method, path } }: ReplyProps): ReactNode {
  const say = useSay();
  const answer = useAnswer("reach", {
    params: { organisation: org },
    query: {
      mesh,
      ...{ from, to },
      ...(port !== undefined && { port }),
      ...(method !== undefined && { method: method.toUpperCase() }),
      ...(path !== undefined && { path }),
    },
  });
  return (
    <Waiting answer={answer}>
      {({ verdict, paths, permission }) => (
        <div className="stack" aria-live="polite">
          <h3>{say("access.pair", { from, to })}</h3>
          <Verdict org={org} mesh={mesh} verdict={verdict} />
          {permission && (
            <>
              <p className="soft">{say("access.permission")}</p>
              <Verdict org={org} mesh={mesh} verdict={permission} />
            </>
          )}
          <AccessDeeds org={org} mesh={mesh} question={{ from, to, port, method, path }} verdict={verdict} />
          {paths.length > 0 && (
            <details className="fold">
              <summary>{say("access.paths", { count: paths.length })}</summary>
              <ol className="lines apart">
                {paths.map((one) => (
                  <li key={JSON.stringify(one)}>
                    <Way org={org} mesh={mesh} way={one} />
                  </li>
                ))}
              </ol>
            </details>
          )}
        </div>
      )}
    </Waiting>
  );
}

/** Step by step: the client's proxies, what they call, zones' proxies between, and the proxies at the end. */
function Way({ org, mesh, way }: { readonly org: string; readonly mesh: string; readonly way: WirePath }): ReactNode {
  const say = useSay();
  const { from, outbound, route, via, to, verdict, token } = way;
  const sockets = [...(via.egress ?? []), ...(via.ingress ?? [])].map(({ address, port }) => `${address}:${port}`);
  const steps = [
    say("access.step.from", { zone: from.zone, proxies: from.proxies.names.join(", ") }),
    `${outbound.hostnames[0] ?? outbound.address}:${outbound.port}`,
    ...(route === undefined ? [] : [`${route.type} ${route.name} [${route.rule}]`]),
    ...(sockets.length === 0 ? [] : [say("access.step.via", { places: sockets.join(", ") })]),
    say("access.step.to", { service: to.service, zone: to.zone, proxies: to.proxies.names.join(", ") }),
  ];
  return (
    <>
      <span>{steps.join(" → ")}</span>
      <span className="soft">{[to.protocol, to.tls].filter((text) => text !== "").join(", ")}</span>
      <Verdict org={org} mesh={mesh} verdict={verdict} />
      {token && (
        <span>
          {say("access.token")} <Rule org={org} mesh={mesh} rule={token} />
        </span>
      )}
    </>
  );
}
