// The columns of `weft get`: what a reader wants to see of each kind beside its name.
import type { WireResource } from "#api/kuma.ts";
import type { Kind } from "#model/kind.ts";
import { faultsOf } from "./fault-text.ts";
import { ageColumns, type Column, leftText } from "./output.ts";

type Wire = WireResource & { readonly mesh?: string; readonly modificationTime?: string };
// biome-ignore lint/suspicious/noExplicitAny: wire forms of all kinds, read leniently for display only
export type Loose = any;

const column = (title: string, cell: (wire: Loose) => unknown): Column<Wire> => ({
  title,
  cell: (row) => String(cell(row) ?? ""),
});

const wide = (title: string, cell: (wire: Loose) => unknown): Column<Wire> => ({ ...column(title, cell), wide: true });

const target: readonly Column<Wire>[] = [
  column("target", ({ spec }) => targetText(spec?.targetRef)),
  wide("to", ({ spec }) => targetsText(spec?.to)),
  wide("from", ({ spec }) => targetsText(spec?.from)),
  wide("rules", ({ spec }) => spec?.rules?.length),
  wide("effect", ({ labels }) => labels?.["kuma.io/effect"]),
];

/** Of every kind, after its own. */
const ORIGIN: readonly Column<Wire>[] = [
  wide("origin", ({ labels }) => labels?.["kuma.io/origin"]),
  wide("zone", ({ labels }) => labels?.["kuma.io/zone"]),
  wide("labels", ({ labels }) => labelsText(labels ?? {})),
  wide("kri", ({ kri }) => kri),
];

/** By type; a policy that is not here shows its target, another kind name and age alone. */
const COLUMNS: Readonly<Record<string, readonly Column<Wire>[]>> = {
  Mesh: [
    column("mtls", ({ mtls }) => mtls?.enabledBackend || "off"),
    column("meshservices", ({ meshServices }) => meshServices?.mode ?? "Disabled"),
    wide("backend", ({ mtls }) => backendText(mtls)),
    wide("mode", ({ mtls }) => enabledBackend(mtls)?.mode ?? (mtls?.enabledBackend ? "STRICT" : "")),
    wide("zone egress", ({ routing }) => (routing?.zoneEgress === true ? "yes" : "no")),
  ],
  Zone: [column("enabled", ({ enabled }) => (enabled === false ? "no" : "yes"))],
  Dataplane: [
    column("address", ({ networking }) => networking?.address),
    column("service", ({ networking }) => servicesOf(networking).join(",")),
    wide("ports", ({ networking }) => portsText(networking)),
    wide("protocols", ({ networking }) => protocolsText(networking)),
    wide("gateway", ({ networking }) => networking?.gateway && (networking.gateway.type ?? "DELEGATED").toLowerCase()),
  ],
  ZoneIngress: [
    column("zone", ({ zone }) => zone),
    column("address", ({ networking }) => placeText(networking?.address, networking?.port)),
    column("advertised", ({ networking }) => placeText(networking?.advertisedAddress, networking?.advertisedPort)),
  ],
  ZoneEgress: [
    column("zone", ({ zone }) => zone),
    column("address", ({ networking }) => placeText(networking?.address, networking?.port)),
  ],
  MeshZoneAddress: [column("address", ({ spec }) => placeText(spec?.address, spec?.port))],
  MeshService: [
    column("ports", ({ spec }) => (spec?.ports ?? []).map((port: Loose) => port.port).join(",")),
    column("state", ({ spec }) => spec?.state),
    wide("protocols", ({ spec }) => (spec?.ports ?? []).map((port: Loose) => port.appProtocol ?? "tcp").join(",")),
    wide("addresses", ({ status }) => (status?.addresses ?? []).map((one: Loose) => one.hostname).join(",")),
    wide("vips", ({ status }) => (status?.vips ?? []).map((one: Loose) => one.ip).join(",")),
    wide("proxies", ({ status }) => proxiesText(status?.dataplaneProxies)),
  ],
};

/** Columns of a kind; `mesh` is shown when rows of several may be mixed, `online` (by `mesh/name`) when it is known. */
export function columnsOf(
  kind: Kind,
  withMesh: boolean,
  now: number,
  online?: ReadonlyMap<string, Connected>,
): readonly Column<Wire>[] {
  return [
    ...(withMesh && kind.scope === "Mesh" ? [column("mesh", ({ mesh }) => mesh)] : []),
    column("name", ({ name }) => name),
    ...(COLUMNS[kind.type] ?? (kind.policy === undefined ? [] : target)),
    ...(online === undefined ? [] : onlineColumns(online, now)),
    ...ageColumns<Wire>("age", "modified", ({ modificationTime }) => modificationTime, { now }),
    wide("created", ({ creationTime }) => creationTime),
    ...ORIGIN,
  ];
}

