// `weft inspect zone NAME`: the zone as the control plane knows it: its relays, its proxies with their health, refused joins.
import type { WireResource } from "#api/kuma.ts";
import type { DeliveryBody, RelayBody } from "#api/weft.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { faultsOf } from "#cli/fault-text.ts";
import { connectedSince, isOnline, placeText } from "#cli/kind-column.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { ageColumns, ageText, isText, printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";
import type { Terminal } from "#cli/terminal.ts";
import { askOfZone } from "#cli/zone/known-zone.ts";
import { refusingAt } from "#cli/zone/refusing.ts";

interface ProxyRow {
  /** "" for ingresses and egresses, which belong to all meshes. */
  readonly mesh: string;
  readonly name: string;
  readonly kind: string;
  readonly services: readonly string[];
  readonly online: boolean;
  /** What a dataplane's own listeners serve the zone as: `ingress`, `egress`. */
  readonly serves: readonly string[];
  /** Inbounds that take traffic, of how many. */
  readonly ready: number;
  readonly inbounds: number;
  readonly certificateUntil: string | null;
  /** Where its proxies and peers reach it. */
  readonly address: string;
  /** When its Envoy connected; null where it has no stream. */
  readonly since: string | null;
  /** `host:port` where other zones reach an ingress; null = nowhere. Ingresses alone have it. */
  readonly advertised?: string | null;
}

interface Refusal {
  readonly mesh: string;
  readonly name: string;
  readonly reason: string;
  readonly at: string;
}

export const command: Command = {
  about:
    "One row a proxy; the zone's relays and what is wrong with the zone stand below. A proxy that is not online is one that no " +
    "relay has a stream of, as they last told; one whose inbounds are not ready gets no traffic. Ingresses and egresses stand last.",
  arguments: [{ name: "<zone>", help: "its name" }],
  examples: ["weft inspect zone east", "weft inspect zone east -o json"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const name = args[0]!;
    const [zone, zones, meshes, relays, deliveries, proxies, ingresses, egresses] = await askOfZone(
      connect(invocation),
      name,
      `zone ${name} could not be read`,
      async (client, organisation) => {
        const params = { organisation };
        return Promise.all([
          client.resources(organisation).get(kindOfWord("Zone"), "", name),
          client.resources(organisation).list(kindOfWord("Zone"), ""),
          client.resources(organisation).list(kindOfWord("Mesh"), ""),
          allPages<RelayBody>((query) => client.call("listZoneRelays", { params: { ...params, zone: name }, query })),
          allPages<DeliveryBody>((query) =>
            client.call("listDeliveries", { params: { ...params, zone: name }, query }),
          ),
          allPages<Loose>((query) => client.call("allDataplaneOverviews", { params, query })),
          allPages<Loose>((query) => client.call("zoneIngressOverviews", { params, query })),
          allPages<Loose>((query) => client.call("zoneEgressOverviews", { params, query })),
        ]);
      },
    );
    const away = streamlessIn(relays, deliveries);
    const rows = [
      ...proxies.filter(({ labels }) => labels?.["kuma.io/zone"] === name).map(rowOf),
      ...ingresses.filter(({ zoneIngress }) => zoneIngress?.zone === name).map(ingressRow),
      ...egresses.filter(({ zoneEgress }) => zoneEgress?.zone === name).map(egressRow),
    ].map((row) => (away.has(`${row.mesh}.${row.name}`) ? { ...row, online: false } : row));
    const refused = refusalsOf(zone);
    const apart = apartIn(name, meshes, proxies);
    const faults = faultsIn(name, meshes, apart);
    printListing(terminal, options.output, {
      rows,
      columns: [
        { title: "mesh", cell: (row) => row.mesh },
        { title: "name", cell: (row) => row.name },
        {
          title: "kind",
          cell: ({ kind, serves }) => (serves.length === 0 ? kind : `${kind} (${serves.join(", ")})`),
        },
        { title: "service", cell: (row) => row.services.join(",") },
        { title: "online", cell: (row) => (row.online ? "yes" : "no") },
        { title: "ready", cell: (row) => (row.inbounds === 0 ? "" : `${row.ready}/${row.inbounds}`) },
        { title: "address", cell: (row) => row.address, wide: true },
        { title: "advertised", cell: (row) => row.advertised ?? "", wide: true },
        ...ageColumns<ProxyRow>("connected", "since", (row) => row.since, { now: Date.now() }).map((column) => ({
          ...column,
          wide: true as const,
        })),
        {
          title: "certificate",
          cell: (row) => untilText(row.certificateUntil),
          news: (row) => row.certificateUntil ?? "",
        },
        { title: "until", cell: (row) => row.certificateUntil ?? "", wide: true },
      ],
      value: { zone: name, enabled: zone.enabled !== false, relays, proxies: rows, refused, apart, faults },
      name: (row) => row.name,
      key: (row) => `${row.mesh}/${row.name}`,
      none: `Zone ${name} has no proxies.`,
    });
    if (isText(options.output)) {
      tellState(terminal, zone, relays, refused);
      for (const { relay, count, texts } of refusingAt(relays, deliveries))
        terminal.err(
          `${count} of relay ${relay}'s proxies refuse what they were sent, and go on by what they had: ${texts.join("; ")}. weft rollout list shows which revision it is.\n`,
        );
      for (const mesh of apart)
        terminal.err(
          `Mesh ${mesh} has no mTLS: between ${name} and other zones none of its proxies are sent to each other. Enable mtls on Mesh ${mesh}; weft why NAME -m ${mesh} names what is held back.\n`,
        );
      for (const { mesh, field, reason } of faults) terminal.err(`Mesh ${mesh}, ${field}: ${reason}\n`);
      if (zones.length > 1) tellReach(terminal, name, rows);
    }
    return 0;
  },
};

