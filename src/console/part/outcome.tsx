// What a change does, or did: who gains or loses access, which proxies change and how, what cannot be used.
import type { ReactNode } from "react";
import type { OutcomeBody, ShapeBody, ZoneEffectBody } from "#api/effect-shape.ts";
import { useSay, useTell } from "#console/text/say.ts";
import { reasonText } from "./reason.ts";
import { Status, type Tone } from "./status.tsx";
import { stepText } from "./step-text.ts";
import { type AccessChange, type Turn, turnOf } from "./turn.ts";

const TURN_TONES: Readonly<Record<Turn, Tone>> = { lost: "bad", gained: "doubt", other: "none" };

export function Outcome({ effect, access, faults }: Pick<OutcomeBody, "effect" | "access" | "faults">): ReactNode {
  return (
    <div className="stack">
      <AccessChanges changes={access} />
      <Faults faults={faults} />
      <Effect effect={effect} />
    </div>
  );
}

function AccessChanges({ changes }: { readonly changes: readonly AccessChange[] }): ReactNode {
  const say = useSay();
  if (changes.length === 0) return <p className="soft">{say("outcome.access.none")}</p>;
  return (
    <section className="panel part">
      <h3>{say("outcome.access", { count: changes.length })}</h3>
      <ul className="lines">
        {changes.map((one) => (
          <li key={`${one.mesh} ${one.from} ${one.to} ${one.port ?? ""}`}>
            <Status tone={TURN_TONES[turnOf(one)]}>{say(`outcome.access.${turnOf(one)}`)}</Status>
            <span>
              <strong>{one.from}</strong> → <strong>{one.to}</strong>
              {one.port !== undefined && `:${one.port}`} <span className="soft">({one.mesh})</span>
            </span>
            <span className="soft">{reasonText(one.after, say)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Faults({ faults }: { readonly faults: OutcomeBody["faults"] }): ReactNode {
  const say = useSay();
  const tell = useTell();
  if (faults.new.length === 0) return null;
  return (
    <section className="panel part">
      <h3>{say("outcome.faults", { count: faults.new.length })}</h3>
      <ul className="lines">
        {faults.new.map(({ kri, field, reason }) => (
          <li key={`${kri} ${field} ${reason}`}>
            <Status tone="bad">{tell(reason)}</Status>
            <code>{field === "" ? kri : `${kri} ${field}`}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Effect({ effect }: { readonly effect: OutcomeBody["effect"] }): ReactNode {
  const say = useSay();
  if (effect.zones.length === 0) return <p className="soft">{say("outcome.proxies.none")}</p>;
  return (
    <section className="panel part">
      <h3>{say("outcome.proxies", { count: effect.proxies })}</h3>
      {effect.zones.map((zone) => (
        <ZoneEffect key={zone.zone} zone={zone} />
      ))}
    </section>
  );
}

function ZoneEffect({ zone }: { readonly zone: ZoneEffectBody }): ReactNode {
  const say = useSay();
  return (
    <div className="stack">
      <h4>{say("outcome.zone", { zone: zone.zone, count: zone.proxies })}</h4>
      {zone.shapes.map((shape) => (
        <Shape key={`${shape.mesh} ${shape.change} ${shape.proxies.names.join(" ")}`} shape={shape} />
      ))}
      {zone.endpoints.length > 0 && (
        <ul className="lines">
          {zone.endpoints.map(({ mesh, cluster, added, removed, changed }) => (
            <li key={`${mesh} ${cluster}`}>
              {say("outcome.endpoints", {
                cluster,
                added: added.length,
                removed: removed.length,
                changed: changed.length,
              })}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Alike proxies once: the first one's patch stands for all. */
function Shape({ shape }: { readonly shape: ShapeBody }): ReactNode {
  const say = useSay();
  const { count, names } = shape.proxies;
  const [first = ""] = names;
  return (
    <details className="fold">
      <summary>
        {say(`outcome.shape.${shape.change}`, { count, first, rest: count - 1 })}
        <span className="soft"> {shape.resources.map(({ kind, name }) => `${kind} ${name}`).join(", ")}</span>
      </summary>
      {shape.resources.map(({ kind, name, patch, cut }) => (
        <pre key={`${kind} ${name}`} className="patch">
          {cut === true
            ? say("outcome.cut")
            : patch
                .filter(({ op }) => op !== "test")
                .map((step) => stepText(SIGNS[step.op], step))
                .join("\n")}
        </pre>
      ))}
    </details>
  );
}

const SIGNS = { add: "+", remove: "-", replace: "~", test: "=" } as const;
