// What `weft up` prints when all runs: one table, one curl line, three commands.

import { consoleUrl } from "#cli/console-url.ts";
import { tableText } from "#cli/output.ts";
import { styled, type Terminal } from "#cli/terminal.ts";
import type { UpFile } from "#cli/up-file.ts";
import { PERMISSION } from "./seed.ts";

interface Row {
  readonly what: string;
  readonly where: string;
  readonly see: string;
}

/** How this user goes on. */
export interface NextSteps {
  /** How weft is called: `weft`, or `npx weft` in a checkout. */
  readonly command: string;
  /** Path of the file that puts the demo's permission back. */
  readonly permissionFile: string;
  /** Whether the demo's permission stands. */
  readonly permitted: boolean;
  /** Signs in to the console; undefined where it is shown to nobody, or could not be made. */
  readonly consoleLink?: string | undefined;
}

export function summaryText(terminal: Terminal, up: UpFile, steps: NextSteps): string {
  const { command } = steps;
  const rows: Row[] = [
    { what: "control plane", where: up.api.url, see: `${command} get meshes` },
    { what: "console", where: consoleUrl(up.controlPlane.url), see: `a browser; its token: cat ${up.api.tokenFile}` },
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
  const link =
    steps.consoleLink === undefined
      ? ""
      : `\nThe console, signed in to demo (the link holds for a day, or until the next start):\n  ${bold(steps.consoleLink)}\n`;
  const next = (up.demo === null ? nextWithoutDemo(steps) : nextOfDemo(steps)).map((line) => `  ${line}`).join("\n");
  return `\n${table}${link}${request}\nTry next:\n${next}\n\nCtrl-C stops everything; the next start resumes it.\n`;
}

/** The command line that puts the demo's permission back. */
export function restoreLine({ command, permissionFile }: Pick<NextSteps, "command" | "permissionFile">): string {
  return `${command} apply -f ${permissionFile}`;
}

/** A connection that is open keeps its old rules for one more answer, so only the second request is sure to differ. */
function nextOfDemo(steps: NextSteps): readonly string[] {
  const { command } = steps;
  const forbid = `${command} delete meshtrafficpermission ${PERMISSION}`;
  const allow = restoreLine(steps);
  const width = steps.permitted ? Math.max(forbid.length, allow.length) : allow.length;
  const allowRow = `${allow.padEnd(width)}   # allows it again: curl twice: the second gets 200`;
  const forbidRow = `${forbid.padEnd(width)}   # forbids it: curl twice: the second gets 403`;
  return [
    `${command} get dataplanes`,
    `${command} inspect proxy web-1`,
    ...(steps.permitted ? [forbidRow, allowRow] : [allowRow]),
  ];
}

function nextWithoutDemo({ command }: NextSteps): readonly string[] {
  return [
    `${command} get meshes`,
    `echo '{"type":"Mesh","name":"shop"}' | ${command} apply -f -`,
    `${command} zone create east`,
  ];
}
