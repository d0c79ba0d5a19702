// The table of commands: one row each, in the order of `weft --help`. Bodies are loaded when they are called.
import type { CommandRow } from "./command.ts";

export const COMMANDS: readonly CommandRow[] = [
  {
    path: "up",
    summary: "Run a control plane and a demo mesh on this machine",
    load: () => import("./command/up.ts"),
  },
  {
    path: "plan",
    summary: "Show what files would do to resources, proxies and access",
    load: () => import("./command/plan.ts"),
  },
  { path: "plan list", summary: "List plans that are kept", load: () => import("./command/plan-list.ts") },
  {
    path: "plan approve",
    summary: "Approve somebody else's plan, where a mesh requires it",
    load: () => import("./command/plan-approve.ts"),
  },
  {
    path: "plan withdraw",
    summary: "Take one's approval of a plan back",
    load: () => import("./command/plan-withdraw.ts"),
  },
  { path: "plan show", summary: "Show a plan again", load: () => import("./command/plan-show.ts") },
  { path: "apply", summary: "Write resources from files, all or nothing", load: () => import("./command/apply.ts") },
  {
    path: "history",
    summary: "List revisions: who changed what, when and why",
    load: () => import("./command/history.ts"),
  },
  { path: "diff", summary: "Show what differs between revisions", load: () => import("./command/diff.ts") },
  { path: "rollback", summary: "Go back to a revision, or undo one", load: () => import("./command/rollback.ts") },
  {
    path: "blame",
    summary: "Show where each field of a resource comes from",
    load: () => import("./command/blame.ts"),
  },
  { path: "get", summary: "List resources or show one", load: () => import("./command/get.ts") },
  { path: "delete", summary: "Delete a resource", load: () => import("./command/delete.ts") },
  {
    path: "rollout watch",
    summary: "Follow a revision until all proxies have it",
    load: () => import("./command/rollout-watch.ts"),
  },
  {
    path: "rollout status",
    summary: "Show how far a revision has come",
    load: () => import("./command/rollout-status.ts"),
  },
  {
    path: "rollout list",
    summary: "List the newest revisions and how far each has come",
    load: () => import("./command/rollout-list.ts"),
  },
  {
    path: "reach",
    summary: "Tell whether one may call another, by which rule and over which path",
    load: () => import("./command/reach.ts"),
  },
  { path: "access", summary: "List who may call whom", load: () => import("./command/access.ts") },
  { path: "lint", summary: "Look for what is likely not meant so", load: () => import("./command/lint.ts") },
  {
    path: "why",
    summary: "Tell which policy set each setting of a proxy, and what it beat",
    load: () => import("./command/why.ts"),
  },
  {
    path: "inspect proxy",
    summary: "Show what an Envoy has, or why its settings are so",
    load: () => import("./command/inspect-proxy.ts"),
  },
  {
    path: "inspect policy",
    summary: "Show which proxies a policy selects",
    load: () => import("./command/inspect-policy.ts"),
  },
  {
    path: "inspect zone",
    summary: "Show a zone's proxies, their health, and what is wrong",
    load: () => import("./command/inspect-zone.ts"),
  },
  {
    path: "zone create",
    summary: "Create a zone and print the command that starts its relay",
    load: () => import("./command/zone-create.ts"),
  },
  { path: "zone list", summary: "List the zones", load: () => import("./command/zone-list.ts") },
  {
    path: "zone disable",
    summary: "Let no other zone send it anything",
    load: () => import("./command/zone-disable.ts"),
  },
  {
    path: "zone enable",
    summary: "Let other zones send it their share again",
    load: () => import("./command/zone-enable.ts"),
  },
  {
    path: "zone drain",
    summary: "Disable a zone and wait until all others have taken it",
    load: () => import("./command/zone-drain.ts"),
  },
  {
    path: "zone revoke-relay",
    summary: "Refuse a relay from now on",
    load: () => import("./command/zone-revoke-relay.ts"),
  },
  {
    path: "zone revoke",
    summary: "Refuse all relays of a zone, and trust none of its certificates any more",
    load: () => import("./command/zone-revoke.ts"),
  },
  {
    path: "certificate list",
    summary: "List issued certificates",
    load: () => import("./command/certificate-list.ts"),
  },
  {
    path: "certificate issuers",
    summary: "List what signs certificates",
    load: () => import("./command/certificate-issuers.ts"),
  },
  {
    path: "token create",
    summary: "Create an API token and print it once",
    load: () => import("./command/token-create.ts"),
  },
  { path: "token list", summary: "List the API tokens", load: () => import("./command/token-list.ts") },
  { path: "token revoke", summary: "Revoke an API token", load: () => import("./command/token-revoke.ts") },
  {
    path: "audit list",
    summary: "Show who did what, when and by which token",
    load: () => import("./command/audit-list.ts"),
  },
  {
    path: "audit export",
    summary: "Write the audit log as NDJSON, signed",
    load: () => import("./command/audit-export.ts"),
  },
  {
    path: "audit verify",
    summary: "Prove that an audit log is whole",
    load: () => import("./command/audit-verify.ts"),
  },
  {
    path: "audit retention",
    summary: "Show or set how long audit entries are kept",
    load: () => import("./command/audit-retention.ts"),
  },
  {
    path: "webhook create",
    summary: "Tell a URL of events",
    load: () => import("./command/webhook-create.ts"),
  },
  { path: "webhook list", summary: "List the webhooks", load: () => import("./command/webhook-list.ts") },
  { path: "webhook delete", summary: "Delete a webhook", load: () => import("./command/webhook-delete.ts") },
  {
    path: "webhook test",
    summary: "Send an event to a webhook and show its answer",
    load: () => import("./command/webhook-test.ts"),
  },
  {
    path: "webhook deliveries",
    summary: "Show what was sent to a webhook and what it answered",
    load: () => import("./command/webhook-deliveries.ts"),
  },
  {
    path: "webhook replay",
    summary: "Send events to a webhook again",
    load: () => import("./command/webhook-replay.ts"),
  },
  {
    path: "webhook rotate",
    summary: "Give a webhook a new secret",
    load: () => import("./command/webhook-rotate.ts"),
  },
  {
    path: "dataplane-token create",
    summary: "Create the token that a proxy joins its mesh with",
    load: () => import("./command/dataplane-token-create.ts"),
  },
  {
    path: "zone-token create",
    summary: "Create the token that an ingress or egress joins its zone with",
    load: () => import("./command/zone-token-create.ts"),
  },
  {
    path: "organisation create",
    summary: "Create an organisation (operators only)",
    load: () => import("./command/organisation-create.ts"),
  },
  {
    path: "proxy run",
    summary: "Run and supervise an Envoy beside a workload",
    load: () => import("./command/proxy-run.ts"),
  },
  {
    path: "install transparent-proxy",
    summary: "Redirect this machine's traffic to Envoy",
    load: () => import("./command/install-transparent-proxy.ts"),
  },
  {
    path: "uninstall transparent-proxy",
    summary: "Take the redirection away",
    load: () => import("./command/uninstall-transparent-proxy.ts"),
  },
  { path: "serve", summary: "Run a control plane", load: () => import("./command/serve.ts") },
  { path: "relay", summary: "Run a zone's relay", load: () => import("./command/relay.ts") },
  {
    path: "envoy install",
    summary: "Fetch the Envoy that Weft is tested with",
    load: () => import("./command/envoy-install.ts"),
  },
  {
    path: "envoy path",
    summary: "Print the path of the Envoy that Weft uses",
    load: () => import("./command/envoy-path.ts"),
  },
  {
    path: "config set-context",
    summary: "Save an organisation's URL and token file under a name",
    load: () => import("./command/config-set-context.ts"),
  },
  {
    path: "config use-context",
    summary: "Choose the context that commands use",
    load: () => import("./command/config-use-context.ts"),
  },
  {
    path: "config show",
    summary: "Show the contexts and which one holds here",
    load: () => import("./command/config-show.ts"),
  },
  {
    path: "doctor",
    summary: "Look at this machine, the control plane and its zones for what is wrong",
    load: () => import("./command/doctor.ts"),
  },
  {
    path: "completion",
    summary: "Print the script that lets a shell complete weft",
    load: () => import("./command/completion.ts"),
  },
  { path: "version", summary: "Print Weft's version", load: () => import("./command/version.ts") },
  {
    path: "demo-program",
    summary: "One of the demo's programs",
    hidden: true,
    load: () => import("./command/demo-program.ts"),
  },
];

/** What stands beside a word that only groups commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  plan: "Show what files would do to resources, proxies and access",
  rollout: "Revisions on their way to the proxies",
  inspect: "Look into what runs",
  zone: "Zones and their relays",
  certificate: "Certificates and what signs them",
  token: "API tokens",
  audit: "Who did what",
  webhook: "Who is told of what happens",
  "dataplane-token": "Tokens of proxies",
  "zone-token": "Tokens of ingresses and egresses",
  organisation: "Organisations of this control plane",
  proxy: "Envoys",
  install: "Prepare this machine",
  uninstall: "Undo what install did",
  envoy: "Where Envoy comes from",
  config: "Contexts: which organisation commands speak to",
};
