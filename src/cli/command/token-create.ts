// `weft token create`: an API token, printed once.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { checkToken, type OutOptions } from "#cli/issued-token.ts";
import { knownWord } from "#cli/known-word.ts";
import { FORCE_OPTION } from "#cli/out-file.ts";
import { printValue } from "#cli/output.ts";
import { writePrivate } from "#cli/private-file.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { SCOPE_NAMES } from "#model/scope-name.ts";

interface Options extends OutOptions {
  readonly scope: readonly string[];
  readonly validFor?: string;
}

export const command: Command<Options> = {
  about:
    "The token is printed on stdout and cannot be shown again; --out writes it to a file of mode 0600 instead. Where a mesh wants " +
    "plans approved, a person is a token that the organisation's founding token made: what a token makes itself is the same person.",
  arguments: [{ name: "<name>", help: "what the token is for" }],
  options: [
    REASON_OPTION,
    {
      flags: "-s, --scope <scope>",
      help: "admin, owner, write, plan (to plan changes and not commit them), read, secret:write, secret:reveal, token:read, token:dataplane, token:zone, zone:enrol, audit:read, member:read, webhook:write, plan:approve, guard:override; write, plan, token:dataplane, token:zone and zone:enrol for one zone alone as write@east; write, plan and token:dataplane for one mesh alone as write@mesh:payments; may be repeated",
      repeat: true,
      required: true,
    },
    { flags: "--valid-for <duration>", help: "as 720h; until it is revoked unless given" },
    { flags: "--out <file>", help: "write the token there and print only its id" },
    FORCE_OPTION,
  ],
  examples: [
    "weft token create ci --scope write --valid-for 720h",
    "weft token create pull-requests --scope plan",
    "weft token create bob -s write -s plan:approve --out bob.token",
    "weft token create ops -s admin --out ops.token",
    "weft token create east-team -s write@east",
    "weft token create payments-team -s write@mesh:payments",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const path = checkToken(invocation);
    // Which zones there are, the control plane knows.
    for (const scope of options.scope) knownWord("scope", scope.replace(/@.*/s, ""), Object.keys(SCOPE_NAMES));
    const body = {
      name: args[0]!,
      scopes: [...options.scope],
      ...(options.validFor === undefined ? {} : { validFor: options.validFor }),
    };
    const minted = await connect(invocation).ask("the token could not be created", (client, organisation) =>
      client.call("createToken", { params: { organisation }, body }),
    );
    if (path !== undefined) writePrivate(path, `${minted.token}\n`);
    const { id, expiresAt } = minted;
    const shown = options.out === undefined ? minted : { id, expiresAt, file: options.out };
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
    else if (options.output === "name") terminal.out(`${id}\n`);
    else {
      terminal.out(`${options.out === undefined ? minted.token : id}\n`);
      const end = expiresAt === null ? "until it is revoked" : `until ${expiresAt}`;
      terminal.err(`Token ${id} holds ${end}. It is not shown again. To revoke it: weft token revoke ${id}\n`);
    }
    return 0;
  },
};
