// `weft admin restore FILE`: an organisation as a backup has it, with a higher epoch. With --all: everything.
import { resolve } from "node:path";
import { checkBackup, openSums, pagesOf } from "#cli/backup/file.ts";
import { restoreOne } from "#cli/backup/restore-one.ts";
import { readRevoked } from "#cli/backup/revoked.ts";
import { checkWhole } from "#cli/backup/whole-file.ts";
import { restoreWhole } from "#cli/backup/whole-restore.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { usage } from "#cli/failure.ts";
import { connectOperator, OPERATOR_OPTIONS, type OperatorOptions } from "#cli/operator.ts";
import { printValue } from "#cli/output.ts";
import { countText, numberOf } from "#cli/progress.ts";

interface Options extends OperatorOptions {
  readonly all?: boolean;
  readonly replace?: boolean;
  readonly region?: string;
}

export const command: Command<Options> = {
  about:
    "Checks every byte of the file before anything is sent. Until it ends, the organisation is neither read whole nor written; relays go on " +
    "with what they hold, and take the restored state afterwards, since its epoch is higher. What was interrupted is done by the same " +
    "command again. It goes to the control plane that the backup was taken of, or one with its id and key-encryption key; relays " +
    "that were enrolled after the backup must be enrolled anew. With --replace, tokens, relays and issuers that were revoked since stay " +
    "revoked, and are told; so is what the backup cannot have: lists of revoked dataplane tokens that have changed since, issuers " +
    "that were made and revoked since.\n\n" +
    "With --all everything is restored, into a control plane that has no organisation and no person; any other is refused and stays as " +
    "it is. It takes the account key too. Organisations go on one after the other, people come last and sign in anew; until it " +
    "ends no organisation can be made. What was interrupted goes on behind the last organisation that was restored.",
  arguments: [{ name: "<file>", help: "what weft admin backup has written" }],
  options: [
    ...OPERATOR_OPTIONS,
    { flags: "--all", help: "the file is a backup of everything" },
    { flags: "--replace", help: "replace what stands of the organisation now" },
    { flags: "--region <region>", help: "where its database is to be, where the organisation is not there" },
  ],
  examples: [
    "weft admin restore acme.backup --replace --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret",
    "weft admin restore weft.backup --all --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret",
  ],
  async run(invocation) {
    const { options } = invocation;
    const isOfOne = options.replace === true || options.region !== undefined;
    if (options.all === true && isOfOne)
      throw usage("--replace and --region are of one organisation: --all excludes them");
    const [shown, text] = options.all === true ? await restoreAll(invocation) : await restoreFile(invocation);
    const { output } = options;
    if (output === "json" || output === "yaml") printValue(invocation.terminal, output, shown);
    else invocation.terminal.out(`${text}\n`);
    return 0;
  },
};

type Told = readonly [shown: object, text: string];

async function restoreAll(invocation: Invocation<Options>): Promise<Told> {
  const [named, path] = fileOf(invocation);
  const connection = connectOperator(invocation);
  const { head, end } = await checkWhole(path, named);
  const stands = await connection.ask("not everything could be restored", (client, tell) =>
    restoreWhole(client, { path, head, end }, tell),
  );
  const { organisations, people } = stands;
  const text = `everything is restored: ${numberOf(organisations, "organisation")}, ${numberOf(people, "person", "people")}, ${numberOf(end.rows, "row")}`;
  return [{ ...stands, rows: end.rows }, text];
}

async function restoreFile(invocation: Invocation<Options>): Promise<Told> {
  const [named, path] = fileOf(invocation);
  const { replace, region } = invocation.options;
  const connection = connectOperator(invocation);
  const { head, end } = await checkBackup(path, named);
  const { name } = head.of.organisation;
  const all = Object.values(end.tables).reduce((sum, { rows }) => sum + rows, 0);
  const { epoch, revoked } = await connection.ask(`${name} could not be restored`, async (client, tell) => {
    const revoked = replace === true ? await readRevoked(client, name, path) : null;
    const sums = openSums();
    const begin = { ...(replace === true && { replace }), ...(region === undefined ? {} : { region }) };
    const restoring = await restoreOne(client, head.of, begin);
    let rows = 0;
    for await (const read of pagesOf(path)) {
      const page = revoked?.carry(read) ?? read;
      sums.add(page);
      await restoring.put(page);
      rows += page.rows.length;
      tell(`restoring ${name}: ${countText(rows)} of ${countText(all)} rows`);
    }
    const epoch = await restoring.end(sums.tables());
    revoked?.done();
    return { epoch, revoked: revoked?.told() ?? { kept: [], unknown: [] } };
  });
  const { revision } = head.at;
  const { kept, unknown } = revoked;
  const text = [
    `${name} is restored: ${numberOf(all, "row")}, revision ${revision}, epoch ${epoch}`,
    ...kept.map((one) => `stays revoked: ${one}`),
    ...unknown.map((one) => `the backup does not have it as it stood; see to it: ${one}`),
  ].join("\n");
  return [{ organisation: name, epoch, revision, rows: all, revoked: { kept, unknown } }, text];
}

function fileOf({ args, cwd }: Invocation<Options>): readonly [named: string, path: string] {
  const named = args[0]!;
  return [named, resolve(cwd, named)];
}
