// `weft admin databases`: where organisations are, for the operator of a control plane.
import type { Command } from "#cli/command.ts";
import { connectOperator, OPERATOR_OPTIONS, type OperatorOptions } from "#cli/operator.ts";
import { printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";

interface Row {
  readonly name: string;
  readonly engine: string;
  readonly region: string | null;
  readonly closed: boolean;
  readonly organisations: number;
}

export const command: Command<OperatorOptions> = {
  about:
    "New organisations go to the database that has the fewest, of those that take any; --region of weft organisation create " +
    "names where. On Node the table is a file (weft serve --databases), on Workers the variable DATABASES.",
  options: OPERATOR_OPTIONS,
  examples: ["weft admin databases --control-plane http://127.0.0.1:5681 --operator-secret-file .weft/operator.secret"],
  async run(invocation) {
    const items = await connectOperator(invocation).ask("the databases could not be listed", (client) =>
      allPages<Row>((query) => client.call("listDatabases", { query })),
    );
    printListing(invocation.terminal, invocation.options.output, {
      rows: items,
      columns: [
        { title: "name", cell: ({ name }) => name },
        { title: "region", cell: ({ region }) => region ?? "" },
        { title: "organisations", cell: ({ organisations }) => String(organisations) },
        { title: "takes new ones", cell: ({ closed }) => (closed ? "no" : "yes") },
        { title: "engine", cell: ({ engine }) => engine, wide: true },
      ],
      value: { total: items.length, items },
      name: ({ name }) => name,
      none: "There are no databases.",
    });
    return 0;
  },
};
