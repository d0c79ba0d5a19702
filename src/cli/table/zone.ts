// Rows of the table of commands about zones: their relays and their certificates.
import type { CommandRow } from "#cli/command.ts";

export const ZONES: readonly CommandRow[] = [
  {
    path: "zone create",
    does: "changes",
    summary: "Create a zone and print the command that starts its relay",
    load: () => import("#cli/command/zone-create.ts"),
  },
  { path: "zone list", does: "shows", summary: "List the zones", load: () => import("#cli/command/zone-list.ts") },
  {
    path: "zone disable",
    does: "changes",
    summary: "Let no other zone send it anything",
    load: () => import("#cli/command/zone-disable.ts"),
  },
  {
    path: "zone enable",
    does: "changes",
    summary: "Let other zones send it their share again",
    load: () => import("#cli/command/zone-enable.ts"),
  },
  {
    path: "zone drain",
    does: "changes",
    summary: "Disable a zone and wait until all others have taken it",
    load: () => import("#cli/command/zone-drain.ts"),
  },
  {
    path: "zone revoke-relay",
    does: "changes",
    summary: "Refuse a relay from now on",
    load: () => import("#cli/command/zone-revoke-relay.ts"),
  },
  {
    path: "zone revoke",
    does: "changes",
    summary: "Refuse all relays of a zone, and trust none of its certificates any more",
    load: () => import("#cli/command/zone-revoke.ts"),
  },
  {
    path: "certificate list",
    does: "shows",
    summary: "List issued certificates",
    load: () => import("#cli/command/certificate-list.ts"),
  },
  {
    path: "certificate issuers",
    does: "shows",
    summary: "List what signs certificates",
    load: () => import("#cli/command/certificate-issuers.ts"),
  },
];
