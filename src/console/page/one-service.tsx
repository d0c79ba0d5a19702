// One service: where it is reached, the proxies behind it, and who may call it.
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAnswer } from "#console/data/api.ts";
import { useEvery } from "#console/data/every.ts";
import { type Service as ServiceRow, useServices } from "#console/data/services.ts";
import { Facts } from "#console/part/facts.tsx";
import { Health } from "#console/part/health.tsx";
import { Page } from "#console/part/page.tsx";
import { ProxyNames } from "#console/part/proxy-names.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Verdict } from "#console/part/verdict.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";

const MOST = "200";

export function Service(): ReactNode {
  const say = useSay();
  const { org, mesh, kind, name } = useParams({ from: "/o/$org/m/$mesh/services/$kind/$name" });
  const { answer, services } = useServices(org, mesh);
  const service = services.find((one) => one.kind === kind && one.name === name);
  return (
    <Page
      title={name}
      actions={
        <>
          <Link
            className="button"
            to="/o/$org/m/$mesh/topology"
            params={{ org, mesh }}
            search={{ focus: name, at: name }}
          >
            {say("topology.focus.on")}
          </Link>
          {kind !== "tag" && (
            <Link
              className="button"
              to="/o/$org/m/$mesh/resources/$plural/$name"
              params={{ org, mesh, plural: kind, name }}
            >
              {say("resource.show")}
            </Link>
          )}
        </>
      }
    >
      <Waiting answer={answer}>
        {() =>
          service === undefined ? (
            <Trouble error={new Fault("absent", say("service.absent", { name }))} />
          ) : (
            <div className="stack">
              <Facts
                facts={[
                  [say("kind"), say(`service.kind.${service.kind}`)],
                  [say("service.healthy"), <Health key="health" service={service} />],
                  [say("nav.zones"), service.zones.join(", ")],
                  [say("service.ports"), service.ports.join(", ")],
                  [say("service.address"), service.addresses.join(", ")],
                ]}
              />
              <Hostnames org={org} mesh={mesh} service={service} />
              {(kind === "meshservices" || kind === "tag") && <Proxies org={org} mesh={mesh} service={service} />}
              <Callers org={org} mesh={mesh} service={service} />
            </div>
          )
        }
      </Waiting>
    </Page>
  );
}

interface PartProps {
  readonly org: string;
  readonly mesh: string;
  readonly service: ServiceRow;
}

function Hostnames({ org, mesh, service: { kind, name, hostnames } }: PartProps): ReactNode {
  const say = useSay();
  const hasRoute = kind === "meshservices" || kind === "meshmultizoneservices" || kind === "meshexternalservices";
  const answer = useAnswer(
    "hostnames",
    { params: { organisation: org, mesh, serviceType: hasRoute ? kind : "meshservices", name } },
    30_000,
    hasRoute,
  );
  const items = answer.data?.items ?? hostnames.map((hostname) => ({ hostname, zones: [] }));
  return (
    <section className="panel part">
      <h2>{say("service.hostnames")}</h2>
      {items.length === 0 ? (
        <p className="soft">{say("service.hostnames.none")}</p>
      ) : (
        <ul className="lines">
          {items.map(({ hostname, zones }) => (
            <li key={hostname}>
              <code>{hostname}</code>
              {zones.length > 0 && (
                <span className="soft">
                  {say("service.resolved", { zones: zones.map((one) => one.name).join(", ") })}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Proxies({ org, mesh, service: { kind, name } }: PartProps): ReactNode {
  const say = useSay();
  const params = { organisation: org, mesh };
  const selected = useAnswer(
    "serviceDataplanes",
    { params: { ...params, name }, query: { size: MOST } },
    30_000,
    kind !== "tag",
  );
  const tagged = useAnswer(
    "dataplaneOverviews",
    { params, query: { tag: `kuma.io/service:${name}`, size: MOST } },
    30_000,
    kind === "tag",
  );
  const answer = kind === "tag" ? tagged : selected;
  return (
    <section className="panel part">
      <h2>{say("nav.proxies")}</h2>
      <Waiting<{ readonly total: number; readonly items: readonly object[] }> answer={answer}>
        {({ total, items }) => (
          <ProxyNames
            org={org}
            mesh={mesh}
            items={items as readonly { readonly name: string }[]}
            total={total}
            none={say("service.proxies.none")}
          />
        )}
      </Waiting>
    </section>
  );
}

function Callers({ org, mesh, service: { name } }: PartProps): ReactNode {
  const say = useSay();
  const answer = useEvery("access", { params: { organisation: org }, query: { mesh, to: name } });
  return (
    <section className="panel part">
      <h2>{say("service.callers")}</h2>
      <Waiting answer={answer}>
        {(items) =>
          items.length === 0 ? (
            <p className="soft">{say("service.callers.none")}</p>
          ) : (
            <ul className="lines apart">
              {items.map(({ from, port, verdict }) => (
                <li key={`${from} ${port ?? ""}`}>
                  {from === "*" ? (
                    <span>{say("access.anyone")}</span>
                  ) : (
                    <Link
                      to="/o/$org/m/$mesh/access"
                      params={{ org, mesh }}
                      search={{ from, to: name, ...(port !== undefined && { port }) }}
                    >
                      {from}
                    </Link>
                  )}
                  {port !== undefined && <code>→ :{port}</code>}
                  <Verdict org={org} mesh={mesh} verdict={verdict} />
                </li>
              ))}
            </ul>
          )
        }
      </Waiting>
    </section>
  );
}
