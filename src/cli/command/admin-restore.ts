// `weft admin restore FILE`: an organisation as a backup has it, with a higher epoch.
import { resolve } from "node:path";
import type { RestoreStep } from "#api/copy.ts";
import { checkBackup, pagesOf } from "#cli/backup-file.ts";
import type { Command } from "#cli/command.ts";
import { connectOperator, OPERATOR_OPTIONS, type OperatorOptions } from "#cli/operator.ts";
import { printValue } from "#cli/output.ts";
import { countText } from "#cli/progress.ts";

interface Options extends OperatorOptions {
  readonly replace?: boolean;
  readonly region?: string;
}

export const command: Command<Options> = {
  about:
    "Checks every byte of the file before anything is sent. Until it ends, the organisation is neither read whole nor written; relays go on " +
    "with what they hold, and take the restored state afterwards, since its epoch is higher. What was interrupted is done by the same " +
    "command again. It goes to the control plane that the backup was taken of, or one with its id and key-encryption key; relays " +
    "that were enrolled after the backup must be enrolled anew.",
  arguments: [{ name: "<file>", help: "what weft admin backup has written" }],
  options: [
    ...OPERATOR_OPTIONS,
    { flags: "--replace", help: "replace what stands of the organisation now" },
    { flags: "--region <region>", help: "where its database is to be, where the organisation is not there" },
  ],
  examples: [
    "weft admin restore acme.backup --replace --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret",
  ],
  async run(invocation) {
    const { args, options, terminal, cwd } = invocation;
    const named = args[0]!;
    const path = resolve(cwd, named);
    const connection = connectOperator(invocation);
    const { head, end } = await checkBackup(path, named);
    const { of } = head;
    const { name } = of.organisation;
    const all = Object.values(end.tables).reduce((sum, { rows }) => sum + rows, 0);
    const epoch = await connection.ask(`${name} could not be restored`, async (client, tell) => {
      const step = (body: Omit<RestoreStep, "of">) => client.call("restore", { body: { of, ...body } });
      const { replace, region } = options;
      const begin = { ...(replace === true && { replace }), ...(region === undefined ? {} : { region }) };
      const { session } = await step({ step: "begin", ...begin });
      while ((await step({ step: "empty", session })).more);
      let rows = 0;
      for await (const { table, columns, rows: some } of pagesOf(path)) {
        await step({ step: "page", session, page: { table, columns, rows: some } });
        rows += some.length;
        tell(`restoring ${name}: ${countText(rows)} of ${countText(all)} rows`);
      }
      return (await step({ step: "end", session, sums: { ...end.tables } })).epoch;
    });
    const { revision } = head.at;
    const shown = { organisation: name, epoch, revision, rows: all };
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
    else terminal.out(`${name} is restored: ${countText(all)} rows, revision ${revision}, epoch ${epoch}\n`);
    return 0;
  },
};
