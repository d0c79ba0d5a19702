// `weft audit list`: who did what, newest first.
import { rangeOf } from "#cli/audit/when.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { knownWord } from "#cli/known-word.ts";
import { printListing } from "#cli/output.ts";
import { firstItems } from "#cli/pages.ts";
import { AUDIT_ACTIONS } from "#model/audit/action.ts";

interface Options {
  readonly since?: string;
  readonly until?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly limit: string;
}

export const command: Command<Options> = {
  about: "Each line is one deed; --output json shows all that is known of it.",
  options: [
    { flags: "--since <time>", help: "from this time on: 24h (so long ago) or 2026-03-04T05:06:07Z" },
    { flags: "--until <time>", help: "before this time" },
    { flags: "--actor <actor>", help: "only of token:ID, relay:ZONE/RELAY, operator or control-plane" },
    { flags: "--action <action>", help: "only this deed, as resources.change or token.create" },
    { flags: "--subject <text>", help: "only where subject or details hold this text" },
    { flags: "--limit <n>", help: "at most so many", default: "50" },
  ],
  examples: [
    "weft audit list",
    "weft audit list --since 24h --action resources.change",
    "weft audit list --subject MeshTrafficPermission -o json",
  ],
  async run(invocation) {
    const { options, terminal } = invocation;
    const limit = Number(options.limit);
    if (!(Number.isInteger(limit) && limit >= 1))
      throw usage(`--limit ${options.limit} is no number from 1`, "--limit 50");
    const { actor, action, subject } = options;
    if (action !== undefined) knownWord("audit action", action, Object.keys(AUDIT_ACTIONS));
    const filters = {
      ...rangeOf(options, Date.now()),
      ...(actor !== undefined && { actor }),
      ...(action !== undefined && { action }),
      ...(subject !== undefined && { subject }),
    };
    const items = await connect(invocation).ask("the audit log could not be read", (client, organisation) =>
      firstItems((query) => client.call("listAudit", { params: { organisation }, query }), filters, limit),
    );
    printListing(terminal, options.output, {
      rows: items,
      columns: [
        { title: "number", cell: (one) => String(one.number) },
        { title: "time", cell: (one) => one.time },
        { title: "actor", cell: (one) => one.actor },
        { title: "token", cell: (one) => one.token ?? "", wide: true },
        { title: "action", cell: (one) => one.action },
        { title: "revision", cell: (one) => (one.revision === null ? "" : String(one.revision)) },
        { title: "subject", cell: (one) => one.subject },
        { title: "details", cell: (one) => JSON.stringify(one.details), wide: true },
        { title: "hash", cell: (one) => one.hash, wide: true },
      ],
      value: { total: items.length, items },
      name: (one) => String(one.number),
      newest: true,
      none: "No audit entry is like that.",
    });
    return 0;
  },
};
