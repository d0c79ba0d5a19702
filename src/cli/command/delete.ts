// `weft delete TYPE NAME…`: deletes resources, all or none; asks first where others go with them.

import type { Client } from "#api/caller.ts";
import type { Command } from "#cli/command.ts";
import { isConfirmed } from "#cli/confirmation.ts";
import { type Connection, connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { resourceText } from "#cli/history/difference-text.ts";
import { kindOfWord, MESH_OPTION } from "#cli/kind-word.ts";
import { askOfMesh } from "#cli/known-mesh.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { OVERRIDE_OPTION } from "#cli/override.ts";
import { heldPlannedBy } from "#cli/plan/held.ts";
import { printPlan } from "#cli/plan/text.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { isNamed, type Named, namedByWords, namedOf, resourceName } from "#cli/resource-name.ts";
import { askOfZone } from "#cli/zone/known-zone.ts";

interface Options {
  readonly mesh: string;
  readonly yes?: boolean;
  readonly planOnly?: boolean;
}

/** Kinds that hold others, or cut proxies off. */
const ASK_BEFORE: ReadonlySet<string> = new Set(["Mesh", "Zone"]);

export const command: Command<Options> = {
  about:
    "Several are deleted together, or none is. Asks before it deletes a Mesh or a Zone; --yes answers for scripts. " +
    "TYPE/NAME and TYPE/MESH/NAME are taken as weft get -o name prints them.",
  arguments: [
    { name: "<type>", help: "type of the resources, or TYPE/NAME" },
    { name: "[name...]", help: "their names" },
  ],
  options: [
    MESH_OPTION,
    REASON_OPTION,
    OVERRIDE_OPTION,
    { flags: "--plan-only", help: "show what it would do, as `weft plan` does, and change nothing" },
    { flags: "-y, --yes", help: "do not ask" },
  ],
  examples: [
    "weft delete meshtimeout slow -m default",
    "weft delete meshtimeout slow slower --reason 'not needed any more'",
    "weft delete MeshTimeout/slow MeshRetry/often",
    "weft delete zone east --yes",
    "weft delete meshtimeout slow --plan-only",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const named = allNamed(args, options.mesh);
    const keys = keysOf(named);
    if (options.planOnly === true) {
      const what = "the deletion could not be planned";
      const connection = connect(invocation);
      const plan = await connection.ask(
        what,
        (client, organisation) => client.call("createPlan", { params: { organisation }, body: { delete: keys } }),
        seeOf(named),
      );
      printPlan(terminal, options.output, plan, connection.target);
      return 0;
    }
    const grave = named.filter(({ kind }) => ASK_BEFORE.has(kind.type));
    if (grave.length > 0 && options.yes !== true) {
      const [{ kind, name }] = grave as [Named];
      if (!terminal.interactive)
        throw usage(`deleting a ${kind.type} needs --yes where nobody can be asked`, "add --yes");
      const others = named.length > 1 ? `, the ${named.length - 1} others` : "";
      if (!(await isConfirmed(invocation, `Delete ${kind.type} ${name}${others} and what belongs to it?`))) return 0;
    }
    const connection = connect(invocation);
    const words = named.map(({ kind, mesh, name }) => resourceName(kind, mesh, name, true));
    const planOnly = ["weft", "delete", ...words, "--plan-only"];
    const { revision } = await heldPlannedBy(planOnly, () => remove(connection, named));
    if (isProgram(options.output))
      printValue(terminal, options.output, { deleted: keys.length === 1 ? keys[0] : keys, revision });
    else if (options.output === "name")
      terminal.out(named.map(({ kind, mesh, name }) => `${resourceName(kind, mesh, name, false)}\n`).join(""));
    else {
      terminal.out(
        named.map(({ kind: { type }, mesh, name }) => `deleted ${resourceText({ type, mesh, name })}\n`).join(""),
      );
      terminal.err(`Revision ${revision}.\n`);
    }
    return 0;
  },
};

/** Each once. Throws a usage failure. */
function allNamed(args: readonly string[], mesh: string): readonly Named[] {
  const [first = "", ...names] = args;
  if (!isNamed(first) && names.length > 0 && !names.some(isNamed)) {
    const kind = kindOfWord(first);
    return [...new Set(names)].map((name) => ({ kind, mesh: kind.scope === "Global" ? "" : mesh, name }));
  }
  if (!isNamed(first) && names.length === 0) return [namedByWords(args, mesh)];
  const plain = args.find((word) => !isNamed(word));
  if (plain !== undefined)
    throw usage(`${plain} is a name without a type`, "write TYPE NAME…, or TYPE/NAME for each of them");
  return [...new Set(args)].map((word) => namedOf(word, mesh));
}

function keysOf(named: readonly Named[]): { type: string; mesh?: string; name: string }[] {
  return named.map(({ kind: { type }, mesh, name }) => ({ type, ...(mesh !== "" && { mesh }), name }));
}

/** In one revision, whose number it gives. */
function remove(connection: Connection, named: readonly Named[]): Promise<{ readonly revision: number }> {
  const body = { delete: keysOf(named) };
  const work = (client: Client, organisation: string) =>
    client.call("createChange", { params: { organisation }, body });
  const [{ kind, mesh, name }, ...others] = named as [Named, ...Named[]];
  if (others.length > 0) return connection.ask("nothing was deleted", work, seeOf(named));
  const what = `${kind.type} ${name} could not be deleted`;
  return kind.type === "Zone"
    ? askOfZone(connection, name, what, work)
    : askOfMesh(connection, { mesh, what, absent: seeOf(named) }, work);
}

/** Where to see what there is. */
function seeOf(named: readonly Named[]): string {
  const places = new Set(named.map(({ kind, mesh }) => `weft get ${kind.path}${mesh === "" ? "" : ` -m ${mesh}`}`));
  return `${[...places].join(", ")} lists what there is`;
}