// biome-ignore lint/suspicious/noExplicitAny: overviews as they came, read leniently for display only
type Loose = any;

/** Meshes whose proxies are in this zone and in others, and that have no mTLS: without it nothing crosses. */
function apartIn(zone: string, meshes: readonly Loose[], proxies: readonly Loose[]): readonly string[] {
  return meshes
    .filter(({ mtls, name: mesh }) => {
      if (mtls?.enabledBackend) return false;
      const zones = proxies.flatMap(({ mesh: own, labels }) => (own === mesh ? (labels?.["kuma.io/zone"] ?? []) : []));
      return zones.includes(zone) && zones.some((other) => other !== zone);
    })
    .map(({ name: mesh }) => mesh)
    .sort();
}

/** What is wrong with meshes in this zone; of those that are apart it has been said. */
function faultsIn(
  zone: string,
  meshes: readonly Loose[],
  apart: readonly string[],
): readonly { readonly mesh: string; readonly field: string; readonly reason: string }[] {
  return meshes.flatMap((mesh) =>
    faultsOf(mesh)
      .filter(({ zones }) => zones?.includes(zone) && !apart.includes(mesh.name))
      .map(({ field, reason }) => ({ mesh: mesh.name, field, reason })),
  );
}

function rowOf(overview: Loose): ProxyRow {
  const { inbound = [], gateway, listeners = [] } = overview.dataplane?.networking ?? {};
  const tags: readonly Loose[] = gateway === undefined ? inbound.map((one: Loose) => one.tags) : [gateway.tags];
  const ready = inbound.filter((one: Loose) => (one.state ?? "Ready") === "Ready" && one.health?.ready !== false);
  return {
    mesh: overview.mesh,
    name: overview.name,
    kind: overview.labels?.["kuma.io/proxy-type"] ?? "",
    services: [...new Set(tags.flatMap((one) => one?.["kuma.io/service"] ?? []))],
    serves: [...new Set<string>(listeners.map(({ type }: Loose) => (type === "ZoneEgress" ? "egress" : "ingress")))],
    online: isOnline(overview),
    ready: ready.length,
    inbounds: inbound.length,
    certificateUntil: overview.dataplaneInsight?.mTLS?.certificateExpirationTime ?? null,
    address: overview.dataplane?.networking?.address ?? "",
    since: connectedSince(overview.dataplaneInsight),
  };
}

const NO_INBOUNDS = { mesh: "", services: [], serves: [], ready: 0, inbounds: 0, certificateUntil: null };

