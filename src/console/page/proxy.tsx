// One proxy: how it stands, what listens in it and what it leads to, why each setting is so, and its Envoy's config.
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useAnswer } from "#console/data/api.ts";
import { type DataplaneOverview, roleOf, STATE_TONES } from "#console/data/proxy.ts";
import { Facts } from "#console/part/facts.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { Source } from "#console/part/source.tsx";
import { Status } from "#console/part/status.tsx";
import { Versions } from "#console/part/versions.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import { Why } from "./why.tsx";

export function ProxyPage(): ReactNode {
  const say = useSay();
  const { org, mesh, name } = useParams({ from: "/o/$org/m/$mesh/proxies/$name" });
  const params = { organisation: org, mesh, name };
  const answer = useAnswer("dataplaneOverview", { params });
  return (
    <Page
      title={name}
      actions={
        <Link
          className="button"
          to="/o/$org/m/$mesh/resources/$plural/$name"
          params={{ org, mesh, plural: "dataplanes", name }}
        >
          {say("resource.show")}
        </Link>
      }
    >
      <Waiting answer={answer}>
        {(data) => (
          <div className="stack">
            <Standing org={org} mesh={mesh} overview={data as unknown as DataplaneOverview} />
            <Inbounds overview={data as unknown as DataplaneOverview} />
            <Why org={org} mesh={mesh} name={name} />
            <EnvoyConfig org={org} mesh={mesh} name={name} />
          </div>
        )}
      </Waiting>
    </Page>
  );
}

interface StandingProps {
  readonly org: string;
  readonly mesh: string;
  readonly overview: DataplaneOverview;
}

function Standing({ org, mesh, overview }: StandingProps): ReactNode {
  const say = useSay();
  const { name, labels = {}, dataplane, dataplaneInsight } = overview;
  const listed = useAnswer("listProxies", {
    params: { organisation: org },
    query: { mesh, type: "Dataplane", name, size: "1000" },
  });
  const row = listed.data?.items.find((one) => one.name === name);
  const certificate = dataplaneInsight?.mTLS;
  const version = dataplaneInsight?.subscriptions?.at(-1)?.version;
  return (
    <>
      <Facts
        facts={[
          [say("state"), row && <Status tone={STATE_TONES[row.state]}>{say(`proxy.state.${row.state}`)}</Status>],
          [say("proxy.since"), row?.since && <Moment at={row.since} />],
          [say("zone"), row?.zone ?? labels["kuma.io/zone"]],
          [say("proxy.role"), say(`proxy.role.${roleOf(overview)}`)],
          [say("service.address"), dataplane.networking?.address],
          [say("proxy.relay"), row?.relay],
          [
            say("proxy.certificate"),
            certificate === undefined ? (
              say("proxy.certificate.none")
            ) : (
              <Moment key="certificate" at={certificate.certificateExpirationTime} />
            ),
          ],
          [say("proxy.backend"), certificate?.issuedBackend],
          [say("proxy.version"), row?.versions && <Versions key="versions" versions={row.versions} />],
          [say("proxy.version.build"), version?.envoy.build],
          [
            say("proxy.version.dependencies"),
            Object.entries(version?.dependencies ?? {})
              .map(([part, of]) => `${part} ${of}`)
              .join(", "),
          ],
        ]}
      />
      {row?.refuses && (
        <section className="trouble">
          <h2>{say("proxy.refuses.title")}</h2>
          <code>{row.refuses.words}</code>
          {row.refuses.revision !== null && (
            <Link to="/o/$org/activity/$revision" params={{ org, revision: String(row.refuses.revision) }}>
              {say("revision.title", { revision: String(row.refuses.revision) })}
            </Link>
          )}
        </section>
      )}
    </>
  );
}

function Inbounds({ overview: { dataplane } }: { readonly overview: DataplaneOverview }): ReactNode {
  const say = useSay();
  const inbounds = dataplane.networking?.inbound ?? [];
  if (inbounds.length === 0) return null;
  return (
    <section className="panel part">
      <h2>{say("proxy.inbounds")}</h2>
      <ul className="lines apart">
        {inbounds.map(({ port, servicePort, name, state, health, tags = {} }) => {
          const isReady = health?.ready !== false && state !== "NotReady";
          return (
            <li key={`${name ?? ""} ${port}`}>
              <Status tone={isReady ? "good" : "bad"}>{say(isReady ? "proxy.ready" : "proxy.unready")}</Status>
              <code>{servicePort === undefined ? port : `${port} → ${servicePort}`}</code>
              {Object.entries(tags).map(([key, value]) => (
                <span key={key} className="tag">
                  {key}={value}
                </span>
              ))}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface PlaceProps {
  readonly org: string;
  readonly mesh: string;
  readonly name: string;
}

/** As Envoy's own admin dumps it; it is long, so it comes when it is opened. */
function EnvoyConfig({ org, mesh, name }: PlaceProps): ReactNode {
  const say = useSay();
  const [isOpen, setOpen] = useState(false);
  const params = { organisation: org, mesh, name };
  const answer = useAnswer("dataplaneXds", { params, query: { include_eds: "true" } }, 60_000, isOpen);
  return (
    <details className="panel part fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{say("proxy.config")}</h2>
      </summary>
      {isOpen && (
        <Waiting answer={answer}>
          {(dump) => <Source text={JSON.stringify(dump, null, 2)} label={say("proxy.config")} />}
        </Waiting>
      )}
    </details>
  );
}
