// Rows of the table of commands about webhooks: who is told of what happens.
import type { CommandRow } from "#cli/command.ts";

export const WEBHOOKS: readonly CommandRow[] = [
  {
    path: "webhook create",
    does: "changes",
    summary: "Tell a URL of events",
    load: () => import("#cli/command/webhook-create.ts"),
  },
  {
    path: "webhook list",
    does: "shows",
    summary: "List the webhooks",
    load: () => import("#cli/command/webhook-list.ts"),
  },
  {
    path: "webhook delete",
    does: "changes",
    summary: "Delete a webhook",
    load: () => import("#cli/command/webhook-delete.ts"),
  },
  {
    path: "webhook test",
    does: "changes",
    summary: "Send an event to a webhook and show its answer",
    load: () => import("#cli/command/webhook-test.ts"),
  },
  {
    path: "webhook deliveries",
    does: "shows",
    summary: "Show what was sent to a webhook and what it answered",
    load: () => import("#cli/command/webhook-deliveries.ts"),
  },
  {
    path: "webhook replay",
    does: "changes",
    summary: "Send events to a webhook again",
    load: () => import("#cli/command/webhook-replay.ts"),
  },
  {
    path: "webhook rotate",
    does: "changes",
    summary: "Give a webhook a new secret",
    load: () => import("#cli/command/webhook-rotate.ts"),
  },
];
