// Zones: where proxies run, whether their relays are in touch, and how to add one.
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useFilters } from "#console/data/filter.ts";
import { relaysInTouch, useZones, ZONE_TONES, type ZoneOverview, zoneState } from "#console/data/zone.ts";
import { Changing } from "#console/part/changing.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { Status } from "#console/part/status.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import { AddZone } from "./add-zone.tsx";

export function Zones(): ReactNode {
  const say = useSay();
  const { org } = useParams({ from: "/o/$org" });
  const { answer, zones } = useZones(org);
  const [{ add: adding }, set] = useFilters<"add">();
  const [isAdding, setAdding] = [adding === "true", (is: boolean) => set("add", is ? "true" : "")];
  const columns = useMemo<readonly ListColumn<ZoneOverview>[]>(
    () => [
      {
        id: "name",
        title: say("zone.name"),
        by: ({ name }) => name,
        cell: ({ name }) => (
          <Link to="/o/$org/zones/$zone" params={{ org, zone: name }}>
            <strong>{name}</strong>
          </Link>
        ),
      },
      {
        id: "state",
        title: say("state"),
        by: zoneState,
        cell: (zone) => <Status tone={ZONE_TONES[zoneState(zone)]}>{say(`zone.state.${zoneState(zone)}`)}</Status>,
      },
      { id: "relays", title: say("zone.relays"), isWide: true, by: relaysInTouch, cell: relaysInTouch },
      {
        id: "proxies",
        title: say("nav.proxies"),
        by: ({ dataplanes }) => dataplanes.total,
        // Nobody knows how the proxies of a zone are that is out of touch.
        cell: (zone) =>
          zoneState(zone) === "unknown"
            ? say("zone.proxies.unknown", { total: zone.dataplanes.total })
            : say("zone.proxies", { online: zone.dataplanes.online, total: zone.dataplanes.total }),
      },
      {
        id: "since",
        title: say("since"),
        isWide: true,
        by: ({ creationTime }) => creationTime,
        cell: ({ creationTime }) => <Moment at={creationTime} />,
      },
    ],
    [say, org],
  );
  const add = (
    <Changing org={org} verb="enrol-zone">
      <button type="button" className="button" data-kind="first" onClick={() => setAdding(true)}>
        <Plus aria-hidden size={16} />
        {say("zone.add")}
      </button>
    </Changing>
  );
  return (
    <Page title={say("nav.zones")} actions={add}>
      <Waiting answer={answer}>
        {() => (
          <List
            label={say("nav.zones")}
            columns={columns}
            rows={zones}
            keyOf={({ name }) => name}
            empty={
              <>
                <h2>{say("zone.none")}</h2>
                <p className="soft">{say("zone.what")}</p>
                {add}
              </>
            }
          />
        )}
      </Waiting>
      <AddZone org={org} isOpen={isAdding} onClose={() => setAdding(false)} />
    </Page>
  );
}
