// `weft admin backup ORGANISATION`: all that an organisation has, of one moment, in one file.
import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import type { BackupPage } from "#api/copy.ts";
import { type BackupHead, FORMAT, lineOf, type Moment, openSums } from "#cli/backup-file.ts";
import type { Command } from "#cli/command.ts";
import { connectOperator, OPERATOR_OPTIONS, type OperatorConnection, type OperatorOptions } from "#cli/operator.ts";
import { FORCE_OPTION, outFile } from "#cli/out-file.ts";
import { printValue } from "#cli/output.ts";
import { countText } from "#cli/progress.ts";

interface Options extends OperatorOptions {
  readonly out: string;
  readonly force?: boolean;
}

/** So often it begins again, where something was changed meanwhile; then changes wait until it is done. */
const TRIES = 3;

export const command: Command<Options> = {
  about:
    "Reads page after page and begins again where something was changed meanwhile; after three times changes are refused, with " +
    "try again, until it is done. Secrets stay sealed under the control plane's key-encryption key, which is not in the file. Snapshots " +
    "are not in it either: they are compiled again after a restore.",
  arguments: [{ name: "<organisation>", help: "its name" }],
  options: [
    ...OPERATOR_OPTIONS,
    { flags: "--out <file>", help: "write it there, whole or not at all, mode 0600", required: true },
    FORCE_OPTION,
  ],
  examples: [
    "weft admin backup acme --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret --out acme.backup",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const name = args[0]!;
    const path = outFile(invocation, options.out);
    const connection = connectOperator(invocation);
    const fresh = `${path}.${process.pid}.new`;
    try {
      for (let attempt = 1; ; attempt++) {
        const taken = await take(connection, name, fresh, attempt > TRIES);
        if (taken === null) continue;
        await rename(fresh, path);
        const shown = { file: options.out, ...taken };
        if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
        else {
          terminal.out(`${options.out}\n`);
          terminal.err(
            `${countText(taken.rows)} rows of ${name} at revision ${taken.revision}. SHA-256 ${taken.sha256}\n`,
          );
        }
        return 0;
      }
    } finally {
      await rm(fresh, { force: true });
    }
  },
};

interface Taken {
  readonly rows: number;
  readonly revision: number;
  readonly sha256: string;
}

/** Null where the organisation was changed meanwhile. */
async function take(
  connection: OperatorConnection,
  name: string,
  path: string,
  freeze: boolean,
): Promise<Taken | null> {
  const params = { organisation: name };
  const file = await open(path, "w", 0o600);
  const hash = createHash("sha256");
  const sums = openSums();
  let rows = 0;
  const write = async (line: string): Promise<void> => {
    hash.update(line);
    await file.appendFile(line);
  };
  try {
    const at = await connection.ask(`${name} could not be backed up`, async (client, tell) => {
      let at: Moment | null = null;
      for (let next: BackupPage["next"] | undefined; next !== null; ) {
        const from = next === undefined ? {} : { table: next.table, after: JSON.stringify(next.after) };
        const page: BackupPage = await client.call("backup", {
          params,
          query: { ...from, ...(freeze && { freeze: "1" }) },
        });
        if (at === null) await write(lineOf(headOf(page)));
        else if (JSON.stringify(page.at) !== JSON.stringify(at)) return null;
        at = page.at;
        next = page.next;
        if (page.rows.length === 0) continue;
        const { table, columns } = page;
        sums.add(page);
        await write(lineOf({ table, columns, rows: page.rows }));
        rows += page.rows.length;
        tell(`backing ${name} up: ${countText(rows)} rows`);
      }
      if (freeze) await client.call("endBackup", { params });
      return at;
    });
    if (at === null) return null;
    const sha256 = hash.digest("hex");
    await file.appendFile(lineOf({ tables: sums.tables(), sha256 }));
    await file.sync();
    return { rows, revision: at.revision, sha256 };
  } finally {
    await file.close();
  }
}

function headOf({ of, at }: BackupPage): BackupHead {
  return { weft: "backup", format: FORMAT, takenAt: new Date().toISOString(), of, at };
}
