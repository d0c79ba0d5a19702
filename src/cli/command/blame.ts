// `weft blame TYPE NAME [FIELD]`: for each field of a resource the revision in which its value last changed.
import type { BlameBody } from "#api/history.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure } from "#cli/failure.ts";
import { fieldPath, isMeant } from "#cli/history/field-path.ts";
import { whoText } from "#cli/history/who.ts";
import { MESH_OPTION } from "#cli/kind-word.ts";
import { ageColumns, type Column, printListing } from "#cli/output.ts";
import { namedByWords } from "#cli/resource-name.ts";

interface Options {
  readonly mesh: string;
}

type Field = BlameBody["fields"][number];

const LONGEST_VALUE = 40;

export const command: Command<Options> = {
  about: "FIELD is a path, what stands below it too, or a field's name alone: spec.to[0].default, connectionTimeout.",
  arguments: [
    { name: "<type>", help: "type of the resource" },
    { name: "[name]", help: "its name; TYPE/NAME is one word" },
    { name: "[field]", help: "only this field, or what is below it" },
  ],
  options: [MESH_OPTION],
  examples: ["weft blame meshtimeout slow", "weft blame mesh default mtls", "weft blame mtp allow spec.rules -o json"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const {
      kind,
      mesh,
      name,
      rest: [wanted],
    } = namedByWords(args, options.mesh);
    const what = `${kind.type} ${name} could not be blamed`;
    const connection = connect(invocation);
    const { fields } = await connection.ask(
      what,
      (client, organisation) => client.resources(organisation).blame(kind, mesh, name),
      `weft history ${kind.path} ${name}${mesh === "" ? "" : ` -m ${mesh}`} tells of one that is gone`,
    );
    const meant = wanted === undefined ? fields : fields.filter(({ path }) => isMeant(path, wanted));
    if (wanted !== undefined && meant.length === 0) {
      throw new Failure("absent", {
        what,
        why: `it has no field ${wanted}`,
        fix: `its fields: ${fields.map(({ path }) => fieldPath(path)).join(", ")}`,
      });
    }
    const now = Date.now();
    const columns: readonly Column<Field>[] = [
      { title: "field", cell: ({ path }) => fieldPath(path) },
      { title: "value", cell: (field) => valueText(field, options.output === "wide") },
      { title: "revision", cell: ({ revision }) => (revision === null ? "-" : String(revision)) },
      ...ageColumns<Field>("age", "time", ({ time }) => time, { now }),
      { title: "who", cell: whoText },
      { title: "actor", cell: ({ actor }) => actor ?? "", wide: true },
      { title: "reason", cell: ({ reason }) => reason },
    ];
    printListing(terminal, options.output, {
      rows: meant,
      columns,
      value: { fields: meant },
      name: ({ path }) => fieldPath(path),
      none: `${kind.type} ${name} has no fields.`,
    });
    return 0;
  },
};

function valueText({ value, withheld }: Field, whole: boolean): string {
  if (withheld === true) return "(withheld)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return whole || text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}
