// `weft rollout list`: the newest revisions and how far each has come.
import type { RevisionDeliveryBody } from "#api/weft.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { ageColumns, type Column, printListing } from "#cli/output.ts";
import { timeText } from "#cli/rollout/text.ts";

interface Options {
  readonly size: string;
}

const MOST = 50;

export const command: Command<Options> = {
  options: [{ flags: "--size <n>", help: `how many, at most ${MOST}`, default: "20" }],
  examples: ["weft rollout list", "weft rollout list --size 5 -o json"],
  async run(invocation) {
    const { options, terminal } = invocation;
    if (!/^[1-9]\d?$/.test(options.size) || Number(options.size) > MOST)
      throw usage(`--size ${options.size} is not a number from 1 to ${MOST}`, `--size ${MOST} lists the most`);
    const { items } = await connect(invocation).ask("the revisions could not be listed", (client, organisation) =>
      client.call("listRevisionDeliveries", { params: { organisation }, query: { size: options.size } }),
    );
    const now = Date.now();
    const columns: readonly Column<RevisionDeliveryBody>[] = [
      { title: "revision", cell: ({ revision }) => String(revision) },
      ...ageColumns<RevisionDeliveryBody>("age", "committed", ({ committedAt }) => committedAt, { now }),
      { title: "state", cell: ({ state }) => state },
      { title: "proxies", cell: ({ proxies: { acked, nacked, pending } }) => `${acked}/${acked + nacked + pending}` },
      { title: "untouched", cell: ({ proxies }) => String(proxies.untouched), wide: true },
      { title: "away", cell: ({ proxies }) => String(proxies.absent), wide: true },
      { title: "relays", cell: ({ relays }) => String(relays.length), wide: true },
      { title: "p50", cell: ({ times }) => (times.acked === null ? "" : timeText(times.acked.p50)) },
      { title: "p99", cell: ({ times }) => (times.acked === null ? "" : timeText(times.acked.p99)) },
      { title: "last", cell: ({ times }) => (times.acked === null ? "" : timeText(times.acked.max)), wide: true },
      { title: "offline", cell: ({ offline }) => offline.join(", ") },
      { title: "actor", cell: ({ actor }) => actor },
      { title: "reason", cell: ({ reason }) => reason },
    ];
    printListing(terminal, options.output, {
      rows: items,
      columns,
      value: { items },
      name: ({ revision }) => String(revision),
      newest: true,
      none: "There are no revisions yet.",
    });
    return 0;
  },
};
