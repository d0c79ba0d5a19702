// Proxies of a mesh: how each stands, what it serves, and what its Envoy refuses. Filtered and sorted by the control plane.
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { STANDING_TONES, standingOf } from "#console/data/certificate.ts";
import { useFilters } from "#console/data/filter.ts";
import { useOlder } from "#console/data/older.ts";
import { type ProxyRow, STATE_TONES, STATES } from "#console/data/proxy.ts";
import { useZones } from "#console/data/zone.ts";
import { ChoiceFilter, Filters, TextFilter } from "#console/part/filters.tsx";
import { JoinProxy } from "#console/part/join-proxy.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { More } from "#console/part/more.tsx";
import { Page } from "#console/part/page.tsx";
import { Status } from "#console/part/status.tsx";
import { Versions } from "#console/part/versions.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";

const SIZE = 200;
const SORTS = ["state", "zone", "service", "since", "certificate", "envoy"] as const;

type FilterName = "name" | "state" | "zone" | "service" | "refuses" | "envoy" | "sort";

export function Proxies(): ReactNode {
  const say = useSay();
  const { org, mesh } = useParams({ from: "/o/$org/m/$mesh/proxies" });
  const [filters, set] = useFilters<FilterName>();
  const { zones } = useZones(org, 60_000);
  const answer = useOlder(
    "listProxies",
    { params: { organisation: org }, query: { mesh, type: "Dataplane", ...(filters as Record<string, string>) } },
    SIZE,
  );
  const rows = useMemo(() => answer.data?.pages.flatMap(({ items }) => items) ?? [], [answer.data]);
  const columns = useMemo(() => columnsOf(say, org, mesh), [say, org, mesh]);
  const isFiltered = Object.keys(filters).some((key) => key !== "sort");
  return (
    <Page title={say("nav.proxies")}>
      <Filters>
        <TextFilter label={say("proxy.filter")} value={filters.name} onChange={(value) => set("name", value)} />
        <TextFilter label={say("service")} value={filters.service} onChange={(value) => set("service", value)} />
        <ChoiceFilter
          label={say("state")}
          value={filters.state}
          options={STATES.map((id) => ({ id, text: say(`proxy.state.${id}`) }))}
          onChange={(value) => set("state", value)}
        />
        <ChoiceFilter
          label={say("zone")}
          value={filters.zone}
          options={zones.map(({ name }) => ({ id: name, text: name }))}
          onChange={(value) => set("zone", value)}
        />
        <ChoiceFilter
          label={say("proxy.envoy")}
          value={filters.refuses}
          options={[{ id: "true", text: say("proxy.refuses.only") }]}
          onChange={(value) => set("refuses", value)}
        />
        <ChoiceFilter
          label={say("proxy.version.envoy")}
          value={filters.envoy}
          options={envoyOptions(say, headOf(answer.data?.pages)?.envoys ?? [])}
          onChange={(value) => set("envoy", value)}
        />
        <ChoiceFilter
          label={say("sort")}
          all={say("sort.name")}
          value={filters.sort}
          options={SORTS.map((id) => ({ id, text: say(`sort.${id}`) }))}
          onChange={(value) => set("sort", value)}
        />
      </Filters>
      <Waiting answer={answer}>
        {({ pages }) => (
          <>
            <States states={headOf(pages)?.states} />
            <List
              label={say("nav.proxies")}
              columns={columns}
              rows={rows}
              keyOf={({ name }) => name}
              empty={
                isFiltered ? (
                  <h2>{say("filter.none")}</h2>
                ) : (
                  <>
                    <h2>{say("proxy.none")}</h2>
                    <JoinProxy org={org} mesh={mesh} />
                  </>
                )
              }
            />
            <More answer={answer} text="more.rows" />
          </>
        )}
      </Waiting>
    </Page>
  );
}

/** What pages say beside their items; the first is the one that is asked for anew. */
function headOf(pages: readonly unknown[] = []): { readonly states: Totals; readonly envoys: Envoys } | undefined {
  return pages[0] as ReturnType<typeof headOf>;
}

type Envoys = readonly { readonly version: string; readonly count: number }[];

/** Versions that there are, the oldest first. A link may ask for one that is there no more. */
function envoyOptions(
  say: ReturnType<typeof useSay>,
  envoys: Envoys,
): readonly { readonly id: string; readonly text: string }[] {
  return [
    { id: "old", text: say("proxy.version.old") },
    ...envoys.map(({ version, count }) => ({
      id: version || "unknown",
      text: say("proxy.version.option", { version: version || say("proxy.version.unknown"), count }),
    })),
  ];
}

type Totals = Readonly<Record<(typeof STATES)[number], number>>;

/** How many of each state, whatever state is asked for. */
function States({ states }: { readonly states: Totals | undefined }): ReactNode {
  const say = useSay();
  if (states === undefined) return null;
  return (
    <p className="line totals" aria-live="polite">
      {STATES.filter((state) => states[state] > 0).map((state) => (
        <Status key={state} tone={STATE_TONES[state]}>
          {say("proxy.count", { state: say(`proxy.state.${state}`), count: states[state] })}
        </Status>
      ))}
    </p>
  );
}

function columnsOf(say: ReturnType<typeof useSay>, org: string, mesh: string): readonly ListColumn<ProxyRow>[] {
  return [
    {
      id: "name",
      title: say("name"),
      cell: ({ name }) => (
        <Link to="/o/$org/m/$mesh/proxies/$name" params={{ org, mesh, name }}>
          <strong>{name}</strong>
        </Link>
      ),
    },
    {
      id: "state",
      title: say("state"),
      cell: ({ state }) => <Status tone={STATE_TONES[state]}>{say(`proxy.state.${state}`)}</Status>,
    },
    { id: "services", title: say("nav.services"), cell: ({ services }) => services.join(", ") },
    { id: "role", title: say("proxy.role"), isWide: true, cell: ({ role }) => say(`proxy.role.${role}`) },
    { id: "zone", title: say("zone"), isWide: true, cell: ({ zone }) => zone },
    {
      id: "certificate",
      title: say("proxy.certificate"),
      isWide: true,
      cell: ({ certificateEnds: ends }) =>
        ends !== null && (
          <Status tone={STANDING_TONES[standingOf(ends, Date.now())]}>
            <Moment at={ends} />
          </Status>
        ),
    },
    {
      id: "refuses",
      title: say("proxy.envoy"),
      isWide: true,
      cell: ({ refuses }) =>
        refuses && (
          <Status tone="bad">
            <span title={refuses.words}>{say("proxy.refuses")}</span>
          </Status>
        ),
    },
    {
      id: "version",
      title: say("proxy.version"),
      isWide: true,
      cell: ({ versions }) => versions && <Versions versions={versions} />,
    },
    {
      id: "since",
      title: say("proxy.since"),
      isWide: true,
      cell: ({ since }) => since !== null && <Moment at={since} />,
    },
  ];
}
