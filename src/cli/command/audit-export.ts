// `weft audit export`: the log as lines of JSON, oldest first, signed, for weft audit verify and for other programs.
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { NDJSON } from "#api/audit.ts";
import { rangeOf } from "#cli/audit/when.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure, reasonOf } from "#cli/failure.ts";
import { FORCE_OPTION, outFile } from "#cli/out-file.ts";
import { writePrivate } from "#cli/private-file.ts";
import { countText } from "#cli/progress.ts";
import { Fault } from "#model/fault.ts";

interface Options {
  readonly since?: string;
  readonly until?: string;
  readonly out?: string;
  readonly keys?: string;
  readonly force?: boolean;
}

export const command: Command<Options> = {
  about:
    "One JSON object a line. The first line says, signed by the organisation's key, which entries follow; then each entry has the hash of the one before.",
  options: [
    { flags: "--since <time>", help: "from this time on: 720h (so long ago) or 2026-03-04T05:06:07Z" },
    { flags: "--until <time>", help: "before this time" },
    { flags: "--out <file>", help: "write it there, whole or not at all; stdout unless given" },
    { flags: "--keys <file>", help: "write the public keys there, with which it is verified offline" },
    FORCE_OPTION,
  ],
  examples: [
    "weft audit export --out audit.ndjson --keys audit-keys.json",
    "weft audit export --since 24h | jq -r 'select(.action) | .subject'",
  ],
  async run(invocation) {
    const { options, terminal } = invocation;
    const connection = connect(invocation);
    const what = "the audit log could not be exported";
    const query = rangeOf(options, Date.now());
    const out = options.out === undefined ? undefined : outFile(invocation, options.out);
    const keysFile = options.keys === undefined ? undefined : outFile(invocation, options.keys, "--keys");
    if (keysFile !== undefined) {
      const keys = await connection.ask(what, (client, organisation) =>
        client.call("auditKeys", { params: { organisation } }),
      );
      writePrivate(keysFile, `${JSON.stringify(keys, null, 2)}\n`, 0o644);
    }
    await connection.ask(what, async (client, organisation, tell) => {
      const whole = await client.download("listAudit", NDJSON, { params: { organisation }, query });
      const parts = counted(whole, (entries) => tell(`exporting the audit log: ${countText(entries)} entries`));
      if (out === undefined) {
        const decoder = new TextDecoder();
        for await (const part of parts) terminal.out(decoder.decode(part, { stream: true }));
      } else await writeWhole(out, parts, connection.signal);
    });
    if (options.out !== undefined)
      terminal.err(`The audit log is in ${options.out}. To verify it: weft audit verify ${options.out}\n`);
    return 0;
  },
};

/** As they come; tells how many lines there were. */
async function* counted(parts: AsyncIterable<Uint8Array>, tell: (lines: number) => void): AsyncGenerator<Uint8Array> {
  let lines = 0;
  for await (const part of parts) {
    for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) lines++;
    tell(lines);
    yield part;
  }
}

/** Beside the target, and renamed once the last byte is there. */
async function writeWhole(path: string, parts: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  try {
    await pipeline(parts, createWriteStream(fresh, { mode: 0o600 }), { signal });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    if (error instanceof Fault || signal.aborted) throw error;
    throw new Failure(
      "failed",
      { what: "the audit log could not be written", where: path, why: reasonOf(error) },
      error,
    );
  }
}
