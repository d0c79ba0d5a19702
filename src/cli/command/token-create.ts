// `weft token create`: an API token, printed once.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printValue } from "#cli/output.ts";
import { checkWritable, writePrivate } from "#cli/private-file.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { checkValidFor } from "#cli/valid-for.ts";

interface Options {
  readonly scope: readonly string[];
  readonly validFor?: string;
  readonly out?: string;
}

export const command: Command<Options> = {
  about: "The token is printed on stdout and cannot be shown again; --out writes it to a file of mode 0600 instead.",
  arguments: [{ name: "<name>", help: "what the token is for" }],
  options: [
    REASON_OPTION,
    {
      flags: "-s, --scope <scope>",
      help: "admin, write, read, secret:write, secret:reveal, token:read, token:dataplane, token:zone, zone:enrol, audit:read, webhook:write; write, token:dataplane, token:zone and zone:enrol for one zone alone as write@east; may be repeated",
      repeat: true,
      required: true,
    },
    { flags: "--valid-for <duration>", help: "as 720h; until it is revoked unless given" },
    { flags: "--out <file>", help: "write the token there and print only its id" },
  ],
  examples: [
    "weft token create ci --scope write --valid-for 720h",
    "weft token create ops -s admin --out ops.token",
    "weft token create east-team -s write@east",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    if (options.validFor !== undefined) checkValidFor(options.validFor);
    if (options.out !== undefined) checkWritable(options.out);
    const body = {
      name: args[0]!,
      scopes: [...options.scope],
      ...(options.validFor === undefined ? {} : { validFor: options.validFor }),
    };
    const minted = await connect(invocation).ask("the token could not be created", (client, organisation) =>
      client.call("createToken", { params: { organisation }, body }),
    );
    if (options.out !== undefined) writePrivate(options.out, `${minted.token}\n`);
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
