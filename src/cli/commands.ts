// The table of commands: one row each, in the order of `weft --help`. Bodies are loaded when they are called.
import type { CommandRow } from "./command.ts";
import { CHANGES } from "./table/change.ts";
import { INSIGHTS } from "./table/insight.ts";
import { MACHINE } from "./table/machine.ts";
import { MEMBERS } from "./table/member.ts";
import { ORGANISATIONS } from "./table/organisation.ts";
import { WEBHOOKS } from "./table/webhook.ts";
import { ZONES } from "./table/zone.ts";

export const COMMANDS: readonly CommandRow[] = [
  ...CHANGES,
  ...INSIGHTS,
  ...ZONES,
  ...MEMBERS,
  ...WEBHOOKS,
  ...ORGANISATIONS,
  ...MACHINE,
];

/** What stands beside a word that only groups commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  plan: "Show what files would do to resources, proxies and access",
  rollout: "Revisions on their way to the proxies",
  access: "Who may call whom, and what is to stay so",
  inspect: "Look into what runs",
  zone: "Zones and their relays",
  certificate: "Certificates and what signs them",
  token: "API tokens",
  member: "People of the organisation, and what they may",
  invitation: "People who have been asked to come",
  audit: "Who did what",
  webhook: "Who is told of what happens",
  "dataplane-token": "Tokens of proxies",
  "zone-token": "Tokens of ingresses and egresses",
  organisation: "Organisations of this control plane",
  admin: "The control plane's own affairs",
  proxy: "Envoys",
  install: "Prepare this machine",
  uninstall: "Undo what install did",
  envoy: "Where Envoy comes from",
  config: "Contexts: which organisation commands speak to",
};
