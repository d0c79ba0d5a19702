// `weft get TYPE [NAME]`: lists resources or shows one.
import type { Client } from "#api/client.ts";
import type { Command } from "#cli/command.ts";
import { type Connection, connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { faultsOf, faultsText } from "#cli/fault-text.ts";
import { columnsOf, faultColumns, isOnline } from "#cli/kind-column.ts";
import { kindOfWord, MESH_OPTION } from "#cli/kind-word.ts";
import { askOfMesh } from "#cli/known-mesh.ts";
import { type Output, printListing, printValue } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";
import { askOfZone } from "#cli/zone/known-zone.ts";
import { Fault } from "#model/fault.ts";
import type { Kind } from "#model/kind.ts";

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
      const what = `${kind.type} ${name} could not be read`;
      const read = (client: Client, organisation: string) => client.resources(organisation).get(kind, mesh, name);
      const resource =
        kind.type === "Zone"
          ? await askOfZone(connection, name, what, read)
          : await askOfMesh(connection, { mesh, what, absent: absentFix(kind, mesh) }, read);
      if (options.output !== "table") {
        if (options.output === "name") terminal.out(`${name}\n`);
        else printValue(terminal, options.output, resource);
        return 0;
      }
      printListing(terminal, "table", {
        rows: [resource],
        columns: [...columnsOf(kind, true, Date.now()), ...faultColumns([resource])],
        value: resource,
        name: (row) => row.name,
        none: "",
      });
      terminal.err(faultsText(faultsOf(resource)));
      return 0;
    }
    const what = `${kind.pluralDisplayName} could not be listed`;
    const items = await askOfMesh(connection, { mesh, what }, (client, organisation) =>
      client.resources(organisation).list(kind, mesh),
    );
    const online = await onlineOf(connection, kind, mesh, options.output);
    printListing(terminal, options.output, {
      rows: items,
      columns: [...columnsOf(kind, options.all === true, Date.now(), online), ...faultColumns(items)],
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

function absentFix(kind: Kind, mesh: string): string {
  return mesh === ""
    ? `weft get ${kind.path} lists what there is`
    : `weft get ${kind.path} -m ${mesh} lists what there is; --all lists those of all meshes`;
}

/** Of dataplanes, for people: whether a relay has a stream of each. */
async function onlineOf(
  { client, target }: Connection,
  kind: Kind,
  mesh: string,
  output: Output,
): Promise<ReadonlyMap<string, boolean> | undefined> {
  if (kind.type !== "Dataplane" || output !== "table") return undefined;
  const { organisation } = target;
  try {
    const overviews = await allPages<Readonly<Record<string, unknown>>>((query) =>
      mesh === ""
        ? client.call("allDataplaneOverviews", { params: { organisation }, query })
        : client.call("dataplaneOverviews", { params: { organisation, mesh }, query }),
    );
    return new Map(overviews.map((row) => [`${String(row.mesh)}/${String(row.name)}`, isOnline(row)]));
  } catch (thrown) {
    // The list stands without it.
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}
