// `weft zone list`: zones with their relays, how far each has got, and whether it answers where it can be asked.
import type { DeliveryBody, IssuerBody, RelayBody } from "#api/weft.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { readRelayStatus } from "#cli/inspect/relay-status.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { ageColumns, isText, leftText, printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";
import { isRunning, nearestUpFile } from "#cli/up-file.ts";
import { isLater } from "#model/position.ts";

interface RelayView extends RelayBody {
  /** The relay's last report on how far its proxies are; null before the first. */
  readonly delivery: DeliveryBody | null;
  /** Whether it answers; null where its address is not known here. */
  readonly answers: boolean | null;
  /**
   * Until when it certifies newcomers and renewals by itself: the first end among its issuers of the meshes that have one. Null
   * where it has none.
   */
  readonly issuesUntil: string | null;
}

interface ZoneView {
  readonly name: string;
  readonly enabled: boolean;
  readonly relays: readonly RelayView[];
}

interface ZoneRow {
  readonly zone: ZoneView;
  readonly relay: RelayView | undefined;
}

export const command: Command = {
  about:
    "One row a relay. One that is offline has not called for a while: it has stopped, or cannot reach the control plane; its " +
    "proxies go on by what they have. A relay reports when its proxies have taken a snapshot, so an old report beside a " +
    "sequence that grows means trouble, and (at N) says that the report is of the earlier sequence N; LASTS ALONE is how long it could certify its proxies if it lost the control plane " +
    "now. The relay of a `weft up` that runs here is asked whether it answers.",
  examples: ["weft zone list", "weft zone list -o yaml"],
  async run(invocation) {
    const connection = connect(invocation);
    const [items, here] = await Promise.all([
      connection.ask("the zones could not be listed", async (client, organisation) => {
        const [zones, relays, issuers] = await Promise.all([
          client.resources(organisation).list(kindOfWord("Zone"), ""),
          allPages<RelayBody>((query) => client.call("listRelays", { params: { organisation }, query })),
          allPages<IssuerBody>((query) => client.call("listIssuers", { params: { organisation }, query })),
        ]);
        return Promise.all(
          zones.map(async ({ name, enabled }) => {
            const own = relays.filter((relay) => relay.zone === name);
            const deliveries =
              own.length === 0
                ? []
                : await allPages<DeliveryBody>((query) =>
                    client.call("listDeliveries", { params: { organisation, zone: name }, query }),
                  );
            return { name, enabled: enabled !== false, relays: own, deliveries, issuers };
          }),
        );
      }),
      answersHere(invocation, connection.target.url),
    ]);
    const zones = items.map(
      ({ name, enabled, relays, deliveries, issuers }): ZoneView => ({
        name,
        enabled,
        relays: relays.map((relay) => ({
          ...relay,
          delivery: latest(deliveries.filter((row) => row.relay === relay.id)),
          answers: relay.revoked ? null : (here.get(name)?.(relay.id) ?? null),
          issuesUntil: issuesUntil(relay, issuers),
        })),
      }),
    );
    printZones(invocation, zones);
    return 0;
  },
};

