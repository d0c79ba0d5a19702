// Why a proxy is as it is: each setting with the rule that set it, those it beat, and the Envoy fields that it became.
import { type ReactNode, useState } from "react";
import type { Setter, WirePlace, WireSetting } from "#api/inspection.ts";
import { useAnswer } from "#console/data/api.ts";
import { Filters, TextFilter } from "#console/part/filters.tsx";
import { Status } from "#console/part/status.tsx";
import { Rule } from "#console/part/verdict.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay, useTell } from "#console/text/say.ts";

interface WhyProps {
  readonly org: string;
  readonly mesh: string;
  readonly name: string;
}

export function Why({ org, mesh, name }: WhyProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const [word, setWord] = useState("");
  const answer = useAnswer("dataplaneWhy", { params: { organisation: org, mesh, name } }, 30_000);
  return (
    <section className="panel part">
      <h2>{say("why.title")}</h2>
      <p className="soft">{say("why.about")}</p>
      <Filters>
        <TextFilter label={say("why.filter")} value={word} onChange={setWord} />
      </Filters>
      <Waiting answer={answer}>
        {({ places, faults }) => (
          <div className="stack">
            {faults.length > 0 && (
              <ul className="lines">
                {faults.map(({ kri, type, name: policy, field, reason }) => (
                  <li key={`${kri} ${field} ${reason}`}>
                    <Status tone="bad">{tell(reason)}</Status>
                    <Rule org={org} mesh={mesh} rule={{ kri, type, name: policy, field }} />
                  </li>
                ))}
              </ul>
            )}
            {places.map((place) => (
              <Place
                key={`${place.kind} ${place.name} ${place.port}`}
                org={org}
                mesh={mesh}
                place={place}
                word={word}
              />
            ))}
          </div>
        )}
      </Waiting>
    </section>
  );
}

interface PlaceProps {
  readonly org: string;
  readonly mesh: string;
  readonly place: WirePlace;
  readonly word: string;
}

const has = (word: string, ...texts: readonly string[]): boolean =>
  texts.some((text) => text.toLowerCase().includes(word.toLowerCase()));

function Place({ org, mesh, place, word }: PlaceProps): ReactNode {
  const say = useSay();
  const { kind, name, service, address, port, protocol } = place;
  const settings = place.settings.filter(({ policy, field, setBy, envoy }) =>
    has(word, policy, field, setBy.name, name, service, ...envoy.map((one) => one.field)),
  );
  if (settings.length === 0 && (kind === "proxy" || word !== "")) return null;
  return (
    <details className="fold" open={word !== "" ? true : undefined}>
      <summary>
        <strong>{say(`why.${kind}`, { name: service || name })}</strong>{" "}
        {port > 0 && (
          <code>
            {address}:{port}
          </code>
        )}{" "}
        <span className="soft">
          {protocol} {say("why.settings", { count: settings.length })}
        </span>
      </summary>
      <ul className="lines apart">
        {settings.map((setting) => (
          <Setting
            key={`${setting.policy} ${setting.field} ${setting.setBy.kri} ${setting.setBy.rule} ${setting.route ?? ""} ${JSON.stringify(setting.clients)}`}
            org={org}
            mesh={mesh}
            setting={setting}
          />
        ))}
      </ul>
    </details>
  );
}

const ruleOf = ({ kri, type, name, rule }: Setter) => ({ kri, type, name, field: rule });

interface SettingProps {
  readonly org: string;
  readonly mesh: string;
  readonly setting: WireSetting;
}

function Setting({ org, mesh, setting }: SettingProps): ReactNode {
  const say = useSay();
  const { policy, field, value, clients, route, setBy, over, envoy } = setting;
  return (
    <li>
      <code>
        {policy} {field} = {JSON.stringify(value)}
      </code>
      <span className="soft">{say("why.by")}</span>
      <Rule org={org} mesh={mesh} rule={ruleOf(setBy)} />
      {route !== undefined && <span className="soft">{say("why.route", { route })}</span>}
      {clients !== undefined && <code className="soft">{JSON.stringify(clients)}</code>}
      {over.map((one) => (
        <span key={`${one.kri} ${one.rule}`} className="soft">
          {say("why.over")} <Rule org={org} mesh={mesh} rule={ruleOf(one)} />
        </span>
      ))}
      {envoy.length > 0 && (
        <details className="fold">
          <summary>{say("why.envoy", { count: envoy.length })}</summary>
          <ul className="lines">
            {envoy.map(({ resource, field: pointer, value: became }) => (
              <li key={`${resource.kind} ${resource.name} ${pointer}`}>
                <span className="soft">
                  {resource.kind} {resource.name}
                </span>
                <code>{pointer}</code>
                <code className="soft">{JSON.stringify(became)}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