/** What the control plane knows of a dataplane's Envoy. */
export interface Connected {
  readonly online: boolean;
  /** When its stream began; null = it has none. */
  readonly since: string | null;
  readonly certificateUntil: string | null;
  /** As it said when it connected; empty where it did not. */
  readonly envoy: string;
  /** Version of what runs it: kuma-dp, or `weft proxy run`. */
  readonly program: string;
}

function onlineColumns(known: ReadonlyMap<string, Connected>, now: number): readonly Column<Wire>[] {
  const of = ({ mesh, name }: Loose): Connected | undefined => known.get(`${mesh}/${name}`);
  const left: Column<Wire> = wide("certificate", (row) => leftText(of(row)?.certificateUntil, now));
  return [
    column("online", (row) => (of(row)?.online === true ? "yes" : "no")),
    column("envoy", (row) => of(row)?.envoy),
    wide("program", (row) => of(row)?.program),
    wide("connected", (row) => of(row)?.since),
    { ...left, news: () => "" },
    wide("until", (row) => of(row)?.certificateUntil),
  ];
}

/** Of an overview. */
export function connectedOf(overview: Loose): Connected {
  const insight = overview.dataplaneInsight;
  const { kumaDp, envoy } = insight?.subscriptions?.at(-1)?.version ?? {};
  return {
    online: isOnline(overview),
    since: connectedSince(insight),
    certificateUntil: insight?.mTLS?.certificateExpirationTime ?? null,
    envoy: envoy?.version ?? "",
    program: kumaDp?.version ?? "",
  };
}

/** When the stream that has not ended began; null where there is none. */
export function connectedSince(insight: Loose): string | null {
  const subscriptions: readonly Loose[] = insight?.subscriptions ?? [];
  const standing = subscriptions.find(({ connectTime, disconnectTime }) => connectTime && !disconnectTime);
  return standing?.connectTime ?? null;
}

/** `app=web,team=shop`. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([key]) => !key.startsWith("kuma.io/"))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** How many faults each row's status tells; no column where there are none. */
export function faultColumns<Row>(rows: readonly Row[]): readonly Column<Row>[] {
  if (rows.every((row) => faultsOf(row).length === 0)) return [];
  return [{ title: "faults", cell: (row) => String(faultsOf(row).length || "") }];
}

/** Whether an overview has a subscription that has not ended. */
export function isOnline(overview: Loose): boolean {
  const subscriptions: readonly Loose[] = overview?.dataplaneInsight?.subscriptions ?? [];
  return subscriptions.some(({ connectTime, disconnectTime }) => connectTime && !disconnectTime);
}

function enabledBackend(mtls: Loose): Loose {
  return (mtls?.backends ?? []).find(({ name }: Loose) => name === mtls.enabledBackend);
}

function backendText(mtls: Loose): string {
  return enabledBackend(mtls)?.type ?? "";
}

function portsText(networking: Loose): string {
  return (networking?.inbound ?? [])
    .map(({ port, servicePort }: Loose) => (servicePort ? `${port}:${servicePort}` : port))
    .join(",");
}

function protocolsText(networking: Loose): string {
  const protocols = (networking?.inbound ?? []).map(({ tags }: Loose) => tags?.["kuma.io/protocol"] ?? "tcp");
  return [...new Set(protocols)].join(",");
}

function targetsText(items: Loose): string {
  return (items ?? []).map(({ targetRef }: Loose) => targetText(targetRef)).join(", ");
}

function proxiesText(counts: Loose): string {
  return counts === undefined ? "" : `${counts.healthy ?? 0}/${counts.total ?? 0}`;
}

function servicesOf(networking: Loose): string[] {
  const gateway = networking?.gateway?.tags;
  const tags: Loose[] =
    gateway === undefined ? (networking?.inbound ?? []).map((inbound: Loose) => inbound.tags) : [gateway];
  return [...new Set(tags.map((tag) => String(tag?.["kuma.io/service"] ?? "")))].filter((name) => name !== "");
}

function targetText(ref: Loose): string {
  if (ref?.kind === undefined) return "Mesh";
  const tags = Object.entries(ref.tags ?? ref.labels ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  return [ref.kind, ref.name, tags.join(",")].filter((part) => part !== undefined && part !== "").join("/");
}

/** `host:port`, with an IPv6 address in brackets; "" where either is missing. */
export function placeText(address: unknown, port: unknown): string {
  if (address === undefined || port === undefined) return "";
  return String(address).includes(":") ? `[${String(address)}]:${String(port)}` : `${String(address)}:${String(port)}`;
}