function printZones({ terminal, options }: Invocation<object>, zones: readonly ZoneView[]): void {
  const now = Date.now();
  const rows = zones.flatMap((zone): readonly ZoneRow[] =>
    zone.relays.length === 0 || !isText(options.output)
      ? [{ zone, relay: undefined }]
      : zone.relays.map((relay) => ({ zone, relay })),
  );
  printListing(terminal, options.output, {
    rows,
    columns: [
      { title: "name", cell: ({ zone }) => zone.name },
      { title: "enabled", cell: ({ zone }) => (zone.enabled ? "yes" : "no") },
      { title: "relay", cell: ({ relay }) => relay?.id ?? "none" },
      { title: "state", cell: ({ relay }) => (relay === undefined ? "" : stateText(relay)) },
      ...ageColumns<ZoneRow>("last contact", "heard of at", ({ relay }) => relay?.lastContact, { now, moving: true }),
      { title: "address", cell: ({ relay }) => relay?.address ?? "" },
      ...ageColumns<ZoneRow>("enrolled", "enrolled at", ({ relay }) => relay?.enrolledAt, { now }),
      { title: "news by", cell: ({ relay }) => relay?.way ?? "", wide: true },
      { title: "left at", cell: ({ relay }) => relay?.leftAt ?? "", wide: true },
      { title: "epoch", cell: ({ relay }) => String(relay?.epoch ?? ""), wide: true },
      { title: "sequence", cell: ({ relay }) => (relay === undefined ? "" : String(relay.sequence)) },
      { title: "proxies", cell: ({ relay }) => deliveryText(relay) },
      { title: "version", cell: ({ relay }) => relay?.version ?? "", wide: true },
      { title: "last event", cell: ({ relay }) => String(relay?.lastEvent ?? ""), wide: true },
      ...ageColumns<ZoneRow>("reported", "reported at", ({ relay }) => relay?.delivery?.at, { now, moving: true }),
      { title: "lasts alone", cell: ({ relay }) => leftText(relay?.issuesUntil, now), news: () => "" },
      { title: "issues until", cell: ({ relay }) => relay?.issuesUntil ?? "", wide: true },
    ],
    value: { total: zones.length, items: zones },
    name: ({ zone }) => zone.name,
    key: ({ zone, relay }) => `${zone.name} ${relay?.id ?? ""}`,
    item: ({ zone }) => zone,
    moving: ["lastContact", "at"],
    none: "There are no zones. Create one: weft zone create NAME",
  });
}

function stateText({ revoked, online, leftAt, answers }: RelayView): string {
  if (revoked) return "revoked";
  const state = online ? "online" : leftAt === null ? "offline" : "stopped";
  // What it says itself, where it can be asked, is told beside what the control plane has heard.
  return answers === null || answers === online ? state : `${state}, ${answers ? "answers" : "no answer"}`;
}

/** Of its issuers that stand, the newest of each mesh; the first of them to end. */
function issuesUntil({ id, revoked }: RelayBody, issuers: readonly IssuerBody[]): string | null {
  const byMesh = new Map<string, string>();
  for (const { relay, holder, revokedAt, mesh, notAfter } of revoked ? [] : issuers) {
    if (relay !== id || holder !== "relay" || revokedAt !== null) continue;
    if (Date.parse(notAfter) > Date.parse(byMesh.get(mesh) ?? "1970-01-01")) byMesh.set(mesh, notAfter);
  }
  return [...byMesh.values()].sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

/** How many proxies have which part of the sequence that the relay last reported on. */
function deliveryText(relay: RelayView | undefined): string {
  const delivery = relay?.delivery ?? null;
  if (relay === undefined || delivery === null) return "";
  const { acked, nacked, pending, sequence } = delivery;
  const parts = [`${acked} acked`];
  if (pending > 0) parts.push(`${pending} pending`);
  if (nacked > 0) parts.push(`${nacked} refused`);
  const behind = delivery.epoch === relay.epoch && sequence < relay.sequence ? ` (at ${sequence})` : "";
  return `${parts.join(", ")}${behind}`;
}

function latest(deliveries: readonly DeliveryBody[]): DeliveryBody | null {
  return deliveries.reduce<DeliveryBody | null>(
    (best, row) => (best === null || isLater(row, best) ? row : best),
    null,
  );
}

/** By zone, for the relays of the `weft up` that runs here and is spoken to: whether the relay of an id answers. */
async function answersHere(
  { cwd, env }: Invocation<object>,
  url: string,
): Promise<ReadonlyMap<string, (relay: string) => boolean | null>> {
  const nearest = nearestUpFile(cwd, env);
  if (nearest === undefined || !isRunning(nearest.up) || nearest.up.api.url !== url) return new Map();
  const asked = nearest.up.zones.map(async ({ name, relay }) => {
    const status = await readRelayStatus({ url: relay.api, ca: relay.ca });
    // Another relay of the same zone may run elsewhere, and is not the one that answered.
    return [name, (id: string) => (status === undefined ? false : status.relay === id ? true : null)] as const;
  });
  return new Map(await Promise.all(asked));
}
