// Rows of the table of commands about changes: what is written, undone and followed.
import type { CommandRow } from "#cli/command.ts";

export const CHANGES: readonly CommandRow[] = [
  {
    path: "up",
    does: "runs",
    summary: "Run a control plane and a demo mesh on this machine",
    load: () => import("#cli/command/up.ts"),
  },
  {
    path: "plan",
    does: "changes",
    summary: "Show what files would do to resources, proxies and access",
    load: () => import("#cli/command/plan.ts"),
  },
  {
    path: "plan list",
    does: "shows",
    summary: "List plans that are kept",
    load: () => import("#cli/command/plan-list.ts"),
  },
  {
    path: "plan approve",
    does: "changes",
    summary: "Approve somebody else's plan, where a mesh requires it",
    load: () => import("#cli/command/plan-approve.ts"),
  },
  {
    path: "plan withdraw",
    does: "changes",
    summary: "Take one's approval of a plan back",
    load: () => import("#cli/command/plan-withdraw.ts"),
  },
  { path: "plan show", does: "shows", summary: "Show a plan again", load: () => import("#cli/command/plan-show.ts") },
  {
    path: "apply",
    does: "changes",
    summary: "Write resources from files, all or nothing",
    load: () => import("#cli/command/apply.ts"),
  },
  {
    path: "history",
    does: "shows",
    summary: "List revisions: who changed what, when and why",
    load: () => import("#cli/command/history.ts"),
  },
  {
    path: "diff",
    does: "shows",
    summary: "Show what differs between revisions",
    load: () => import("#cli/command/diff.ts"),
  },
  {
    path: "rollback",
    does: "changes",
    summary: "Go back to a revision, or undo one",
    load: () => import("#cli/command/rollback.ts"),
  },
  {
    path: "blame",
    does: "shows",
    summary: "Show where each field of a resource comes from",
    load: () => import("#cli/command/blame.ts"),
  },
  { path: "get", does: "shows", summary: "List resources or show one", load: () => import("#cli/command/get.ts") },
  { path: "delete", does: "changes", summary: "Delete a resource", load: () => import("#cli/command/delete.ts") },
  {
    path: "rollout watch",
    does: "follows",
    summary: "Follow a revision until all proxies have it",
    load: () => import("#cli/command/rollout-watch.ts"),
  },
  {
    path: "rollout status",
    does: "shows",
    summary: "Show how far a revision has come",
    load: () => import("#cli/command/rollout-status.ts"),
  },
  {
    path: "rollout list",
    does: "shows",
    summary: "List the newest revisions and how far each has come",
    load: () => import("#cli/command/rollout-list.ts"),
  },
  {
    path: "events",
    does: "follows",
    summary: "Print what changes, as it changes",
    load: () => import("#cli/command/events.ts"),
  },
];
