// `weft apply -f …`: every document is checked first, then all are written in one change or none.
import type { CheckedResource } from "#cli/apply/check.ts";
import { PRUNE_OPTIONS, type PruneOptions, pruneOf, pruneWords } from "#cli/apply/prune.ts";
import { FILE_OPTIONS, type FileOptions, placed, readDocuments } from "#cli/apply/read.ts";
import { absentServices } from "#cli/apply/reference.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { resourceText, summaryText } from "#cli/history/difference-text.ts";
import { MESH_OPTION } from "#cli/kind-word.ts";
import { printValue } from "#cli/output.ts";
import { OVERRIDE_OPTION } from "#cli/override.ts";
import { heldPlannedBy } from "#cli/plan/held.ts";
import { SEE_PLANS } from "#cli/plan/text.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { type PlaceOf, progressText, timesText } from "#cli/rollout/text.ts";
import { follow, TIMEOUT_OPTION } from "#cli/rollout/watch.ts";
import { timeoutMs } from "#cli/timeout.ts";
import { keyText } from "#model/resource.ts";

interface Options extends Partial<FileOptions>, PruneOptions {
  readonly mesh: string;
  readonly planId?: string;
  readonly reason: string;
  readonly wait?: boolean;
  readonly timeout: string;
}

export const command: Command<Options> = {
  about:
    "Reads YAML (several documents in a file too) and JSON. Documents are decoded and checked before anything is sent, " +
    "then written in one revision: all of them or none. A folder is read with its subfolders.",
  options: [
    ...FILE_OPTIONS,
    ...PRUNE_OPTIONS,
    {
      flags: "--plan-id <plan-id>",
      help: "commit this plan, or nothing where the world has moved; -f may be left out",
    },
    REASON_OPTION,
    OVERRIDE_OPTION,
    { flags: "--wait", help: "follow the revision until all proxies have it, as `weft rollout watch` does" },
    TIMEOUT_OPTION,
  ],
  examples: [
    "weft apply -f mesh.yaml",
    "weft apply -f policies/ -f extra.json",
    "weft apply -f policies/ --wait --timeout 60s",
    "weft apply -f policies/ --prune -l team=shop",
    "weft apply --plan-id 4tq2mzk7hw3n5xya --reason 'ticket 7'",
    "weft get mtp -o yaml | weft apply -f -",
  ],
  async run(invocation) {
    const { options, terminal } = invocation;
    const prune = pruneOf(options);
    // What is wrong on the line is told before anything is sent.
    timeoutMs(options.timeout);
    const { planId } = options;
    const resources = await documentsOf(invocation, prune?.empty === true);
    const connection = connect(invocation);
    const commit = () =>
      connection.ask(
        "the change was refused; nothing was written",
        async (client, organisation) => {
          const put = resources.map(({ body }) => ({ resource: { ...body } }));
          const body = {
            ...(put.length > 0 && { put }),
            ...(prune && { prune }),
            ...(planId !== undefined && { planId }),
            ...(options.reason !== "" && { reason: options.reason }),
          };
          return client.call("createChange", { params: { organisation }, body }).catch((thrown: unknown) => {
            throw placed(thrown, resources);
          });
        },
        planId === undefined
          ? {}
          : {
              absent: SEE_PLANS,
              stale: ({ message }) =>
                message.includes("is not what plan")
                  ? `weft plan -f FILES plans what the files say now; without -f, weft apply --plan-id ${planId} commits the plan as it was made`
                  : "weft plan -f FILES makes a new plan, on what stands now",
            },
      );
    const applied = await heldPlannedBy(planLine(options), commit);
    const absent = await absentServices(connection.client, connection.target.organisation, resources);
    const changes = new Map(applied.changes.map((one) => [keyText(one), one.change]));
    const results = resources.map(({ key, written }, index) => ({
      ...key,
      /** What stands as it is written is in no revision. */
      change: changes.get(keyText(key)) ?? "unchanged",
      created: applied.results[index]?.created ?? false,
      warnings: [...(applied.results[index]?.warnings ?? []), ...(absent[index] ?? [])],
      file: written.file,
    }));
    const named = new Set(resources.map(({ key }) => keyText(key)));
    // What no document names: what was pruned, or stands in a plan.
    const whole = prune !== undefined || planId !== undefined;
    const others = whole ? applied.changes.filter((one) => !named.has(keyText(one))) : [];
    for (const { type, name, warnings } of results)
      for (const text of warnings) terminal.err(`warning: ${type} ${name}: ${text}\n`);
    if (options.output === "json" || options.output === "yaml") {
      printValue(terminal, options.output, {
        revision: applied.revision,
        results,
        ...(others.length > 0 && { others }),
      });
    } else if (options.output === "name") terminal.out(results.map(({ type, name }) => `${type}/${name}\n`).join(""));
    else {
      for (const { type, mesh, name, change } of results) {
        terminal.out(`${change} ${resourceText({ type, mesh, name })}\n`);
      }
      terminal.out(summaryText(others));
      const { revision } = applied;
      terminal.err(
        changes.size === 0 ? `Nothing is changed: all stands so at revision ${revision}.\n` : `Revision ${revision}.\n`,
      );
    }
    if (options.wait !== true) return 0;
    const { revision } = applied;
    const body = await follow(connection, terminal, {
      ...{ revision, timeout: options.timeout },
      placeOf: placeIn(resources),
    });
    terminal.err(`${progressText(body)}\n`);
    const times = timesText(body);
    if (times !== "") terminal.err(`${times}\n`);
    return 0;
  },
};

/** What makes the plan of the same change. */
function planLine(options: Options): readonly string[] {
  const { file = [], mesh } = options;
  const files = file.flatMap((path) => ["-f", path]);
  return ["weft", "plan", ...files, ...(mesh === MESH_OPTION.default ? [] : ["-m", mesh]), ...pruneWords(options)];
}

/** None are needed where a plan says what is committed. */
async function documentsOf(invocation: Invocation<Options>, empty: boolean): Promise<readonly CheckedResource[]> {
  const { file } = invocation.options;
  if (file !== undefined) return readDocuments({ ...invocation, options: { ...invocation.options, file } }, empty);
  if (empty || invocation.options.planId !== undefined) return [];
  throw usage("there is nothing to apply", "add -f FILE, or --plan-id ID for what weft plan has shown");
}

/** Where a rule stands in the documents that were applied. */
function placeIn(resources: readonly CheckedResource[]): PlaceOf {
  return ({ type, mesh, name }, rule) => {
    const found = resources.find(({ key }) => key.type === type && key.mesh === mesh && key.name === name);
    return found && `${found.written.file}:${found.written.line(rule)}`;
  };
}
