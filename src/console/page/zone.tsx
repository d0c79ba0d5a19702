// One zone: its relays, what each holds and how its Envoys took it, and how long the zone can live cut off.
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import type { DeliveryBody, RelayBody } from "#api/weft.ts";
import { livesUntil } from "#console/data/cut-off.ts";
import { useEvery } from "#console/data/every.ts";
import { useMesh } from "#console/data/mesh.ts";
import { lagOf, lagRank, type RelayLag } from "#console/data/relay-lag.ts";
import { useZones, ZONE_TONES, type ZoneOverview, zoneState } from "#console/data/zone.ts";
import { Facts } from "#console/part/facts.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { Status, type Tone } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";

export function Zone(): ReactNode {
  const say = useSay();
  const { org, zone: name } = useParams({ from: "/o/$org/zones/$zone" });
  const { answer, zones } = useZones(org);
  const { mesh } = useMesh(org);
  const zone = zones.find((one) => one.name === name);
  return (
    <Page
      title={name}
      actions={
        <>
          {mesh !== null && (
            <Link className="button" to="/o/$org/m/$mesh/proxies" params={{ org, mesh }} search={{ zone: name }}>
              {say("zone.its-proxies", { mesh })}
            </Link>
          )}
          <Link className="button" to="/o/$org/resources/$plural/$name" params={{ org, plural: "zones", name }}>
            {say("resource.show")}
          </Link>
        </>
      }
    >
      <p className="trail">
        <Link to="/o/$org/zones" params={{ org }}>
          {say("nav.zones")}
        </Link>
      </p>
      <Waiting answer={answer}>
        {() =>
          zone === undefined ? (
            <Trouble error={new Fault("absent", say("zone.absent", { name }))} />
          ) : (
            <div className="stack">
              <State org={org} zone={zone} />
              <h2>{say("zone.its-relays")}</h2>
              <Relays org={org} zone={name} />
            </div>
          )
        }
      </Waiting>
    </Page>
  );
}

function State({ org, zone }: { readonly org: string; readonly zone: ZoneOverview }): ReactNode {
  const say = useSay();
  const params = { organisation: org };
  const leaves = useEvery("listCertificates", { params, query: { zone: zone.name } });
  const issuers = useEvery("listIssuers", { params });
  const until = leaves.data && issuers.data && livesUntil(zone.name, leaves.data, issuers.data, Date.now());
  const state = zoneState(zone);
  return (
    <>
      <Facts
        facts={[
          [
            say("state"),
            <Status key="state" tone={ZONE_TONES[state]}>
              {say(`zone.state.${state}`)}
            </Status>,
          ],
          [
            say("nav.proxies"),
            state === "unknown"
              ? say("zone.proxies.unknown", { total: zone.dataplanes.total })
              : say("zone.proxies", { online: zone.dataplanes.online, total: zone.dataplanes.total }),
          ],
          [say("since"), <Moment key="since" at={zone.creationTime} />],
          [
            say("zone.lives"),
            until === undefined ? "" : until === null ? say("zone.lives.endless") : <Moment key="until" at={until} />,
          ],
        ]}
      />
      <p className="soft">{say("zone.lives.about")}</p>
    </>
  );
}

const LAG_TONES: Readonly<Record<RelayLag["kind"], Tone>> = {
  none: "none",
  untold: "doubt",
  newest: "good",
  revisions: "doubt",
  sequences: "none",
};

type RelayRow = RelayBody & { readonly delivery: DeliveryBody | undefined; readonly lag: RelayLag };

function Relays({ org, zone }: { readonly org: string; readonly zone: string }): ReactNode {
  const say = useSay();
  const params = { organisation: org, zone };
  const answer = useEvery("listZoneRelays", { params }, 10_000);
  const deliveries = useEvery("listDeliveries", { params }, 10_000);
  const rows = useMemo<readonly RelayRow[]>(
    () =>
      (answer.data ?? []).map((relay) => {
        const delivery = deliveries.data?.find((one) => one.relay === relay.id);
        const { acked = 0, nacked = 0, pending = 0 } = delivery ?? {};
        return { ...relay, delivery, lag: lagOf(relay, acked + nacked + pending) };
      }),
    [answer.data, deliveries.data],
  );
  const columns = useMemo<readonly ListColumn<RelayRow>[]>(
    () => [
      { id: "id", title: say("proxy.relay"), by: ({ id }) => id, cell: ({ id }) => <code>{id}</code> },
      { id: "state", title: say("state"), cell: (relay) => <Standing relay={relay} /> },
      {
        id: "contact",
        title: say("zone.contact"),
        by: ({ lastContact }) => lastContact,
        cell: ({ lastContact }) => <Moment at={lastContact} />,
      },
      {
        id: "holds",
        title: say("zone.holds"),
        by: ({ lag }) => lagRank(lag),
        cell: ({ lag, revoked }) =>
          !revoked && <Status tone={LAG_TONES[lag.kind]}>{say(`zone.holds.${lag.kind}`, lag)}</Status>,
      },
      {
        id: "taken",
        title: say("zone.taken"),
        cell: ({ delivery }) =>
          delivery === undefined
            ? ""
            : say("zone.taken.by", { acked: delivery.acked, nacked: delivery.nacked, pending: delivery.pending }),
      },
      { id: "address", title: say("zone.address"), isWide: true, cell: ({ address }) => <code>{address}</code> },
      {
        id: "since",
        title: say("zone.enrolled"),
        isWide: true,
        by: ({ enrolledAt }) => enrolledAt,
        cell: ({ enrolledAt }) => <Moment at={enrolledAt} />,
      },
    ],
    [say],
  );
  return (
    <Waiting answer={answer}>
      {() => (
        <List
          label={say("zone.its-relays")}
          columns={columns}
          rows={rows}
          keyOf={({ id }) => id}
          empty={
            <>
              <h2>{say("zone.relays.none")}</h2>
              <p className="soft">{say("zone.what")}</p>
              <Link className="button" to="/o/$org/zones" params={{ org }} search={{ add: "true" }}>
                {say("zone.add")}
              </Link>
            </>
          }
        />
      )}
    </Waiting>
  );
}

const BY = { bell: "zone.relay.bell", held: "zone.relay.held", plain: "zone.relay.plain" } as const;

function Standing({ relay: { online, revoked, leftAt, way } }: { readonly relay: RelayRow }): ReactNode {
  const say = useSay();
  if (revoked) return <Status tone="none">{say("token.revoked")}</Status>;
  if (online) return <Status tone="good">{say(way === null ? "zone.relay.in-touch" : BY[way])}</Status>;
  return (
    <Status tone={leftAt === null ? "bad" : "none"}>
      {say(leftAt === null ? "zone.relay.lost" : "zone.relay.left")}
    </Status>
  );
}
