// `weft organisation delete NAME`: refused from now on, restorable for some days, then nothing of it is left.
import type { DeletionBody } from "#api/ending.ts";
import type { Command } from "#cli/command.ts";
import { isConfirmed } from "#cli/confirmation.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";

interface Options {
  readonly force?: boolean;
  readonly now?: boolean;
  readonly yes?: boolean;
  readonly reason: string;
}

export const command: Command<Options> = {
  about:
    "For owners, and tokens with the scope owner. From now on its members, tokens and relays are refused; relays go on with what " +
    "they have. weft organisation restore takes it back for seven days, then all of it is removed and its name is free.",
  arguments: [{ name: "<organisation>", help: "its name, as in the URL that is used" }],
  options: [
    { flags: "--force", help: "although relays are online: their zones go on with what they have" },
    { flags: "--now", help: "remove it at once; it cannot be restored" },
    { flags: "-y, --yes", help: "do not ask" },
    REASON_OPTION,
  ],
  examples: ["weft organisation delete acme", "weft organisation delete acme --yes --force --now"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const name = args[0]!;
    const connection = connect(invocation);
    const { organisation: own, url } = connection.target;
    if (name !== own)
      throw usage(`${url} is the organisation ${own}, not ${name}`, "name the one that the URL and the token are of");
    if (options.yes !== true) {
      if (!terminal.interactive)
        throw usage("deleting an organisation needs --yes where nobody can be asked", "add --yes");
      const standing = await connection.ask(`organisation ${name} could not be looked at`, (client, organisation) =>
        client.call("readDeletion", { params: { organisation } }),
      );
      terminal.err(whatGoesText(name, standing));
      if (!(await isConfirmed(invocation, `Delete the organisation ${name}?`))) return 0;
    }
    const ending = await connection.ask(
      `organisation ${name} could not be deleted`,
      (client, organisation) =>
        client.call("endOrganisation", {
          params: { organisation },
          body: { name, force: options.force === true, now: options.now === true },
        }),
      { conflict: "stop the relays, or add --force" },
    );
    const shown = { deleted: name, ...ending };
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
    else if (options.output === "name") terminal.out(`${name}\n`);
    else terminal.out(`deleted organisation ${name}\n${options.now === true ? "" : restoreText(name, ending.purgeAt)}`);
    return 0;
  },
};

function restoreText(name: string, until: string): string {
  return `until ${until} it can be taken back: weft organisation restore ${name}\n`;
}

function whatGoesText(name: string, { ending, counts, relays, graceDays }: DeletionBody): string {
  if (ending !== null)
    return `The organisation ${name} was deleted at ${ending.at}, and is removed at ${ending.purgeAt}.\n`;
  if (counts === null) return "";
  const { meshes, zones, proxies, members, tokens, webhooks } = counts;
  const online = relays.length === 0 ? "" : `Relays are online: ${relays.join(", ")}\n`;
  return (
    `With ${name} go: meshes ${meshes}, zones ${zones}, proxies ${proxies.total} (online: ${proxies.online}), ` +
    `members ${members}, API tokens ${tokens}, webhooks ${webhooks}.\n${online}It can be restored for ${graceDays} days.\n`
  );
}
