// Services of a mesh: where they are, how they are called, and how healthy they are.
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useFilters } from "#console/data/filter.ts";
import { SERVICE_KINDS, type Service, useServices } from "#console/data/services.ts";
import { ChoiceFilter, Filters, TextFilter } from "#console/part/filters.tsx";
import { Health } from "#console/part/health.tsx";
import { JoinProxy } from "#console/part/join-proxy.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Page } from "#console/part/page.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";

export function Services(): ReactNode {
  const say = useSay();
  const { org, mesh } = useParams({ from: "/o/$org/m/$mesh/services" });
  const [filters, set] = useFilters<"name" | "kind" | "zone">();
  const { answer, services } = useServices(org, mesh);
  const zones = [...new Set(services.flatMap((one) => one.zones))].sort();
  const rows = useMemo(() => {
    const { name = "", kind, zone } = filters;
    const word = name.toLowerCase();
    return services.filter(
      (one) =>
        [one.name, ...one.hostnames, ...one.addresses].some((text) => text.toLowerCase().includes(word)) &&
        (kind === undefined || one.kind === kind) &&
        (zone === undefined || one.zones.includes(zone)),
    );
  }, [services, filters]);
  const columns = useMemo<readonly ListColumn<Service>[]>(
    () => [
      {
        id: "name",
        title: say("name"),
        by: ({ name }) => name,
        cell: ({ kind, name }) => (
          <Link to="/o/$org/m/$mesh/services/$kind/$name" params={{ org, mesh, kind, name }}>
            <strong>{name}</strong>
          </Link>
        ),
      },
      { id: "kind", title: say("kind"), by: ({ kind }) => kind, cell: ({ kind }) => say(`service.kind.${kind}`) },
      {
        id: "health",
        title: say("service.healthy"),
        by: ({ proxies }) => (proxies === null ? 2 : proxies.healthy / Math.max(proxies.total, 1)),
        cell: (service) => <Health service={service} />,
      },
      { id: "zones", title: say("nav.zones"), isWide: true, cell: (service) => service.zones.join(", ") },
      { id: "ports", title: say("service.ports"), isWide: true, cell: ({ ports }) => ports.join(", ") },
      {
        id: "hostname",
        title: say("service.hostname"),
        isWide: true,
        by: ({ hostnames }) => hostnames[0] ?? "",
        cell: ({ hostnames: [first, ...rest], addresses: [address] }) => (
          <>
            <code>{first ?? address}</code>
            {rest.length > 0 && <span className="soft"> {say("and-more", { rest: rest.length })}</span>}
          </>
        ),
      },
    ],
    [say, org, mesh],
  );
  return (
    <Page title={say("nav.services")}>
      <Filters>
        <TextFilter label={say("service.filter")} value={filters.name} onChange={(value) => set("name", value)} />
        <ChoiceFilter
          label={say("kind")}
          value={filters.kind}
          options={SERVICE_KINDS.map((id) => ({ id, text: say(`service.kind.${id}`) }))}
          onChange={(value) => set("kind", value)}
        />
        <ChoiceFilter
          label={say("zone")}
          value={filters.zone}
          options={zones.map((id) => ({ id, text: id }))}
          onChange={(value) => set("zone", value)}
        />
      </Filters>
      <Waiting answer={answer}>
        {() => (
          <List
            label={say("nav.services")}
            columns={columns}
            rows={rows}
            keyOf={({ kind, name }) => `${kind}/${name}`}
            empty={
              services.length > 0 ? (
                <h2>{say("filter.none")}</h2>
              ) : (
                <>
                  <h2>{say("service.none")}</h2>
                  <p className="soft">{say("service.what")}</p>
                  <JoinProxy org={org} mesh={mesh} />
                </>
              )
            }
          />
        )}
      </Waiting>
    </Page>
  );
}
