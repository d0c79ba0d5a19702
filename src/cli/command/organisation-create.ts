// `weft organisation create NAME`: for the operator of a control plane.
import { createClient } from "#api/client.ts";
import type { Command } from "#cli/command.ts";
import { failureOf } from "#cli/connection.ts";
import { readTokenFile } from "#cli/context.ts";
import { Failure, usage } from "#cli/failure.ts";
import { OUT_OPTION } from "#cli/issued-token.ts";
import { printValue } from "#cli/output.ts";
import { checkWritable, writePrivate } from "#cli/private-file.ts";
import { progress } from "#cli/terminal.ts";
import { Fault } from "#model/fault.ts";

interface Options {
  readonly controlPlane: string;
  readonly operatorSecretFile: string;
  readonly out?: string;
}

const WRONG_SECRET =
  "name operator.secret of the control plane's state folder: weft serve prints its path when it starts; weft up has it in .weft/control-plane";

export const command: Command<Options> = {
  about:
    "Prints the organisation's first admin token once. The operator's secret lies in the control plane's state folder: operator.secret.",
  arguments: [{ name: "<name>", help: "name of the organisation" }],
  options: [
    { flags: "--control-plane <url>", help: "address of the control plane", required: true },
    { flags: "--operator-secret-file <file>", help: "file with the operator's secret", required: true },
    OUT_OPTION,
  ],
  examples: [
    "weft organisation create acme --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret --out acme.token",
  ],
  async run({ args, options, terminal }) {
    const name = args[0]!;
    if (!URL.canParse(options.controlPlane))
      throw usage(`--control-plane ${options.controlPlane} is no URL`, "write https://host");
    const token = readTokenFile(options.operatorSecretFile, "--operator-secret-file");
    if (options.out !== undefined) checkWritable(options.out);
    const client = createClient({ url: options.controlPlane, token, fetch: globalThis.fetch });
    const work = client.call("createOrganisation", { body: { name } });
    const created = await progress(terminal, `waiting for ${options.controlPlane}`, work).catch((thrown: unknown) => {
      if (!(thrown instanceof Fault)) throw thrown;
      const { exit, parts } = failureOf(thrown, `organisation ${name} could not be created`, options.controlPlane);
      throw new Failure(exit, { ...parts, ...(exit === "unauthenticated" && { fix: WRONG_SECRET }) }, thrown);
    });
    const url = `${options.controlPlane.replace(/\/+$/, "")}/o/${name}`;
    if (options.out !== undefined) writePrivate(options.out, `${created.token.token}\n`);
    const shown =
      options.out === undefined ? { ...created, url } : { organisation: created.organisation, url, file: options.out };
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
    else {
      terminal.out(`${options.out ?? created.token.token}\n`);
      terminal.err(`Organisation ${name} is at ${url}. Its admin token is not shown again.\n`);
    }
    return 0;
  },
};
