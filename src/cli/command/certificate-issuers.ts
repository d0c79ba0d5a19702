// `weft certificate issuers`: the intermediates that sign certificates, who holds them, and which are revoked.
import type { IssuerBody } from "#api/weft.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { leftText, printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";

export const command: Command = {
  about:
    "Each relay has its own, for when it is cut off, and one that the control plane holds for it. While one of a mesh is " +
    "revoked and has not expired, the mesh's proxies trust exactly those that stand.",
  examples: ["weft certificate issuers"],
  async run(invocation) {
    const items = await connect(invocation).ask("the issuers could not be listed", (client, organisation) =>
      allPages<IssuerBody>((query) => client.call("listIssuers", { params: { organisation }, query })),
    );
    const now = Date.now();
    const isWide = invocation.options.output === "wide";
    printListing(invocation.terminal, invocation.options.output, {
      rows: items,
      columns: [
        { title: "mesh", cell: (one) => one.mesh },
        { title: "zone", cell: (one) => one.zone },
        { title: "relay", cell: (one) => one.relay },
        { title: "held by", cell: (one) => (one.holder === "relay" ? "relay" : "control plane") },
        { title: "key", cell: (one) => (isWide ? one.keyId : one.keyId.slice(0, 12)) },
        { title: "left", cell: (one) => leftText(one.notAfter, now), wide: true, news: () => "" },
        { title: "until", cell: (one) => one.notAfter },
        { title: "state", cell: (one) => stateOf(one, now) },
        { title: "revoked", cell: (one) => one.revokedAt ?? "", wide: true },
      ],
      value: { total: items.length, items },
      name: (one) => one.keyId,
      none: "Nothing signs certificates: no mesh has mTLS, or none of its proxies has joined.",
    });
    return 0;
  },
};

function stateOf({ revokedAt, revokedBy, notAfter }: IssuerBody, now: number): string {
  if (revokedAt !== null) return `revoked by ${revokedBy}`;
  return Date.parse(notAfter) <= now ? "expired" : "valid";
}
