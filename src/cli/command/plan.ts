// `weft plan -f …`: what documents would do, seen before anything is committed.
import { EXIT_CODES } from "#api/exit-code.ts";
import { PRUNE_OPTIONS, type PruneOptions, pruneOf } from "#cli/apply/prune.ts";
import { FILE_OPTIONS, type FileOptions, placed, readDocuments } from "#cli/apply/read.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { printPlan } from "#cli/plan/text.ts";
import { REASON_OPTION } from "#cli/reason.ts";

interface Options extends Partial<FileOptions>, PruneOptions {
  readonly mesh: string;
  readonly reason: string;
  readonly exitCode?: boolean;
}

export const command: Command<Options> = {
  about:
    "Shows which resources would change, which proxies would get which other config (alike ones once), who would gain or lose " +
    "access, and which faults would come or go. Commits nothing. The plan is kept for a day: weft apply --plan-id commits " +
    "exactly that, or is refused where something that was committed in between would make it do something else.",
  options: [
    ...FILE_OPTIONS,
    ...PRUNE_OPTIONS,
    REASON_OPTION,
    { flags: "--exit-code", help: "end with 10 where something would change" },
  ],
  examples: [
    "weft plan -f policies/",
    "weft plan -f policies/ --prune -l team=shop --exit-code",
    "weft plan -f policies/ -o name",
  ],
  async run(invocation) {
    const { options, terminal } = invocation;
    const prune = pruneOf(options);
    const file = options.file ?? (prune?.empty === true ? [] : undefined);
    if (file === undefined) throw usage("there is nothing to plan", "add -f FILE; weft plan list shows earlier plans");
    const given = { ...invocation, options: { ...options, file } };
    const resources = await readDocuments(given, prune?.empty === true);
    const connection = connect(invocation);
    const plan = await connection.ask("the change could not be planned", (client, organisation) => {
      const put = resources.map(({ body }) => ({ resource: { ...body } }));
      const body = {
        ...(put.length > 0 && { put }),
        ...(prune && { prune }),
        ...(options.reason === "" ? {} : { reason: options.reason }),
      };
      return client.call("createPlan", { params: { organisation }, body }).catch((thrown: unknown) => {
        throw placed(thrown, resources);
      });
    });
    printPlan(terminal, options.output, plan, connection.target);
    return options.exitCode === true && plan.changes.length > 0 ? EXIT_CODES.differs.code : 0;
  },
};
