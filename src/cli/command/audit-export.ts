// `weft audit export`: the log as lines of JSON, oldest first, signed, for weft audit verify and for other programs.
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { NDJSON } from "#api/audit.ts";
import { rangeOf } from "#cli/audit/when.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure, reasonOf } from "#cli/failure.ts";
import { writePrivate } from "#cli/private-file.ts";
import { Fault } from "#model/fault.ts";

interface Options {
  readonly since?: string;
  readonly until?: string;
  readonly out?: string;
  readonly keys?: string;
}

export const command: Command<Options> = {
  about:
    "One JSON object a line. The first line says, signed by the organisation's key, which entries follow; then each entry has the hash of the one before.",
  options: [
    { flags: "--since <time>", help: "from this time on: 720h (so long ago) or 2026-03-04T05:06:07Z" },
    { flags: "--until <time>", help: "before this time" },
    { flags: "--out <file>", help: "write it there, whole or not at all; stdout unless given" },
    { flags: "--keys <file>", help: "write the public keys there, with which it is verified offline" },
  ],
  examples: [
    "weft audit export --out audit.ndjson --keys audit-keys.json",
    "weft audit export --since 24h | jq -r 'select(.action) | .subject'",
  ],
  async run(invocation) {
    const { options, terminal, cwd } = invocation;
    const connection = connect(invocation);
    const what = "the audit log could not be exported";
    const query = rangeOf(options, Date.now());
    if (options.keys !== undefined) {
      const keys = await connection.ask(what, (client, organisation) =>
        client.call("auditKeys", { params: { organisation } }),
      );
      writePrivate(resolve(cwd, options.keys), `${JSON.stringify(keys, null, 2)}\n`, 0o644);
    }
    await connection.ask(what, async (client, organisation) => {
      const parts = await client.download("listAudit", NDJSON, { params: { organisation }, query });
      if (options.out === undefined) {
        const decoder = new TextDecoder();
        for await (const part of parts) terminal.out(decoder.decode(part, { stream: true }));
      } else await writeWhole(resolve(cwd, options.out), parts);
    });
    if (options.out !== undefined)
      terminal.err(`The audit log is in ${options.out}. To verify it: weft audit verify ${options.out}\n`);
    return 0;
  },
};

/** Beside the target, and renamed once the last byte is there. */
async function writeWhole(path: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  try {
    await pipeline(parts, createWriteStream(fresh, { mode: 0o600 }));
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    if (error instanceof Fault) throw error;
    throw new Failure(
      "failed",
      { what: "the audit log could not be written", where: path, why: reasonOf(error) },
      error,
    );
  }
}
