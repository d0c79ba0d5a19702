// Rows of the table of commands about organisations: tokens of their proxies, and what operators do with them.
import type { CommandRow } from "#cli/command.ts";

export const ORGANISATIONS: readonly CommandRow[] = [
  {
    path: "dataplane-token create",
    does: "changes",
    summary: "Create the token that a proxy joins its mesh with",
    load: () => import("#cli/command/dataplane-token-create.ts"),
  },
  {
    path: "zone-token create",
    does: "changes",
    summary: "Create the token that an ingress or egress joins its zone with",
    load: () => import("#cli/command/zone-token-create.ts"),
  },
  {
    path: "organisation create",
    does: "changes",
    summary: "Create an organisation (operators only)",
    load: () => import("#cli/command/organisation-create.ts"),
  },
  {
    path: "organisation tier",
    does: "changes",
    summary: "Show or set what an organisation may have (operators only)",
    load: () => import("#cli/command/organisation-tier.ts"),
  },
  {
    path: "admin databases",
    does: "shows",
    summary: "List the databases that organisations are spread over (operators only)",
    load: () => import("#cli/command/admin-databases.ts"),
  },
  {
    path: "organisation delete",
    does: "changes",
    summary: "Delete the organisation; it can be restored for seven days",
    load: () => import("#cli/command/organisation-delete.ts"),
  },
  {
    path: "organisation restore",
    does: "changes",
    summary: "Take back that the organisation is to be deleted",
    load: () => import("#cli/command/organisation-restore.ts"),
  },
  {
    path: "admin move-org",
    does: "changes",
    summary: "Move an organisation to another database (operators only)",
    load: () => import("#cli/command/admin-move-org.ts"),
  },
  {
    path: "admin backup",
    does: "changes",
    summary: "Write all that an organisation has, or everything, into a file (operators only)",
    load: () => import("#cli/command/admin-backup.ts"),
  },
  {
    path: "admin restore",
    does: "changes",
    summary: "Bring an organisation, or everything, back to what a backup holds (operators only)",
    load: () => import("#cli/command/admin-restore.ts"),
  },
  {
    path: "admin reseal",
    does: "changes",
    summary: "Seal all secrets again, under the newest key (operators only)",
    load: () => import("#cli/command/admin-reseal.ts"),
  },
];
