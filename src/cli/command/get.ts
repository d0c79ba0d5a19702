// `weft get TYPE [NAME]`: lists resources or shows one.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { columnsOf } from "#cli/kind-column.ts";
import { kindOfWord, MESH_OPTION } from "#cli/kind-word.ts";
import { printListing, printValue } from "#cli/output.ts";

interface Options {
  readonly mesh: string;
  readonly all?: boolean;
  readonly name?: string;
}

export const command: Command<Options> = {
  about: "TYPE may be a plural, a type, or a short name: dataplanes, Dataplane, dp.",
  arguments: [
    { name: "<type>", help: "type of the resources" },
    { name: "[name]", help: "name of one resource" },
  ],
  options: [MESH_OPTION, { flags: "-A, --all", help: "resources of all meshes" }],
  examples: [
    "weft get meshes",
    "weft get dataplanes -m default",
    "weft get dp web-1 -o yaml",
    "weft get mtp --all -o json",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const kind = kindOfWord(args[0]!);
    const name = args[1];
    if (options.all === true && name !== undefined) throw usage("--all and a name exclude each other");
    const connection = connect(invocation);
    const mesh = kind.scope === "Global" || options.all === true ? "" : options.mesh;
    if (name !== undefined) {
      const resource = await connection.ask(`${kind.type} ${name} could not be read`, (client, organisation) =>
        client.resources(organisation).get(kind, mesh, name),
      );
      if (options.output !== "table") {
        if (options.output === "name") terminal.out(`${name}\n`);
        else printValue(terminal, options.output, resource);
        return 0;
      }
      printListing(terminal, "table", {
        rows: [resource],
        columns: columnsOf(kind, true, Date.now()),
        value: resource,
        name: (row) => row.name,
        none: "",
      });
      return 0;
    }
    const items = await connection.ask(`${kind.pluralDisplayName} could not be listed`, (client, organisation) =>
      client.resources(organisation).list(kind, mesh),
    );
    printListing(terminal, options.output, {
      rows: items,
      columns: columnsOf(kind, options.all === true, Date.now()),
      value: { total: items.length, items },
      name: (row) => row.name,
      none:
        mesh === ""
          ? `There are no ${kind.pluralDisplayName}.`
          : `There are no ${kind.pluralDisplayName} in mesh ${mesh}.`,
    });
    return 0;
  },
};
