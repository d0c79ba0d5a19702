// What is chosen: a service with whom it has to do with, or one call with the rule that decides it.
import { Link } from "@tanstack/react-router";
import { Crosshair, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { GraphBody } from "#api/graph.ts";
import { Status, type Tone } from "#console/part/status.tsx";
import { OUTCOME_TONES, Verdict } from "#console/part/verdict.tsx";
import { type Say, useSay } from "#console/text/say.ts";
import { type GraphNode, isFaulty } from "./scene.ts";
import { type Tie, tiesOf } from "./ties.ts";
import { groupText, healthText } from "./words.ts";

interface DetailProps {
  readonly org: string;
  readonly mesh: string;
  readonly at: string;
  readonly to: string | null;
  readonly focus: string | null;
  /** The graph around it; undefined until it has come. */
  readonly near: GraphBody | undefined;
  readonly onChoose: (at: string | null, to: string | null) => void;
  readonly onFocus: (name: string) => void;
}

export function Detail({ org, mesh, at, to, focus, near, onChoose, onFocus }: DetailProps): ReactNode {
  const say = useSay();
  const node = near?.nodes.find(({ name }) => name === at);
  return (
    <aside className="panel part detail" aria-label={say("topology.detail")} id="detail">
      <header className="detail-head">
        <h2 tabIndex={-1}>{to === null ? at : say("access.pair", { from: at, to })}</h2>
        <button
          type="button"
          className="icon-button"
          aria-label={say("topology.detail.close")}
          onClick={() => onChoose(null, null)}
        >
          <X aria-hidden size={17} />
        </button>
      </header>
      {near === undefined || node === undefined ? (
        <p className="soft">{say("waiting")}</p>
      ) : to === null ? (
        <ServiceDetail {...{ org, mesh, focus, near, node, onChoose, onFocus }} />
      ) : (
        <CallDetail {...{ org, mesh, near, at, to, onChoose }} />
      )}
    </aside>
  );
}

function toneOf(node: GraphNode): Tone {
  if (node.kind === "outside") return "none";
  return !isFaulty(node) ? "good" : node.proxies.online === 0 ? "bad" : "doubt";
}

interface ServiceDetailProps extends Pick<DetailProps, "org" | "mesh" | "focus" | "onChoose" | "onFocus"> {
  readonly near: GraphBody;
  readonly node: GraphNode;
}

function ServiceDetail({ org, mesh, focus, near, node, onChoose, onFocus }: ServiceDetailProps): ReactNode {
  const say = useSay();
  const { name, kind, group, zones, callers, calls, strangers } = node;
  const ties = tiesOf(near, name);
  return (
    <>
      <p className="line">
        <span className="tag">{say(`topology.kind.${kind}`)}</span>
        <span className="tag">{zones.length > 1 ? zones.join(", ") : groupText(group, say)}</span>
        <Status tone={toneOf(node)}>{healthText(node, say)}</Status>
      </p>
      {strangers !== null && (
        <p className="line">
          <span className="soft">{say("access.anyone")}:</span>
          <Status
            tone={
              strangers === "denied" ? "good" : OUTCOME_TONES[strangers] === "good" ? "doubt" : OUTCOME_TONES[strangers]
            }
          >
            {say(`access.${strangers}`)}
          </Status>
        </p>
      )}
      <p className="actions">
        {name !== focus && (
          <button type="button" className="button" onClick={() => onFocus(name)}>
            <Crosshair aria-hidden size={15} />
            {say("topology.focus.on")}
          </button>
        )}
        <Link className="button" to="/o/$org/m/$mesh/services" params={{ org, mesh }} search={{ name }}>
          {say("topology.service")}
        </Link>
        {kind !== "outside" && (
          <Link className="button" to="/o/$org/m/$mesh/proxies" params={{ org, mesh }} search={{ service: name }}>
            {say("nav.proxies")}
          </Link>
        )}
      </p>
      <TieList
        {...{ org, mesh }}
        title={say("topology.callers", { count: callers })}
        total={callers}
        ties={ties.callers}
        none={say("topology.callers.none")}
        onPick={(other) => onChoose(other, name)}
      />
      <TieList
        {...{ org, mesh }}
        title={say("topology.calls", { count: calls })}
        total={calls}
        ties={ties.calls}
        none={say("topology.calls.none")}
        onPick={(other) => onChoose(name, other)}
      />
    </>
  );
}

interface TieListProps {
  readonly org: string;
  readonly mesh: string;
  readonly title: string;
  readonly total: number;
  readonly ties: readonly Tie[];
  readonly none: string;
  readonly onPick: (other: string) => void;
}

function TieList({ org, mesh, title, total, ties, none, onPick }: TieListProps): ReactNode {
  const say = useSay();
  const told = ties.reduce((sum, { names, unnamed }) => sum + names.length + unnamed, 0);
  return (
    <section className="stack">
      <h3>{title}</h3>
      {total === 0 && <p className="soft">{none}</p>}
      {ties.map((tie) => (
        <div key={JSON.stringify([tie.verdict.outcome, tie.verdict.reason, tie.verdict.rule])} className="tie">
          <Verdict org={org} mesh={mesh} verdict={tie.verdict} />
          <Names names={tie.names} unnamed={tie.unnamed} onPick={onPick} say={say} />
        </div>
      ))}
      {told < total && <p className="soft">{say("and-more", { rest: total - told })}</p>}
    </section>
  );
}

/** Names that are shown before the others are asked for. */
const FEW = 8;

function Names({
  names,
  unnamed,
  onPick,
  say,
}: {
  readonly names: readonly string[];
  readonly unnamed: number;
  readonly onPick: (name: string) => void;
  readonly say: Say;
}): ReactNode {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? names : names.slice(0, FEW);
  const rest = names.length - shown.length;
  return (
    <p className="flow">
      {shown.map((name) => (
        <button key={name} type="button" className="link" onClick={() => onPick(name)}>
          {name}
        </button>
      ))}
      {rest > 0 && (
        <button type="button" className="link" onClick={() => setWhole(true)}>
          {say("and-more", { rest: rest + unnamed })}
        </button>
      )}
      {rest <= 0 && unnamed > 0 && <span className="soft">{say("and-more", { rest: unnamed })}</span>}
    </p>
  );
}

interface CallDetailProps extends Pick<DetailProps, "org" | "mesh" | "onChoose"> {
  readonly near: GraphBody;
  readonly at: string;
  readonly to: string;
}

function CallDetail({ org, mesh, near, at, to, onChoose }: CallDetailProps): ReactNode {
  const say = useSay();
  const call = near.edges.find((one) => one.from === at && one.to === to);
  return (
    <>
      {call === undefined ? (
        <p className="soft">{say("topology.call.none")}</p>
      ) : (
        <Verdict org={org} mesh={mesh} verdict={call.verdict} />
      )}
      <p className="actions">
        <Link className="button" to="/o/$org/m/$mesh/access" params={{ org, mesh }} search={{ from: at, to }}>
          {say("topology.ask")}
        </Link>
        {[at, to].map((name) => (
          <button key={name} type="button" className="button" onClick={() => onChoose(name, null)}>
            {name}
          </button>
        ))}
      </p>
    </>
  );
}
