// The columns of `weft get`: what a reader wants to see of each kind beside its name.
import type { WireResource } from "#api/kuma.ts";
import type { Kind } from "#model/kind.ts";
import { faultsOf } from "./fault-text.ts";
import { ageText, type Column } from "./output.ts";

type Wire = WireResource & { readonly mesh?: string; readonly modificationTime?: string };
// biome-ignore lint/suspicious/noExplicitAny: wire forms of all kinds, read leniently for display only
type Loose = any;

const column = (title: string, cell: (wire: Loose) => unknown): Column<Wire> => ({
  title,
  cell: (row) => String(cell(row) ?? ""),
});

const target = column("target", ({ spec }) => targetText(spec?.targetRef));

/** By type; a policy that is not here shows its target, another kind name and age alone. */
const COLUMNS: Readonly<Record<string, readonly Column<Wire>[]>> = {
  Mesh: [
    column("mtls", ({ mtls }) => mtls?.enabledBackend || "off"),
    column("meshservices", ({ meshServices }) => meshServices?.mode ?? "Disabled"),
  ],
  Zone: [column("enabled", ({ enabled }) => (enabled === false ? "no" : "yes"))],
  Dataplane: [
    column("address", ({ networking }) => networking?.address),
    column("service", ({ networking }) => servicesOf(networking).join(",")),
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
  ],
};

/** Columns of a kind; `mesh` is shown when rows of several may be mixed, `online` (by `mesh/name`) when it is known. */
export function columnsOf(
  kind: Kind,
  withMesh: boolean,
  now: number,
  online?: ReadonlyMap<string, boolean>,
): readonly Column<Wire>[] {
  return [
    ...(withMesh && kind.scope === "Mesh" ? [column("mesh", ({ mesh }) => mesh)] : []),
    column("name", ({ name }) => name),
    ...(COLUMNS[kind.type] ?? (kind.policy === undefined ? [] : [target])),
    ...(online === undefined
      ? []
      : [column("online", ({ mesh, name }) => (online.get(`${mesh}/${name}`) === true ? "yes" : "no"))]),
    column("age", ({ modificationTime }) => ageText(modificationTime, now)),
  ];
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
