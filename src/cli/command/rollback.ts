// `weft rollback REV`: the resources as they stood after a revision, or one revision taken back, as a new revision.
import type { PlanBody } from "#api/plan.ts";
import type { ChangeBody } from "#api/weft.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { isConfirmed } from "#cli/confirmation.ts";
import { connect } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { resourceText, summaryText } from "#cli/history/difference-text.ts";
import { revisionNumber, SEE_HISTORY } from "#cli/history/revision-number.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { OVERRIDE_OPTION } from "#cli/override.ts";
import { heldPlannedBy } from "#cli/plan/held.ts";
import { outcomeText, printPlan } from "#cli/plan/text.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { printDelivery } from "#cli/rollout/text.ts";
import { follow, TIMEOUT_OPTION } from "#cli/rollout/watch.ts";
import { timeoutMs } from "#cli/timeout.ts";

interface Options {
  readonly undo?: boolean;
  readonly created?: "keep" | "delete";
  readonly yes?: boolean;
  readonly planOnly?: boolean;
  readonly wait?: boolean;
  readonly timeout: string;
}

export const command: Command<Options> = {
  about:
    "Makes a new revision, which can be rolled back as any other. Proxies that joined by themselves, keys and revocations stay " +
    "as they are. A mesh that was deleted does not come back: its keys are gone.",
  arguments: [{ name: "<revision>", help: "all as it stood after this one" }],
  options: [
    { flags: "--undo", help: "take back this one revision instead, and leave the later ones" },
    {
      flags: "--created <what>",
      help: "meshes and zones made since: keep them, or delete them with all that is theirs",
      choices: ["keep", "delete"],
    },
    REASON_OPTION,
    OVERRIDE_OPTION,
    { flags: "--plan-only", help: "show what it would do, as `weft plan` does, and change nothing" },
    { flags: "-y, --yes", help: "do not ask" },
    { flags: "--wait", help: "follow the new revision until all proxies have it, as `weft rollout watch` does" },
    TIMEOUT_OPTION,
  ],
  examples: [
    'weft rollback 41 --reason "timeouts were too short"',
    "weft rollback 41 --plan-only",
    "weft rollback 42 --undo --yes --wait",
    "weft rollback 40 --created keep --yes -o json",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const revision = revisionNumber(args[0]!);
    // What is wrong on the line is told before anything is sent.
    timeoutMs(options.timeout);
    const rollback = {
      ...(options.undo === true ? { undo: revision } : { to: revision }),
      ...(options.created !== undefined && { created: options.created }),
    };
    const asked: Asked = {
      revision,
      rollback,
      what: `revision ${revision} could not be ${options.undo === true ? "undone" : "rolled back to"}; nothing was changed`,
    };
    if (options.planOnly === true) {
      printPlan(terminal, options.output, await planned(invocation, asked), connect(invocation).target);
      return 0;
    }
    if (options.yes === true) return commit(invocation, asked, { rollback });
    if (!terminal.interactive)
      throw usage("a rollback needs --yes where nobody can be asked", "add --yes, or --plan-only");
    const plan = await planned(invocation, asked);
    if (plan.changes.length === 0) {
      terminal.err(NOTHING);
      return 0;
    }
    terminal.err(`${summaryText(plan.changes)}${leftText(plan.left)}${outcomeText(terminal, plan)}`);
    const deed = options.undo === true ? `Undo revision ${revision}` : `Roll back to revision ${revision}`;
    if (!(await isConfirmed(invocation, `${deed}?`))) return 0;
    // What was shown, and nothing else.
    return commit(invocation, asked, { planId: plan.id });
  },
};

interface Asked {
  readonly revision: number;
  readonly rollback: NonNullable<ChangeBody["rollback"]>;
  readonly what: string;
}

const NOTHING = "Nothing differs; nothing was changed.\n";

function planned(invocation: Invocation<Options>, { rollback, what }: Asked): Promise<PlanBody> {
  return connect(invocation)
    .ask(
      what,
      (client, organisation) => client.call("createPlan", { params: { organisation }, body: { rollback } }),
      SEE_HISTORY,
    )
    .catch(undecided);
}

async function commit(
  invocation: Invocation<Options>,
  { what, rollback }: Asked,
  body: Pick<ChangeBody, "rollback" | "planId">,
): Promise<number> {
  const { options, terminal } = invocation;
  const connection = connect(invocation);
  const {
    revision,
    changes,
    left = [],
  } = await heldPlannedBy(planLine(rollback), () =>
    connection.ask(
      what,
      (client, organisation) => client.call("createChange", { params: { organisation }, body }),
      SEE_HISTORY,
    ),
  ).catch(undecided);
  terminal.err(leftText(left));
  const isDone = changes.length > 0;
  if (isProgram(options.output)) printValue(terminal, options.output, { revision, changes, left });
  else if (options.output === "name") terminal.out(changes.map(({ type, name }) => `${type}/${name}\n`).join(""));
  else if (!isDone) terminal.err(NOTHING);
  else {
    terminal.out(summaryText(changes));
    terminal.err(`Revision ${revision}.\n`);
  }
  if (options.wait !== true || !isDone) return 0;
  const delivery = await follow(connection, terminal, { revision, timeout: options.timeout });
  if (!isProgram(options.output) && options.output !== "name") printDelivery(terminal, options.output, delivery);
  return 0;
}

/** The command line that plans it. */
function planLine({ to, undo, created }: Asked["rollback"]): readonly string[] {
  const which = to === undefined ? [String(undo), "--undo"] : [String(to)];
  return ["weft", "rollback", ...which, ...(created === undefined ? [] : ["--created", created]), "--plan-only"];
}

/** What was made since is for the caller to decide: by these flags. */
function undecided(thrown: unknown): never {
  if (!(thrown instanceof Failure) || !/^rollback\.created:/m.test(thrown.parts.why ?? "")) throw thrown;
  const fix = [
    "--created delete: what was made since goes, with all that is its own",
    "--created keep: it stays as it is",
  ];
  throw new Failure(thrown.exit, { ...thrown.parts, fix }, thrown);
}

function leftText(left: PlanBody["left"] = []): string {
  return left.map((item) => `left as it is: ${resourceText(item)}: ${item.why}\n`).join("");
}
