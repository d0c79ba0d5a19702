// docs/api.md as the route table makes it.

import { type Auth, FAULTS_OF_AUTH, type Route } from "#api/route.ts";
import { isMeant } from "#api/routes.ts";
import { wholeRoutes } from "#api/told.ts";
import { FAULTS, type FaultCode } from "#model/fault.ts";
import type { Kind } from "#model/kind.ts";
import { ALL_KINDS } from "#model/kinds.ts";

const WHO: Readonly<Record<Auth, string>> = {
  none: "everyone",
  operator: "the operator's secret",
  api: "an API token or a member's session",
  person: "a person's session",
  founder: "the operator's secret or a person's session",
  relay: "a relay's proof",
};

/** The whole document: a section a tag, a row a route; rows that hold for each kind stand once. */
export function apiDocument(): string {
  const rows = Object.entries(wholeRoutes());
  const tags = [...new Set(rows.map(([, { tag }]) => tag))];
  return `${[
    "# The API",
    "Made from the route table (`npm run golden`). `GET /openapi.json` has the shapes of bodies and answers, and every kind spelled out.",
    "`{plural}` stands for the path of a kind (last table). A call that is refused answers with a problem (RFC 9457): what, where, why.",
    ...tags.map((tag) => sectionOf(tag, rows)),
    `## Faults\n\n| code | status | title |\n|---|---|---|\n${Object.entries(FAULTS)
      .map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`)
      .join("\n")}\n\nBeside those of its row a call may meet: ${Object.entries(FAULTS_OF_AUTH)
      .map(([auth, codes]) => `with ${WHO[auth as Auth]} ${codes.map((code) => `\`${code}\``).join(", ")}`)
      .join("; ")}.`,
    `## Kinds\n\n| kind | path | scope | routes for each of |\n|---|---|---|---|\n${ALL_KINDS.map(kindRow).join("\n")}`,
  ].join("\n\n")}\n`;
}

function sectionOf(tag: string, rows: readonly (readonly [string, Route])[]): string {
  const own = rows.filter(([, route]) => route.tag === tag);
  return `## ${tag}\n\n| call | what | who | asks for | answers | faults |\n|---|---|---|---|---|---|\n${own
    .map(([, route]) => rowOf(route))
    .join("\n")}`;
}

function rowOf({ method, path, summary, auth, verb, each, statuses, faults, answer, limit }: Route): string {
  const call = `\`${method.toUpperCase()} ${path}\`${each === undefined ? "" : each === "any" ? " (each kind)" : ` (each kind: ${each})`}`;
  const body = limit === undefined ? "" : `; body up to ${sizeOf(limit)}`;
  const form = answer === null ? "nothing" : typeof answer === "string" ? answer : "JSON";
  const told = faults.map((code: FaultCode) => `\`${code}\``).join(", ");
  const asks = verb === null ? "–" : `\`${verb}\``;
  return `| ${call} | ${summary.replaceAll("|", "\\|")} | ${WHO[auth]} | ${asks}${body} | ${statuses.join(", ")} ${form} | ${told || "–"} |`;
}

function sizeOf(bytes: number): string {
  return bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 1024} KiB`;
}

function kindRow(kind: Kind): string {
  const holds = (["Mesh", "Global", "any", "policy"] as const).filter((each) => isMeant(kind, each));
  return `| ${kind.type} | \`${kind.path}\` | ${kind.scope} | ${holds.join(", ")} |`;
}