function ingressRow({ name, zoneIngress, zoneIngressInsight }: Loose): ProxyRow {
  const { advertisedAddress: host, advertisedPort: port } = zoneIngress.networking ?? {};
  const online = isOnline({ dataplaneInsight: zoneIngressInsight });
  const { address, port: own } = zoneIngress.networking ?? {};
  const place = { address: placeText(address, own), since: connectedSince(zoneIngressInsight) };
  return { ...NO_INBOUNDS, ...place, name, kind: "ingress", online, advertised: placeText(host, port) || null };
}

function egressRow({ name, zoneEgress, zoneEgressInsight }: Loose): ProxyRow {
  const { address, port } = zoneEgress.networking ?? {};
  const place = { address: placeText(address, port), since: connectedSince(zoneEgressInsight) };
  return { ...NO_INBOUNDS, ...place, name, kind: "egress", online: isOnline({ dataplaneInsight: zoneEgressInsight }) };
}

/** `mesh.name` of the zone's proxies that are registered and have no stream, by the newest report of each relay. */
function streamlessIn(relays: readonly RelayBody[], deliveries: readonly DeliveryBody[]): ReadonlySet<string> {
  const newest = relays.flatMap(({ id }) => deliveries.find(({ relay }) => relay === id) ?? []);
  return new Set(
    newest.flatMap(({ laggards }) => laggards.flatMap(({ proxy, connected }) => (connected === false ? [proxy] : []))),
  );
}

function refusalsOf({ status }: WireResource & { readonly status?: Loose }): readonly Refusal[] {
  return status?.refused ?? [];
}

function untilText(until: string | null): string {
  if (until === null) return "";
  const left = Date.parse(until) - Date.now();
  return left < 0 ? "expired" : `${Math.floor(left / 3_600_000)}h left`;
}

const BY_WAY = { bell: "on the bell", held: "by held polls", plain: "by plain polls" } as const;

function tellState(
  terminal: Terminal,
  { name, enabled }: WireResource,
  relays: readonly RelayBody[],
  refused: readonly Refusal[],
): void {
  const admitted = relays.filter(({ revoked }) => !revoked);
  for (const relay of admitted) {
    const { id, online, lastContact, leftAt, way } = relay;
    const age = ageText(leftAt ?? lastContact, Date.now());
    const text = online
      ? `online${way === null ? "" : `, ${BY_WAY[way]}`}, heard of`
      : leftAt === null
        ? "offline, last heard of"
        : "stopped";
    terminal.err(`relay ${id}: ${text} ${age} ago${behindText(relay)}\n`);
  }
  if (admitted.length > 0 && !admitted.some(({ online }) => online))
    terminal.err(
      `No relay of ${name} is online: what is shown is as it was last told, and the zone takes no changes. Its proxies go on by what they have. The command that weft zone create printed starts a relay again, and weft zone create ${name} prints one for another.\n`,
    );
  if (enabled === false)
    terminal.err(
      `Zone ${name} is disabled: no other zone sends it anything. weft zone enable ${name} takes it back.\n`,
    );
  if (admitted.length === 0) terminal.err(`No relay is admitted. To start one: weft zone create ${name}\n`);
  for (const { mesh, name: proxy, reason, at } of refused)
    terminal.err(`refused ${ageText(at, Date.now())} ago: ${mesh === "" ? "" : `${mesh}/`}${proxy}: ${reason}\n`);
}

/** How far it is behind what the control plane has for it; empty where it has all revisions, or nobody tells. */
function behindText({ revision, holds }: RelayBody): string {
  if (holds === undefined || revision === 0) return "";
  if (holds === null) return "; it has told of none of the newest revisions";
  const behind = revision - holds.revision;
  return behind <= 0 ? "" : `; it holds revision ${holds.revision} of ${revision}`;
}

/** Why no other zone reaches the services of this one, where that is so. */
function tellReach(terminal: Terminal, zone: string, rows: readonly ProxyRow[]): void {
  const ingresses = rows.filter(({ kind }) => kind === "ingress");
  for (const { name } of ingresses.filter(({ advertised }) => advertised === null))
    terminal.err(
      `Ingress ${name} is used by no other zone: its networking.advertisedAddress and advertisedPort are missing.\n`,
    );
  const served = ingresses.length > 0 || rows.some(({ serves }) => serves.includes("ingress"));
  if (!served && rows.some(({ inbounds }) => inbounds > 0))
    terminal.err(
      `No other zone reaches the services of ${zone}: it has no ingress. weft proxy run --type ingress starts one.\n`,
    );
}
