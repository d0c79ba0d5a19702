// `weft admin reseal`: all secrets under the keys that are current, while everything goes on.
import type { Client } from "#api/caller.ts";
import type { Resealed } from "#api/reseal.ts";
import type { Command } from "#cli/command.ts";
import { Failure } from "#cli/failure.ts";
import { connectOperator, OPERATOR_OPTIONS, type OperatorOptions } from "#cli/operator.ts";
import { printListing } from "#cli/output.ts";
import { countText, type Tell } from "#cli/progress.ts";
import { openTotal, type Total } from "#cli/reseal-total.ts";

interface Options extends OperatorOptions {
  readonly check?: boolean;
}

/** Passes until one finds nothing to do; more than that, and something seals under another key all the time. */
const PASSES = 5;
/** Before an organisation is asked for again that is being moved; milliseconds. */
const PAUSE = 1000;

export const command: Command<Options> = {
  about:
    "Goes over all organisations, page after page, and seals again what lies under an older key: keys of CAs, Secrets, inline keys, plans, " +
    "webhooks' secrets, and what the history holds of them; then over people's second factors and providers' tokens, which lie under the " +
    "account key. Everything goes on meanwhile; what was interrupted is done by the same command " +
    "again. It ends well only after a whole pass that found nothing under another key: until then the older key must stay where it is.",
  options: [...OPERATOR_OPTIONS, { flags: "--check", help: "count what lies under which key, and change nothing" }],
  examples: [
    "weft admin reseal --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret",
    "weft admin reseal --check --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret",
  ],
  async run(invocation) {
    const { options, terminal } = invocation;
    const step = options.check === true ? "check" : "seal";
    let resealed = 0;
    const total = await connectOperator(invocation).ask(
      "not everything could be sealed again",
      async (client, tell) => {
        for (let number = 1; ; number++) {
          const pass = await passOf(client, step, tell);
          resealed += pass.resealed;
          if (step === "check" || pass.isStuck || (number >= PASSES && pass.left.length > 0)) return pass;
          if (pass.resealed > 0 || pass.left.length > 0) continue;
          await client.call("reseal", { body: { step: "end" } });
          return pass;
        }
      },
    );
    const { key, accountKey, rows, left } = total;
    printListing(terminal, options.output, {
      rows,
      columns: [
        { title: "kind", cell: ({ kind }) => kind },
        { title: "under the current key", cell: ({ current }) => countText(current) },
        { title: "under others", cell: (row) => countText(row.left.reduce((sum, { count }) => sum + count, 0)) },
      ],
      value: { key, accountKey, resealed, kinds: rows },
      name: ({ kind }) => kind,
      none: "Nothing is sealed yet.",
    });
    if (left.length > 0) throw unfinished(total, step);
    const again = step === "check" ? "" : `; ${countText(resealed)} sealed again, and no other key is needed any more`;
    terminal.err(`everything is sealed under ${keysText(total)}${again}\n`);
    return 0;
  },
};

async function passOf(client: Client, step: "seal" | "check", tell: Tell): Promise<Total> {
  const total = openTotal();
  let from: Resealed["next"] | undefined;
  do {
    const answer: Resealed = await client.call("reseal", { body: { step, ...(from && { from }) } });
    total.add(answer);
    const done = step === "check" ? `${countText(total.seen)} looked at` : `${countText(total.resealed)} sealed again`;
    tell(`${answer.organisation ?? "all organisations"}: ${done}`);
    if (answer.waits) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    from = answer.next;
  } while (from !== null);
  return total;
}

const WHY: Readonly<Record<Total["left"][number]["why"], string>> = {
  older: "which opens",
  missing: "which this control plane lacks",
  damaged: "and do not open with it",
};

function keysText({ key, accountKey }: Total): string {
  return `the key ${key}${accountKey === null ? "" : ` and the account key ${accountKey}`}`;
}

function unfinished(total: Total, step: "seal" | "check"): Failure {
  const { left } = total;
  const missing = left.filter(({ why }) => why === "missing");
  const lacking = (account: boolean): string =>
    [...new Set(missing.flatMap((one) => (one.account === account ? [one.key] : [])))].join(", ");
  const give = (keys: string, among: string): string[] =>
    keys === "" ? [] : [`give the control plane ${keys} among its ${among}, and run this again`];
  return new Failure("failed", {
    what: `not everything is sealed under ${keysText(total)}`,
    why: left
      .map(
        (one) =>
          `${countText(one.count)} of ${one.kind} under the ${one.account ? "account key" : "key"} ${one.key}, ${WHY[one.why]}: first ${one.first}`,
      )
      .join("\n"),
    fix: [
      ...give(lacking(false), "older keys"),
      ...give(lacking(true), "older account keys"),
      ...(left.some(({ why }) => why === "damaged") ? ["write what does not open anew, or delete it"] : []),
      ...(left.some(({ why }) => why === "older")
        ? [
            step === "check"
              ? "weft admin reseal seals them again"
              : "run this again: something seals under another key still",
          ]
        : []),
    ],
  });
}
