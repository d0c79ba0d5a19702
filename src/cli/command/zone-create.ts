// `weft zone create NAME`: a zone, and the one command that starts its relay.

import type { Command } from "#cli/command.ts";
import { commandName } from "#cli/command-name.ts";
import { connect } from "#cli/connection.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { portInstead, USUAL_PORTS } from "#cli/up/port.ts";
import { checkValidFor, MOST_ENROLMENT_HOURS } from "#cli/valid-for.ts";

interface Options {
  readonly validFor: string;
  readonly ifAbsent?: boolean;
}

export const command: Command<Options> = {
  about: "Prints the command that starts a relay of the zone. Its enrolment token admits one relay, once.",
  arguments: [{ name: "<name>", help: "name of the zone" }],
  options: [
    REASON_OPTION,
    {
      flags: "--valid-for <duration>",
      help: `how long the enrolment token holds, at most ${MOST_ENROLMENT_HOURS}h`,
      default: "1h",
    },
  ],
  examples: ["weft zone create east", "weft zone create east --valid-for 24h -o json"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const zone = args[0]!;
    checkValidFor(options.validFor, MOST_ENROLMENT_HOURS);
    const connection = connect(invocation);
    const { created } = await connection.ask(`zone ${zone} could not be created`, (client, organisation) =>
      client.resources(organisation).put(kindOfWord("Zone"), "", zone, { type: "Zone", name: zone }),
    );
    const minted = await connection.ask(`zone ${zone} has no enrolment token yet`, (client, organisation) =>
      client.call("createEnrolment", { params: { organisation, zone }, body: { validFor: options.validFor } }),
    );
    // By the environment, because a command line is seen by every user of the machine.
    const start = `WEFT_ENROLMENT_TOKEN=${minted.token} ${commandName()} relay --control-plane ${connection.target.controlPlane} --organisation ${connection.target.organisation} --zone ${zone} --state ./relay-${zone}${await listenHint(connection.target.controlPlane)}`;
    if (options.output === "json" || options.output === "yaml") {
      printValue(terminal, options.output, { zone, created, enrolment: minted, command: start });
      return 0;
    }
    if (options.output === "name") {
      terminal.out(`${zone}\n`);
      return 0;
    }
    const what = created
      ? `Created zone ${zone}.`
      : `There was already a zone ${zone}. This makes one more relay of it, at the same place; another place wants a zone of its own, under another name.`;
    terminal.err(`${what} Start a relay in it by this one command, before ${minted.expiresAt ?? "it is revoked"}:\n\n`);
    terminal.out(`${start}\n`);
    return 0;
  },
};

/** On the control plane's own machine the demo's relay may listen where a relay does unless told. */
async function listenHint(controlPlane: string): Promise<string> {
  if (!["127.0.0.1", "localhost", "[::1]"].includes(new URL(controlPlane).hostname)) return "";
  const port = await portInstead(USUAL_PORTS.relay);
  return port === USUAL_PORTS.relay ? "" : ` --listen 127.0.0.1:${port}`;
}
