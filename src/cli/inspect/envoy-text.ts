// An Envoy's state as text for people.
import { tableText } from "#cli/output.ts";
import { styled, type Terminal } from "#cli/terminal.ts";
import type { EnvoyState } from "./envoy-state.ts";

/** Several small tables under headings. */
export function envoyText(terminal: Terminal, state: EnvoyState, now: number): string {
  const link = state.connected
    ? styled(terminal, "green", "connected to its relay")
    : styled(terminal, "red", "cut off from its relay");
  const parts = [
    `Envoy ${state.version}, ${state.state}, up ${state.uptimeSeconds} s, ${link}\n`,
    section("Updates", state.updates, [
      { title: "type", cell: (row) => row.type },
      { title: "accepted", cell: (row) => String(row.accepted) },
      { title: "rejected", cell: (row) => String(row.rejected) },
    ]),
    section("Listeners", state.listeners, [
      { title: "address", cell: (row) => row.address },
      { title: "name", cell: (row) => row.name },
    ]),
    section(
      "Clusters",
      state.clusters.flatMap(({ name, endpoints }) =>
        endpoints.length === 0
          ? [{ name, address: "-", health: "-" }]
          : endpoints.map((endpoint) => ({ name, ...endpoint })),
      ),
      [
        { title: "name", cell: (row) => row.name },
        { title: "endpoint", cell: (row) => row.address },
        { title: "health", cell: (row) => row.health },
      ],
    ),
    section("Certificates", state.certificates, [
      { title: "identity", cell: (row) => identityOf(row.uris) },
      { title: "expires", cell: (row) => `${row.expires} (${leftText(row.expires, now)})` },
    ]),
  ];
  return parts.join("\n");

  function section<Row>(title: string, rows: readonly Row[], columns: Parameters<typeof tableText<Row>>[1]): string {
    return `${styled(terminal, "bold", title)}\n${rows.length === 0 ? "none\n" : tableText(terminal, columns, rows)}`;
  }
}

function leftText(expires: string, now: number): string {
  const hours = (Date.parse(expires) - now) / 3_600_000;
  if (Number.isNaN(hours)) return "unknown";
  return hours < 0 ? "expired" : hours < 48 ? `${Math.floor(hours)} h left` : `${Math.floor(hours / 24)} days left`;
}

/** Who it is; the tags that a certificate holds beside it are those of the dataplane. */
function identityOf(uris: readonly string[]): string {
  const ids = uris.filter((uri) => uri.startsWith("spiffe:"));
  return (ids.length > 0 ? ids : uris).join(", ");
}
