// Where the values of each argument and option come from: the machine, a table, the control plane, or the user's head.
import { HINT_KINDS } from "#api/event.ts";
import { readConfig } from "#cli/context.ts";
import { AUDIT_ACTIONS } from "#model/audit/action.ts";
import type { Kind } from "#model/kind.ts";
import { ALL_KINDS, POLICIES } from "#model/kinds.ts";
import { SUBSCRIBABLE, WEBHOOK_EVENTS } from "#model/webhook/event.ts";
import type { Asked, Candidate } from "./candidates.ts";
import * as look from "./looks.ts";
import { SHELLS } from "./script.ts";

/** Given with the line so far; a look also with the control plane. `free`: nobody but the user knows. */
export type Source =
  | "free"
  | "files"
  | { readonly local: (env: NodeJS.ProcessEnv) => readonly Candidate[] }
  | { readonly remote: look.Look };

const table = (rows: Readonly<Record<string, string>>): Source => {
  const all = Object.entries(rows).map(([value, help]) => ({ value, help }));
  return { local: () => all };
};
const words = (all: readonly string[]): Source => table(Object.fromEntries(all.map((word) => [word, ""])));
const kinds = (all: readonly Kind[]): Source => table(Object.fromEntries(all.map(({ path, type }) => [path, type])));

const CONTEXTS: Source = {
  local: (env) => Object.entries(readConfig(env).contexts).map(([value, { url }]) => ({ value, help: url })),
};
const WRITABLE = kinds(ALL_KINDS.filter(({ readOnly }) => !readOnly));
const TYPES = kinds(ALL_KINDS);
const PARTIES: Source = { remote: look.parties };
const SERVICES: Source = { remote: look.services };
const REVISIONS: Source = { remote: look.revisions };
const DATAPLANES: Source = { remote: look.dataplanes };

/** By placeholder, and before that by long option or by command with either, where the placeholder alone does not tell. */
export const SOURCES: Readonly<Record<string, Source>> = {
  member: { remote: look.members },
  role: { remote: look.roles },
  email: "free",
  // The operator's: what there is, is asked for with another secret.
  organisation: "free",
  database: "free",
  region: "free",
  "invitation-id": { remote: look.invitations },
  mesh: { remote: look.meshes },
  zone: { remote: look.zones },
  relay: { remote: look.relays },
  proxy: DATAPLANES,
  service: SERVICES,
  from: PARTIES,
  to: PARTIES,
  revision: REVISIONS,
  rev1: REVISIONS,
  rev2: REVISIONS,
  "revision|type": { remote: look.revisionsAndTypes },
  type: TYPES,
  "delete type": WRITABLE,
  "--prune-type": WRITABLE,
  "--policy": kinds(POLICIES),
  "inspect policy type": kinds(POLICIES),
  name: { remote: look.namesOfType },
  "inspect proxy name": { remote: look.proxiesOfType },
  "dataplane-token create --name": DATAPLANES,
  "dataplane-token create --tag": { remote: look.serviceTags },
  "dataplane-token create --workload": { remote: look.workloads },
  "blame field": { remote: look.fieldsOfResource },
  field: { remote: look.settingsOfProxy },
  "--field": { remote: look.settingsOfProxy },
  "reach --port": { remote: look.portsOfCallee },
  method: words(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"]),
  "plan-id": { remote: look.plans },
  "token-id": { remote: look.tokens },
  who: { remote: look.makers },
  actor: { remote: look.actors },
  action: table(AUDIT_ACTIONS),
  scope: { remote: look.scopes },
  "zone-token create --scope": table({ ingress: "a ZoneIngress", egress: "a ZoneEgress" }),
  "webhook-id": { remote: look.webhooks },
  event: table(Object.fromEntries(SUBSCRIBABLE.map((event) => [event, WEBHOOK_EVENTS[event]]))),
  "webhook replay --event": { remote: look.webhookEvents },
  kind: table(HINT_KINDS),
  "--context": CONTEXTS,
  "config use-context name": CONTEXTS,
  "config set-context name": CONTEXTS,
  shell: words(SHELLS),
  boolean: words(["true", "false"]),
  "--ip-family-mode": words(["dualstack", "ipv4"]),
  file: "files",
  path: "files",
  folder: "files",
  // What is new, or of this machine alone.
  "zone create name": "free",
  "token create name": "free",
  "organisation create name": "free",
  "organisation tier name": "free",
  "organisation tier --limit": "free",
  "proxy run --name": "free",
  "relay --host": "free",
  "reach --path": "free",
  "apply --override": "free",
  why: "free",
  text: "free",
  sender: "free",
  url: "free",
  address: "free",
  port: "free",
  ports: "free",
  ips: "free",
  network: "free",
  rule: "free",
  user: "free",
  "key=value": "free",
  time: "free",
  duration: "free",
  seconds: "free",
  days: "free",
  threads: "free",
  n: "free",
};

/** The keys under which the table may have it, the nearest first. */
export function keysOf({
  command,
  option,
  placeholder,
}: Pick<Asked, "command" | "option" | "placeholder">): readonly string[] {
  const own = option === undefined ? placeholder : `--${option}`;
  return [`${command} ${own}`, ...(option === undefined ? [] : [own]), placeholder];
}

/** Undefined where the table has none. */
export function sourceOf(asked: Pick<Asked, "command" | "option" | "placeholder">): Source | undefined {
  return keysOf(asked)
    .map((key) => SOURCES[key])
    .find((source) => source !== undefined);
}
