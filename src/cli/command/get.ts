// `weft get TYPE [NAME]`: lists resources or shows one.
import type { Client } from "#api/caller.ts";
import type { WireResource } from "#api/kuma.ts";
import type { Command } from "#cli/command.ts";
import { type Connection, connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { faultsOf, faultsText } from "#cli/fault-text.ts";
import { type Connected, columnsOf, connectedOf, faultColumns } from "#cli/kind-column.ts";
import { kindOfWord, MESH_OPTION } from "#cli/kind-word.ts";
import { askOfMesh } from "#cli/known-mesh.ts";
import { isProgram, isText, type Output, printListing, printValue } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";
import { isNamed, namedOf, resourceName } from "#cli/resource-name.ts";
import { askOfZone } from "#cli/zone/known-zone.ts";
import { Fault } from "#model/fault.ts";
import type { Kind } from "#model/kind.ts";
import { ALL_KINDS } from "#model/kinds.ts";

interface Options {
  readonly mesh: string;
  readonly all?: boolean;
  readonly name?: string;
}

export const command: Command<Options> = {
  about: `TYPE may be a plural, a type, or a short name: dataplanes, Dataplane, dp. Types: ${ALL_KINDS.map(({ path }) => path).join(", ")}.`,
  arguments: [
    { name: "<type>", help: "type of the resources" },
    { name: "[name]", help: "name of one resource; TYPE/NAME is one word" },
  ],
  options: [MESH_OPTION, { flags: "-A, --all", help: "resources of all meshes" }],
  examples: [
    "weft get meshes",
    "weft get dataplanes -m default",
    "weft get dp web-1 -o yaml",
    "weft get mtp --all -o json",
    "weft get dp --watch",
    "weft get meshtimeout -o name | xargs weft delete",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const named = isNamed(args[0]!) ? namedOf(args[0]!, options.mesh) : undefined;
    if (named !== undefined && args[1] !== undefined)
      throw usage(`weft get ${args[0]} takes no other name`, "it shows one resource");
    const kind = named?.kind ?? kindOfWord(args[0]!);
    const name = named?.name ?? args[1];
    if (options.all === true && name !== undefined) throw usage("--all and a name exclude each other");
    const connection = connect(invocation);
    const mesh = named?.mesh ?? (kind.scope === "Global" || options.all === true ? "" : options.mesh);
    if (name !== undefined) {
      const what = `${kind.type} ${name} could not be read`;
      const read = (client: Client, organisation: string) => client.resources(organisation).get(kind, mesh, name);
      const resource =
        kind.type === "Zone"
          ? await askOfZone(connection, name, what, read)
          : await askOfMesh(connection, { mesh, what, absent: absentFix(kind, mesh), all: true }, read);
      if (isProgram(options.output)) {
        printValue(terminal, options.output, resource);
        return 0;
      }
      printListing(terminal, options.output, {
        rows: [resource],
        columns: [...columnsOf(kind, true, Date.now()), ...faultColumns([resource])],
        value: resource,
        name: (row) => resourceName(kind, mesh, row.name, false),
        none: "",
      });
      terminal.err(faultsText(faultsOf(resource)));
      return 0;
    }
    const what = `${kind.pluralDisplayName} could not be listed`;
    const items = await askOfMesh(connection, { mesh, what, all: true }, (client, organisation) =>
      client.resources(organisation).list(kind, mesh),
    );
    const online = await onlineOf(connection, kind, mesh, options.output);
    printListing(terminal, options.output, {
      rows: items,
      columns: [...columnsOf(kind, options.all === true, Date.now(), online), ...faultColumns(items)],
      value: { total: items.length, items },
      name: (row) => resourceName(kind, meshOf(row), row.name, options.all === true),
      key: (row) => `${meshOf(row)}/${row.name}`,
      none:
        mesh === ""
          ? `There are no ${kind.pluralDisplayName}.`
          : `There are no ${kind.pluralDisplayName} in mesh ${mesh}.`,
    });
    return 0;
  },
};

function meshOf({ mesh }: WireResource): string {
  return typeof mesh === "string" ? mesh : "";
}

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
): Promise<ReadonlyMap<string, Connected> | undefined> {
  if (kind.type !== "Dataplane" || !isText(output)) return undefined;
  const { organisation } = target;
  try {
    const overviews = await allPages<Readonly<Record<string, unknown>>>((query) =>
      mesh === ""
        ? client.call("allDataplaneOverviews", { params: { organisation }, query })
        : client.call("dataplaneOverviews", { params: { organisation, mesh }, query }),
    );
    return new Map(overviews.map((row) => [`${String(row.mesh)}/${String(row.name)}`, connectedOf(row)]));
  } catch (thrown) {
    // The list stands without it.
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}
