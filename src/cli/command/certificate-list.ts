// `weft certificate list`: issued certificates, by whom, until when, and the token by which their dataplane joined.
import type { CertificateBody } from "#api/weft.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";

export const command: Command = {
  about: "Of all meshes, those that live longest first. What a relay issued while cut off is here once it is back.",
  examples: ["weft certificate list", "weft certificate list -o json"],
  async run(invocation) {
    const items = await connect(invocation).ask("the certificates could not be listed", (client, organisation) =>
      allPages<CertificateBody>((query) => client.call("listCertificates", { params: { organisation }, query })),
    );
    printListing(invocation.terminal, invocation.options.output, {
      rows: items,
      columns: [
        { title: "mesh", cell: (one) => one.mesh },
        { title: "name", cell: (one) => (one.name === "" ? "(an issuer)" : one.name) },
        { title: "zone", cell: (one) => one.zone },
        { title: "until", cell: (one) => one.notAfter },
        { title: "signed by", cell: (one) => one.issuer.slice(0, 12) },
        { title: "token", cell: (one) => one.tokenId ?? "" },
      ],
      value: { total: items.length, items },
      name: (one) => one.serial,
      none: "No certificate has been issued.",
    });
    return 0;
  },
};
