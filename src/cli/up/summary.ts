// What `weft up` prints when all runs: one table, one curl line, three commands.
import { tableText } from "#cli/output.ts";
import { styled, type Terminal } from "#cli/terminal.ts";
import type { UpFile } from "#cli/up-file.ts";

interface Row {
  readonly what: string;
  readonly where: string;
  readonly see: string;
}

/** `command` is how this user calls weft: `weft`, or `npx weft` in a checkout. */
export function summaryText(terminal: Terminal, up: UpFile, command: string): string {
  const rows: Row[] = [
    { what: "control plane", where: up.api.url, see: `${command} get meshes` },
    ...up.zones.map(({ name, relay }) => ({
      what: `relay of zone ${name}`,
      where: relay.xds === relay.api ? relay.api : `${relay.api}, xDS ${relay.xds}`,
      see: `${command} zone list`,
    })),
    ...(up.demo === null ? [] : [{ what: "program web", where: up.demo.web, see: `curl ${up.demo.web}/` }]),
    ...up.proxies.map(({ name, admin }) => ({
      what: `Envoy ${name}`,
      where: admin,
      see: `${command} inspect proxy ${name}`,
    })),
  ];
  const table = tableText(
    terminal,
    [
      { title: "what runs", cell: (row: Row) => row.what },
      { title: "where", cell: (row: Row) => row.where },
      { title: "how to see it", cell: (row: Row) => row.see },
    ],
    rows,
  );
  const bold = (text: string): string => styled(terminal, "bold", text);
  const request =
    up.demo === null ? "" : `\nA request client → Envoy → mTLS → Envoy → backend:\n  ${bold(`curl ${up.demo.url}/`)}\n`;
  const next = (up.demo === null ? NEXT_WITHOUT_DEMO : NEXT).map((line) => `  ${command} ${line}`).join("\n");
  return `\n${table}${request}\nTry next:\n${next}\n\nCtrl-C stops everything; the next start resumes it.\n`;
}

const NEXT = [
  "get dataplanes",
  "inspect proxy web-1",
  "delete meshtrafficpermission web-to-backend   # then curl again: 403",
] as const;

const NEXT_WITHOUT_DEMO = ["get meshes", "zone create east", "apply -f mesh.yaml"] as const;
