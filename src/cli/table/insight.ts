// Rows of the table of commands about insight: who may call whom, what is doubtful, and why things are so.
import type { CommandRow } from "#cli/command.ts";

export const INSIGHTS: readonly CommandRow[] = [
  {
    path: "reach",
    does: "shows",
    summary: "Tell whether one may call another, by which rule and over which path",
    load: () => import("#cli/command/reach.ts"),
  },
  { path: "access", does: "shows", summary: "List who may call whom", load: () => import("#cli/command/access.ts") },
  {
    path: "access test",
    does: "shows",
    summary: "Run the access tests",
    load: () => import("#cli/command/access-test.ts"),
  },
  {
    path: "lint",
    does: "shows",
    summary: "Look for what is likely not meant so",
    load: () => import("#cli/command/lint.ts"),
  },
  {
    path: "why",
    does: "shows",
    summary: "Tell which policy set each setting of a proxy, and what it beat",
    load: () => import("#cli/command/why.ts"),
  },
  {
    path: "inspect proxy",
    does: "shows",
    summary: "Show what an Envoy has, or why its settings are so",
    load: () => import("#cli/command/inspect-proxy.ts"),
  },
  {
    path: "inspect policy",
    does: "shows",
    summary: "Show which proxies a policy selects",
    load: () => import("#cli/command/inspect-policy.ts"),
  },
  {
    path: "inspect zone",
    does: "shows",
    summary: "Show a zone's proxies, their health, and what is wrong",
    load: () => import("#cli/command/inspect-zone.ts"),
  },
];
