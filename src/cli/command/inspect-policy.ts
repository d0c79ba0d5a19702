// `weft inspect policy TYPE NAME`: the proxies that it selects, and what of it could not be used.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { faultsOf, faultsText } from "#cli/fault-text.ts";
import { labelsText } from "#cli/kind-column.ts";
import { MESH_OPTION } from "#cli/kind-word.ts";
import { askOfMesh } from "#cli/known-mesh.ts";
import { isText, printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";
import { namedByWords } from "#cli/resource-name.ts";
import { ALL_KINDS, isPolicy, POLICIES } from "#model/kinds.ts";

interface Options {
  readonly mesh: string;
}

export const command: Command<Options> = {
  about:
    "Of a policy labelled kuma.io/effect: shadow, those that it would select. What it does to one of them:\n" +
    "  weft why PROXY --policy TYPE",
  arguments: [
    { name: "<type>", help: "type of the policy: MeshTimeout, meshtimeouts, mt" },
    { name: "[name]", help: "its name; TYPE/NAME is one word" },
  ],
  options: [{ ...MESH_OPTION, help: "mesh of the policy" }],
  examples: ["weft inspect policy MeshTimeout slow", "weft inspect policy mtp web-to-backend -o json"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const { output } = options;
    const { kind, mesh, name, rest } = namedByWords(args, options.mesh, ALL_KINDS.filter(isPolicy));
    if (rest.length > 0) throw usage(`weft inspect policy takes one policy: ${rest[0]} is too many`);
    if (!isPolicy(kind)) {
      throw usage(`${kind.type} is no policy`, `known: ${POLICIES.map(({ type }) => type).join(", ")}`);
    }
    const what = `${kind.type} ${name} could not be read`;
    const absent = `weft get ${kind.path} -m ${mesh} lists what there is`;
    const [policy, items] = await askOfMesh(
      connect(invocation),
      { mesh, what, absent },
      async (client, organisation) => {
        const found = await client.resources(organisation).get(kind, mesh, name);
        const params = { organisation, mesh, plural: kind.path, name };
        return [found, await allPages((query) => client.call("policyDataplanes", { params, query }))] as const;
      },
    );
    const faults = faultsOf(policy);
    printListing(terminal, output, {
      rows: items,
      columns: [
        { title: "proxy", cell: (row) => row.name },
        { title: "zone", cell: ({ labels }) => labels["kuma.io/zone"] ?? "" },
        { title: "mesh", cell: () => mesh, wide: true },
        { title: "service", cell: ({ labels }) => labels["kuma.io/service"] ?? labels.app ?? "", wide: true },
        { title: "labels", cell: ({ labels }) => labelsText(labels), wide: true },
        { title: "kind", cell: ({ labels }) => labels["kuma.io/proxy-type"] ?? "" },
      ],
      value: { type: kind.type, mesh, name, total: items.length, items, faults },
      name: (row) => row.name,
      none: `${kind.type} ${name} selects no proxy in mesh ${mesh}.`,
    });
    if (isText(output)) terminal.err(faultsText(faults));
    return 0;
  },
};
