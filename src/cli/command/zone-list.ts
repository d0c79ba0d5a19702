// `weft zone list`: zones with their relays.
import type { RelayBody } from "#api/weft.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";

export const command: Command = {
  examples: ["weft zone list", "weft zone list -o yaml"],
  async run(invocation) {
    const items = await connect(invocation).ask("the zones could not be listed", async (client, organisation) => {
      const [zones, relays] = await Promise.all([
        client.resources(organisation).list(kindOfWord("Zone"), ""),
        allPages<RelayBody>((query) => client.call("listRelays", { params: { organisation }, query })),
      ]);
      return zones.map((zone) => ({
        name: zone.name,
        enabled: zone.enabled !== false,
        relays: relays.filter((relay) => relay.zone === zone.name),
      }));
    });
    printListing(invocation.terminal, invocation.options.output, {
      rows: items,
      columns: [
        { title: "name", cell: (zone) => zone.name },
        { title: "enabled", cell: (zone) => (zone.enabled ? "yes" : "no") },
        { title: "relays", cell: ({ relays }) => relayIds(relays) },
        { title: "sequence", cell: ({ relays }) => String(Math.max(0, ...relays.map((relay) => relay.sequence))) },
      ],
      value: { total: items.length, items },
      name: (zone) => zone.name,
      none: "There are no zones. Create one: weft zone create NAME",
    });
    return 0;
  },
};

/** Those that are not revoked. */
function relayIds(relays: readonly RelayBody[]): string {
  return relays.flatMap(({ id, revoked }) => (revoked ? [] : [id])).join(",") || "none";
}
