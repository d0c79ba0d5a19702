// `weft delete TYPE NAME`: deletes a resource; asks first where others go with it.

import { confirm, isCancel } from "@clack/prompts";
import type { Client } from "#api/client.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { kindOfWord, MESH_OPTION } from "#cli/kind-word.ts";
import { askOfMesh } from "#cli/known-mesh.ts";
import { printValue } from "#cli/output.ts";
import { OVERRIDE_OPTION } from "#cli/override.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { askOfZone } from "#cli/zone/known-zone.ts";

interface Options {
  readonly mesh: string;
  readonly yes?: boolean;
}

/** Kinds that hold others, or cut proxies off. */
const ASK_BEFORE: ReadonlySet<string> = new Set(["Mesh", "Zone"]);

export const command: Command<Options> = {
  about: "Asks before it deletes a Mesh or a Zone; --yes answers for scripts.",
  arguments: [
    { name: "<type>", help: "type of the resource" },
    { name: "<name>", help: "its name" },
  ],
  options: [MESH_OPTION, REASON_OPTION, OVERRIDE_OPTION, { flags: "-y, --yes", help: "do not ask" }],
  examples: ["weft delete meshtimeout slow -m default", "weft delete zone east --yes"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const kind = kindOfWord(args[0]!);
    const name = args[1]!;
    if (ASK_BEFORE.has(kind.type) && options.yes !== true) {
      if (!terminal.interactive)
        throw usage(`deleting a ${kind.type} needs --yes where nobody can be asked`, "add --yes");
      const sure = await confirm({
        message: `Delete ${kind.type} ${name} and what belongs to it?`,
        initialValue: false,
        output: process.stderr,
      });
      if (isCancel(sure) || !sure) {
        terminal.err("Nothing changed.\n");
        return 0;
      }
    }
    const mesh = kind.scope === "Global" ? "" : options.mesh;
    const connection = connect(invocation);
    const what = `${kind.type} ${name} could not be deleted`;
    const remove = (client: Client, organisation: string) => client.resources(organisation).delete(kind, mesh, name);
    if (kind.type === "Zone") await askOfZone(connection, name, what, remove);
    else {
      const absent = `weft get ${kind.path}${mesh === "" ? "" : ` -m ${mesh}`} lists what there is`;
      await askOfMesh(connection, { mesh, what, absent }, remove);
    }
    const key = { type: kind.type, ...(mesh === "" ? {} : { mesh }), name };
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, { deleted: key });
    else if (options.output === "name") terminal.out(`${name}\n`);
    else terminal.out(`deleted ${kind.type} ${name}${mesh === "" ? "" : ` in mesh ${mesh}`}\n`);
    return 0;
  },
};
