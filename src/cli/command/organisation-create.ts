// `weft organisation create NAME`: for the operator of a control plane.
import type { Command } from "#cli/command.ts";
import { checkToken, OUT_OPTIONS, type OutOptions } from "#cli/issued-token.ts";
import { connectOperator, OPERATOR_OPTIONS, type OperatorOptions } from "#cli/operator.ts";
import { printValue } from "#cli/output.ts";
import { writePrivate } from "#cli/private-file.ts";

interface Options extends OutOptions, OperatorOptions {
  readonly region?: string;
}

export const command: Command<Options> = {
  about:
    "Prints the organisation's first admin token once. The operator's secret lies in the control plane's state folder: operator.secret.",
  arguments: [{ name: "<name>", help: "name of the organisation" }],
  options: [
    ...OPERATOR_OPTIONS,
    { flags: "--region <region>", help: "where its database is to be; weft admin databases lists the regions" },
    ...OUT_OPTIONS,
  ],
  examples: [
    "weft organisation create acme --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret --out acme.token",
  ],
  async run({ args, options, terminal, signal, cwd }) {
    const name = args[0]!;
    const path = checkToken({ options, cwd });
    const connection = connectOperator({ options, terminal, signal, cwd });
    const { region } = options;
    const body = { name, ...(region === undefined ? {} : { region }) };
    const created = await connection.ask(`organisation ${name} could not be created`, (client) =>
      client.call("createOrganisation", { body }),
    );
    const minted = created.token?.token;
    if (minted === undefined) throw new TypeError("the operator's organisation came without its admin token");
    const url = `${options.controlPlane.replace(/\/+$/, "")}/o/${name}`;
    if (path !== undefined) writePrivate(path, `${minted}\n`);
    const shown =
      options.out === undefined ? { ...created, url } : { organisation: created.organisation, url, file: options.out };
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
    else {
      terminal.out(`${options.out ?? minted}\n`);
      terminal.err(`Organisation ${name} is at ${url}. Its admin token is not shown again.\n`);
    }
    return 0;
  },
};
