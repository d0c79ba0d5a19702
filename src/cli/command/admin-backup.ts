// `weft admin backup ORGANISATION`: all that an organisation has, of one moment, in one file. With --all: everything.
import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { lineOf } from "#cli/backup/file.ts";
import { TRIES, takeOrganisation } from "#cli/backup/take.ts";
import { takeWhole } from "#cli/backup/whole-take.ts";
import type { Command } from "#cli/command.ts";
import { usage } from "#cli/failure.ts";
import { connectOperator, OPERATOR_OPTIONS, type OperatorConnection, type OperatorOptions } from "#cli/operator.ts";
import { FORCE_OPTION, outFile } from "#cli/out-file.ts";
import { printValue } from "#cli/output.ts";
import { countText, numberOf } from "#cli/progress.ts";

interface Options extends OperatorOptions {
  readonly all?: boolean;
  readonly out: string;
  readonly force?: boolean;
}

export const command: Command<Options> = {
  about:
    "Reads page after page and begins again where something was changed meanwhile; after three times changes are refused, with " +
    "try again, until it is done. Secrets stay sealed under the control plane's key-encryption key, which is not in the file. Snapshots " +
    "are not in it either: they are compiled again after a restore.\n\n" +
    "With --all the file has every organisation, each of a moment of its own, and the directory: people, how they sign in, members, " +
    "invitations, tiers. Sessions and links that were mailed are not in it. An organisation that is being moved is waited for; one that is " +
    "removed meanwhile is left out.",
  arguments: [{ name: "[organisation]", help: "its name" }],
  options: [
    ...OPERATOR_OPTIONS,
    { flags: "--all", help: "all organisations and the directory, in place of one organisation" },
    { flags: "--out <file>", help: "write it there, whole or not at all, mode 0600", required: true },
    FORCE_OPTION,
  ],
  examples: [
    "weft admin backup acme --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret --out acme.backup",
    "weft admin backup --all --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret --out weft.backup",
  ],
  async run(invocation) {
    const { args, options, terminal, signal } = invocation;
    const [name] = args;
    if ((name === undefined) !== (options.all === true))
      throw usage("weft admin backup takes the name of an organisation, or --all, and not both");
    const path = outFile(invocation, options.out);
    const connection = connectOperator(invocation);
    const fresh = `${path}.${process.pid}.new`;
    try {
      await rm(fresh, { force: true });
      const [taken, told] =
        name === undefined
          ? await connection
              .ask("not everything could be backed up", (client, tell) => takeWhole(client, fresh, signal, tell))
              .then((all) => [all, wholeText(all)] as const)
          : await takeOne(connection, name, fresh).then(
              (one) => [one, `${numberOf(one.rows, "row")} of ${name} at revision ${one.revision}`] as const,
            );
      await rename(fresh, path);
      const shown = { file: options.out, ...taken };
      if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
      else {
        terminal.out(`${options.out}\n`);
        terminal.err(`${told}. SHA-256 ${taken.sha256}\n`);
      }
      return 0;
    } finally {
      await rm(fresh, { force: true });
    }
  },
};

function wholeText({ organisations, rows, gone }: Awaited<ReturnType<typeof takeWhole>>): string {
  const left =
    gone === 0 ? "" : `; ${gone === 1 ? "1 that was removed is" : `${countText(gone)} that were removed are`} left out`;
  return `${numberOf(rows, "row")} of ${numberOf(organisations, "organisation")}, and the directory${left}`;
}

async function takeOne(connection: OperatorConnection, name: string, path: string) {
  for (let attempt = 1; ; attempt++) {
    const taken = await take(connection, name, path, attempt > TRIES);
    if (taken !== null) return taken;
  }
}

/** Null where the organisation was changed meanwhile. */
async function take(connection: OperatorConnection, name: string, path: string, freeze: boolean) {
  const file = await open(path, "w", 0o600);
  const hash = createHash("sha256");
  const write = async (line: string): Promise<void> => {
    hash.update(line);
    await file.appendFile(line);
  };
  try {
    const taken = await connection.ask(`${name} could not be backed up`, (client, tell) =>
      takeOrganisation(client, {
        ...{ name, freeze, write },
        tell: (rows) => tell(`backing ${name} up: ${numberOf(rows, "row")}`),
      }),
    );
    if (taken === null) return null;
    const { rows, at, tables } = taken;
    const sha256 = hash.digest("hex");
    await file.appendFile(lineOf({ tables, sha256 }));
    await file.sync();
    return { rows, revision: at.revision, sha256 };
  } finally {
    await file.close();
  }
}
