// Rows of the table of commands about this machine: what runs on it and how weft is set up.
import type { CommandRow } from "#cli/command.ts";

export const MACHINE: readonly CommandRow[] = [
  {
    path: "proxy run",
    does: "runs",
    summary: "Run and supervise an Envoy beside a workload",
    load: () => import("#cli/command/proxy-run.ts"),
  },
  {
    path: "sample",
    does: "runs",
    summary: "Run two small programs in a mesh, each behind an Envoy, to have something to call",
    load: () => import("#cli/command/sample.ts"),
  },
  {
    path: "install transparent-proxy",
    does: "changes",
    summary: "Redirect this machine's traffic to Envoy",
    load: () => import("#cli/command/install-transparent-proxy.ts"),
  },
  {
    path: "uninstall transparent-proxy",
    does: "changes",
    summary: "Take the redirection away",
    load: () => import("#cli/command/uninstall-transparent-proxy.ts"),
  },
  { path: "serve", does: "runs", summary: "Run a control plane", load: () => import("#cli/command/serve.ts") },
  { path: "relay", does: "runs", summary: "Run a zone's relay", load: () => import("#cli/command/relay.ts") },
  {
    path: "envoy install",
    does: "runs",
    summary: "Fetch the Envoy that Weft is tested with",
    load: () => import("#cli/command/envoy-install.ts"),
  },
  {
    path: "envoy path",
    does: "shows",
    summary: "Print the path of the Envoy that Weft uses",
    load: () => import("#cli/command/envoy-path.ts"),
  },
  {
    path: "config set-context",
    does: "changes",
    summary: "Save an organisation's URL and token file under a name",
    load: () => import("#cli/command/config-set-context.ts"),
  },
  {
    path: "config use-context",
    does: "changes",
    summary: "Choose the context that commands use",
    load: () => import("#cli/command/config-use-context.ts"),
  },
  {
    path: "config show",
    does: "shows",
    summary: "Show the contexts and which one holds here",
    load: () => import("#cli/command/config-show.ts"),
  },
  {
    path: "doctor",
    does: "shows",
    summary: "Look at this machine, the control plane and its zones for what is wrong",
    load: () => import("#cli/command/doctor.ts"),
  },
  {
    path: "completion",
    does: "runs",
    summary: "Print the script that lets a shell complete weft",
    load: () => import("#cli/command/completion.ts"),
  },
  { path: "version", does: "shows", summary: "Print Weft's version", load: () => import("#cli/command/version.ts") },
  {
    path: "demo-program",
    does: "runs",
    summary: "One of the demo's programs",
    hidden: true,
    load: () => import("#cli/command/demo-program.ts"),
  },
];
