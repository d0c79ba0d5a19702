// Rows of the table of commands about people: tokens, members, invitations and the audit log.
import type { CommandRow } from "#cli/command.ts";

export const MEMBERS: readonly CommandRow[] = [
  {
    path: "token create",
    does: "changes",
    summary: "Create an API token and print it once",
    load: () => import("#cli/command/token-create.ts"),
  },
  {
    path: "token list",
    does: "shows",
    summary: "List the API tokens",
    load: () => import("#cli/command/token-list.ts"),
  },
  {
    path: "token revoke",
    does: "changes",
    summary: "Revoke an API token",
    load: () => import("#cli/command/token-revoke.ts"),
  },
  {
    path: "member list",
    does: "shows",
    summary: "List the organisation's members and their roles",
    load: () => import("#cli/command/member-list.ts"),
  },
  {
    path: "member role",
    does: "changes",
    summary: "Give a member another role",
    load: () => import("#cli/command/member-role.ts"),
  },
  {
    path: "member remove",
    does: "changes",
    summary: "Remove a member",
    load: () => import("#cli/command/member-remove.ts"),
  },
  {
    path: "invitation create",
    does: "changes",
    summary: "Invite somebody by mail, and print the link once",
    load: () => import("#cli/command/invitation-create.ts"),
  },
  {
    path: "invitation list",
    does: "shows",
    summary: "List invitations that nobody has accepted",
    load: () => import("#cli/command/invitation-list.ts"),
  },
  {
    path: "invitation revoke",
    does: "changes",
    summary: "Take an invitation back",
    load: () => import("#cli/command/invitation-revoke.ts"),
  },
  {
    path: "audit list",
    does: "shows",
    summary: "Show who did what, when and by which token",
    load: () => import("#cli/command/audit-list.ts"),
  },
  {
    path: "audit export",
    does: "runs",
    summary: "Write the audit log as NDJSON, signed",
    load: () => import("#cli/command/audit-export.ts"),
  },
  {
    path: "audit verify",
    does: "shows",
    summary: "Prove that an audit log is whole",
    load: () => import("#cli/command/audit-verify.ts"),
  },
  {
    path: "audit retention",
    does: "shows",
    summary: "Show or set how long audit entries are kept",
    load: () => import("#cli/command/audit-retention.ts"),
  },
];
