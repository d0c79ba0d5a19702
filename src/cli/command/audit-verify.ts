// `weft audit verify`: proves that a log is whole: nothing changed, removed, added or moved since it was exported.
import { createReadStream, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { NDJSON } from "#api/audit.ts";
import { checkLog } from "#cli/audit/check.ts";
import { type Jwk, keysOf, sealOpener } from "#cli/audit/seal.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure, reasonOf, usage } from "#cli/failure.ts";
import { printAnswer } from "#cli/output.ts";
import { countText, progress } from "#cli/progress.ts";
import type { Verdict } from "#model/audit/verify.ts";

interface Options {
  readonly keys?: string;
  readonly against?: string;
}

export const command: Command<Options> = {
  about:
    "FILE is what weft audit export wrote; - is stdin; without it the log is taken from the control plane. With --keys nothing is asked of the control plane. Exit code 7 where the log is not whole, and the entry is named.",
  arguments: [{ name: "[file]", help: "an exported log" }],
  options: [
    {
      flags: "--keys <file>",
      help: "public keys, as weft audit export --keys wrote them; the control plane's unless given",
    },
    { flags: "--against <file>", help: "an earlier export: what both hold must be the same" },
  ],
  examples: [
    "weft audit verify",
    "weft audit verify audit.ndjson --keys audit-keys.json",
    "weft audit verify audit.ndjson --against last-month.ndjson --keys audit-keys.json",
  ],
  unwatchable: ([file]) => (file === "-" ? "- is read once, and --watch has nothing to look at again" : undefined),
  async run(invocation) {
    const { args, options, terminal, signal } = invocation;
    const [file] = args;
    const open = sealOpener(
      options.keys === undefined ? await keysOfPlane(invocation) : keysIn(invocation, options.keys),
    );
    const hashes = new Map<number, string>();
    if (options.against !== undefined) {
      const { against } = options;
      const earlier = await progress(
        terminal,
        `verifying ${against}`,
        checked(
          against,
          checkLog(readFile(invocation, against), open, ({ number, hash }) => {
            signal.throwIfAborted();
            hashes.set(number, hash);
          }),
        ),
      );
      if (!earlier.whole) throw broken(against, earlier);
    }
    let rebuilt: number | null = null;
    const name = file === undefined ? "the control plane's log" : file === "-" ? "stdin" : file;
    const parts = await source(invocation, file);
    const verdict = await progress(terminal, `verifying ${name}`, (tell) =>
      checked(
        name,
        checkLog(parts, open, ({ number, hash }) => {
          signal.throwIfAborted();
          if (number % 1000 === 0) tell(`verifying ${name}: entry ${countText(number)}`);
          if (rebuilt === null && hashes.has(number) && hashes.get(number) !== hash) rebuilt = number;
        }),
      ),
    );
    if (!verdict.whole) throw broken(name, verdict);
    if (rebuilt !== null)
      throw broken(name, {
        whole: false,
        line: 0,
        entry: rebuilt,
        reason: `it is another one than in ${options.against}: the log was made anew`,
      });
    // Each export is of another time.
    const { time: _, ...news } = verdict;
    const text = (): string => `${wholeText(verdict)}\n`;
    printAnswer(terminal, options.output, { value: verdict, name: "whole", text, news });
    return 0;
  },
};

type Whole = Extract<Verdict, { readonly whole: true }>;
type Broken = Exclude<Verdict, Whole>;

function wholeText({ organisation, from, to, time, checkpoints, anchor }: Whole): string {
  const entries = to < from ? "no entries" : `entries ${from} to ${to}`;
  const begin =
    from === 1
      ? ""
      : anchor === null
        ? `; what is before ${from} was not exported`
        : `; what is before ${from} was dropped when its time had passed`;
  return `whole: ${entries} of organisation ${organisation} as of ${time}, ${checkpoints} checkpoint${checkpoints === 1 ? "" : "s"}${begin}`;
}

function broken(name: string, { line, entry, reason }: Broken): Failure {
  const what = entry === null ? "the audit log is not whole" : `the audit log is not whole: entry ${entry} is wrong`;
  return new Failure("invalid", {
    what,
    where: line === 0 ? name : `${name}, line ${line}`,
    why: reason,
    fix: "compare it with another copy: weft audit export --out FILE makes one of what the control plane has",
  });
}

/** What cannot be read is told as such. */
async function checked(name: string, verdict: Promise<Verdict>): Promise<Verdict> {
  try {
    return await verdict;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("failed", { what: "the audit log cannot be read", where: name, why: reasonOf(error) }, error);
  }
}

function source(
  invocation: Invocation<Options>,
  file: string | undefined,
): Promise<AsyncIterable<Uint8Array>> | AsyncIterable<Uint8Array> {
  const { terminal } = invocation;
  if (file === "-") return terminal.inputBytes?.() ?? textBytes(terminal.input());
  if (file !== undefined) return readFile(invocation, file);
  return connect(invocation).ask("the audit log could not be read", (client, organisation) =>
    client.download("listAudit", NDJSON, { params: { organisation } }),
  );
}

async function* textBytes(text: Promise<string>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(await text);
}

function readFile({ cwd }: Invocation<Options>, path: string): AsyncIterable<Uint8Array> {
  return createReadStream(resolve(cwd, path)) as AsyncIterable<Buffer>;
}

async function keysOfPlane(invocation: Invocation<Options>): Promise<readonly Jwk[]> {
  const { keys } = await connect(invocation).ask(
    "the keys of the audit log could not be read",
    (client, organisation) => client.call("auditKeys", { params: { organisation } }),
  );
  return keys;
}

function keysIn({ cwd }: Invocation<Options>, path: string): readonly Jwk[] {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    throw new Failure("usage", {
      what: "the keys cannot be read",
      where: path,
      why: reasonOf(error),
      fix: "weft audit export --keys FILE writes them",
    });
  }
  const keys = keysOf(text);
  if (keys === null) throw usage(`${path} holds no JWK set`, "weft audit export --keys FILE writes one");
  return keys;
}
