// `weft certificate list`: issued certificates, by whom, until when, and the token by which their dataplane joined.
import type { CertificateBody } from "#api/weft.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { requireMesh } from "#cli/known-mesh.ts";
import { leftText, printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";
import { requireZone } from "#cli/zone/known-zone.ts";

interface Options {
  readonly mesh?: string;
  readonly zone?: string;
}

export const command: Command<Options> = {
  about:
    "Of all meshes and zones unless narrowed, those that live longest first. What a relay issued while cut off is here once it is back.",
  options: [
    { flags: "-m, --mesh <mesh>", help: "only of this mesh" },
    { flags: "--zone <zone>", help: "only of proxies and issuers of this zone" },
  ],
  examples: [
    "weft certificate list",
    "weft certificate list --zone east --mesh default",
    "weft certificate list -o json",
  ],
  async run(invocation) {
    const { mesh, zone } = invocation.options;
    const connection = connect(invocation);
    const what = "the certificates could not be listed";
    const narrow = { ...(mesh !== undefined && { mesh }), ...(zone !== undefined && { zone }) };
    const items = await connection.ask(what, (client, organisation) =>
      allPages<CertificateBody>((query) =>
        client.call("listCertificates", { params: { organisation }, query: { ...query, ...narrow } }),
      ),
    );
    if (items.length === 0 && zone !== undefined) await requireZone(connection, zone, what);
    if (items.length === 0 && mesh !== undefined) await requireMesh(connection, mesh, what);
    const where = `${mesh === undefined ? "" : ` in mesh ${mesh}`}${zone === undefined ? "" : ` in zone ${zone}`}`;
    const now = Date.now();
    const isWide = invocation.options.output === "wide";
    printListing(invocation.terminal, invocation.options.output, {
      rows: items,
      columns: [
        { title: "mesh", cell: (one) => one.mesh },
        { title: "name", cell: (one) => (one.name === "" ? "(an issuer)" : one.name) },
        { title: "zone", cell: (one) => one.zone },
        { title: "left", cell: (one) => leftText(one.notAfter, now), wide: true, news: () => "" },
        { title: "until", cell: (one) => one.notAfter },
        { title: "signed by", cell: (one) => (isWide ? one.issuer : one.issuer.slice(0, 12)) },
        { title: "serial", cell: (one) => one.serial, wide: true },
        { title: "token", cell: (one) => one.tokenId ?? "" },
      ],
      value: { total: items.length, items },
      name: (one) => one.serial,
      none: `No certificate has been issued${where}.`,
    });
    return 0;
  },
};
